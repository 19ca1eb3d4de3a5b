import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AWKWARD } from '../../src/cards/awkward.ts';
import { compileCard } from '../../src/cards/compile.ts';
import type { MergeData } from '../../src/cards/fields.ts';
import { renderCard } from '../../src/cards/render.ts';
import { skeleton, unsafeIn } from '../cards/cards.ts';
import { designer } from './fuzz-grammar.ts';

export interface FuzzFigures {
  tried: number;
  refused: number;
  published: number;
  /** Each with the number of the design that it came from: the seed gives it back. */
  escapes: string[];
  /** Of one design, compiled and filled in for four people. */
  slowestMs: number;
}

const CANARY = 'CANARY-7f3a9c';

/** Makes designs by a grammar, hostile and harmless, and looks for whatever got out of one. The same seed makes the same designs. */
export async function fuzz({ seed, count }: { seed: number; count: number }): Promise<FuzzFigures> {
  const figures: FuzzFigures = { tried: 0, refused: 0, published: 0, escapes: [], slowestMs: 0 };
  const folder = mkdtempSync(path.join(tmpdir(), 'fondly-fuzz-'));
  const file = path.join(folder, 'canary.mjml');
  writeFileSync(file, `<mj-text>${CANARY}</mj-text>`);
  process.env['FONDLY_CANARY'] = CANARY;
  Object.assign(globalThis, { fondlyCanary: CANARY });
  const design = designer(seed, file);
  const before = fingerprint();
  for (let n = 0; n < count && figures.escapes.length < 20; n++) {
    const escape = await tryOne(design(), figures);
    if (escape) figures.escapes.push(`${seed}/${n}: ${escape}`);
  }
  if (fingerprint() !== before) figures.escapes.push(`${seed}: a prototype or a global changed`);
  Reflect.deleteProperty(globalThis, 'fondlyCanary');
  delete process.env['FONDLY_CANARY'];
  rmSync(folder, { recursive: true });
  return figures;
}

const PIECE = 50_000;

/** The figures of docs/performance.md: 1,000,000 designs in processes of 50,000, each its own seed. */
export async function reportFuzz(count = 1_000_000): Promise<void> {
  const all: FuzzFigures = { tried: 0, refused: 0, published: 0, escapes: [], slowestMs: 0 };
  let lost = 0;
  for (let piece = 0; piece * PIECE < count; piece++) {
    const child = fork(
      fileURLToPath(new URL('fuzz-process.ts', import.meta.url)),
      [String(1_000 + piece), String(Math.min(PIECE, count))],
      { stdio: 'inherit' },
    );
    const [figures] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [undefined])])) as [
      FuzzFigures | undefined,
    ];
    if (!figures) lost += 1;
    else add(all, figures);
    if (child.exitCode === null) child.kill();
    process.stdout.write(`${line(all)}, ${lost} processes lost\n`);
  }
}

function add(all: FuzzFigures, figures: FuzzFigures): void {
  all.tried += figures.tried;
  all.refused += figures.refused;
  all.published += figures.published;
  all.escapes.push(...figures.escapes);
  all.slowestMs = Math.max(all.slowestMs, figures.slowestMs);
}

function line({ tried, refused, published, escapes, slowestMs }: FuzzFigures): string {
  const seen = escapes.length === 0 ? 'no escape' : `ESCAPES ${escapes.join(' | ')}`;
  return `${tried} designs: ${refused} refused, ${published} published, ${seen}, slowest ${slowestMs.toFixed(0)} ms`;
}

const person = (name: string) => ({ ...AWKWARD.find((one) => one.name === name)!.data, secret: CANARY }) as MergeData;
const PEOPLE = ['markup', 'template', 'no name'].map(person);
const plain = { ...person('markup'), customer: { firstName: 'Mia', lastName: 'Mia', name: 'Mia', consented: true } };

/** What got out, or undefined. A design that took long is made once more, by processor time: the machine may have been busy. */
async function tryOne(
  source: { mjml: string; words: Record<string, string> },
  figures: FuzzFigures,
): Promise<string | undefined> {
  const [made, escape, first] = await timed(source);
  const ms = first < 300 ? first : await processorTime(source);
  figures.tried += 1;
  if (made) figures.published += 1;
  else figures.refused += 1;
  figures.slowestMs = Math.max(figures.slowestMs, ms);
  return escape;
}

async function processorTime(source: { mjml: string; words: Record<string, string> }): Promise<number> {
  const start = process.cpuUsage();
  // Another word, else it would be known already.
  await timed({ ...source, words: { ...source.words, again: 'x' } });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

async function timed(source: {
  mjml: string;
  words: Record<string, string>;
}): Promise<[made: boolean, escape: string | undefined, ms: number]> {
  const start = performance.now();
  const made = await compileCard({ ...source, language: 'en' });
  const escape = made.ok ? seenIn(made.card) : told(made.problems.map(({ message }) => message));
  return [made.ok, escape, performance.now() - start];
}

function told(sentences: unknown[]): string | undefined {
  if (sentences.length === 0) return 'refused without a sentence';
  const odd = sentences.find(
    (sentence) =>
      typeof sentence !== 'string' || sentence === '' || sentence.includes(CANARY) || sentence.includes(process.cwd()),
  );
  return odd === undefined ? undefined : `a sentence says ${JSON.stringify(odd)}`;
}

function seenIn(card: Parameters<typeof renderCard>[0]): string | undefined {
  const [hostile, ...others] = PEOPLE.map((data) => renderCard(card, data));
  for (const { html, text, subject, errors } of [hostile!, ...others]) {
    const all = html + text + subject;
    const unsafe = unsafeIn(html);
    if (unsafe) return `unsafe: ${unsafe}`;
    if (all.includes(CANARY)) return 'the canary is out';
    if (/native code|\[object|function \(/.test(all)) return 'an object is out';
    const fault = errors.find(({ missing }) => missing === undefined);
    if (fault) return `fails at sending: ${fault.sentence}`;
    if (!html.includes('https://cards.example/u/1a2b3c') || !text.includes('https://cards.example/u/1a2b3c'))
      return 'the footer is lost';
  }
  const same = skeleton(renderCard(card, plain).html).join('');
  return same === skeleton(hostile!.html).join('') ? undefined : 'a name changed the markup';
}

function fingerprint(): string {
  const watched = [Object, Array, String, Function, Number, Promise, RegExp, Map].map(({ prototype }) => prototype as object);
  return JSON.stringify(
    [...watched, globalThis, process].map((one) =>
      Object.getOwnPropertyNames(one)
        .filter((name) => name !== 'exitCode')
        .toSorted(),
    ),
  );
}
