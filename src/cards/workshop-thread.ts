import { parentPort } from 'node:worker_threads';
import { AWKWARD } from './awkward.ts';
import { type CardSource, type Compiled, compileCard, type StoredCard } from './compile.ts';
import type { MergeData } from './fields.ts';
import { type RenderedCard, renderCard } from './render.ts';

/** One person to try a card on; `card` is the place of theirs in the list. */
export interface TryPerson {
  id: string;
  card: number;
  data: MergeData;
}

export interface Tried {
  /** Whom a card cannot go to, and why. */
  faults: { id: string; errors: string[] }[];
  /** Whose subject is the longest. */
  longest: { id: string; subject: string } | null;
  /** The largest card, in bytes of HTML. */
  largest: number;
}

export type Job =
  | { kind: 'compile'; source: CardSource }
  | { kind: 'render'; card: StoredCard; data: MergeData }
  | { kind: 'try'; cards: StoredCard[]; people: TryPerson[] };

export type Answer = Compiled | RenderedCard | Tried;

// Runs in a thread of the workshop (workshop.ts): one job at a time, one answer each.
if (parentPort) {
  const port = parentPort;
  await warmUp();
  port.on('message', (job: Job) => void answer(job).then((done) => port.postMessage(done)));
  port.postMessage('ready');
}

async function answer(job: Job): Promise<Answer> {
  if (job.kind === 'compile') return compileCard(job.source);
  if (job.kind === 'render') return renderCard(job.card, job.data);
  return tryAll(job.cards, job.people);
}

/** Pure; the same in a thread and out of it. */
export function tryAll(cards: readonly StoredCard[], people: readonly TryPerson[]): Tried {
  const tried: Tried = { faults: [], longest: null, largest: 0 };
  for (const { id, card, data } of people) {
    const stored = cards[card];
    if (!stored) continue;
    const { subject, html, errors } = renderCard(stored, data);
    if (errors.length > 0) tried.faults.push({ id, errors });
    if (subject.length > (tried.longest?.subject.length ?? 0)) tried.longest = { id, subject };
    // Counting letters is quick, and most are one byte; only what may be the largest is counted in bytes.
    if (html.length * 3 > tried.largest) tried.largest = Math.max(tried.largest, Buffer.byteLength(html));
  }
  return tried;
}

/** The first card costs ten times as much as the next: that is not the fault of who made it. */
async function warmUp(): Promise<void> {
  const mjml =
    '<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text><mj-button href="https://x.example">x</mj-button></mj-column></mj-section></mj-body></mjml>';
  const made = await compileCard({ mjml, words: { subject: 'x', preheader: 'x' }, language: 'en' });
  if (made.ok && AWKWARD[0]) renderCard(made.card, AWKWARD[0].data);
}
