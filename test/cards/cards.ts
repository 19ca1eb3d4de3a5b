import type { Compiled, CompiledCard } from '../../src/cards/card.ts';
import { compileCard } from '../../src/cards/compile.ts';
import { describeProblem } from '../../src/cards/problems.ts';
import { listGallery, readGalleryCard } from '../../src/cards/gallery.ts';

export interface Made {
  name: string;
  card: CompiledCard;
}

/** Every gallery card in one language. */
export async function compileGallery(language = 'en'): Promise<Made[]> {
  const entries = await listGallery();
  return Promise.all(entries.map(async ({ name }) => compileReady(name, language)));
}

async function compileReady(name: string, language: string): Promise<Made> {
  const ready = await readGalleryCard(name);
  const words = ready?.words[language];
  if (!ready || !words) throw new Error(`no card ${name} in ${language}`);
  return { name, card: must(await compileCard({ mjml: ready.mjml, words, language })) };
}

export function must(made: Compiled): CompiledCard {
  if (!made.ok) throw new Error(made.problems.map(describeProblem).join('\n'));
  return made.card;
}

export const WORDS = { subject: 'A card', preheader: 'For you', headline: 'Hello!' };

/** A whole design around one piece. */
export function design(inside: string, head = ''): string {
  return `<mjml>\n<mj-head>${head}</mj-head>\n<mj-body background-color="#ffffff">\n<mj-section><mj-column>\n${inside}\n</mj-column></mj-section>\n</mj-body>\n</mjml>`;
}

export async function compilePiece(inside: string, words: Record<string, string> = {}, head = ''): Promise<Compiled> {
  return compileCard({ mjml: design(inside, head), words: { ...WORDS, ...words }, language: 'en' });
}

export function sentences(made: Compiled): string {
  return made.ok ? '' : made.problems.map(describeProblem).join('\n');
}

/** The tags and their attributes' names, without a word of text: what a name must never change, but for the span that sets it apart. */
export function skeleton(html: string): string[] {
  return [...withoutSpans(html).matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
}

/** A card without the spans around values that read the other way. */
export function withoutSpans(html: string): string {
  return html.replaceAll(/<span dir="(?:ltr|rtl)">([^<]*)<\/span>/g, '$1');
}

/** What must never stand in a finished card, however it came there; undefined when nothing does. Words between tags, and in an alt, may say anything. */
export function unsafeIn(html: string): string | undefined {
  const pieces = [...html.matchAll(/<style[^>]*>[\s\S]*?<\/style>|<(?:"[^"]*"|'[^']*'|[^>"'])*>/g)].map(([piece]) => piece);
  const code = pieces.join('\n');
  return (
    UNSAFE.exec(code)?.[0] ?? HANDLER.exec(pieces.map((piece) => piece.replaceAll(/"[^"]*"|'[^']*'/g, '""')).join('\n'))?.[0]
  );
}

const HANDLER = /[\s/"']on[a-z]+\s*=/i;
const UNSAFE =
  /<(script|iframe|object|embed|form|input|link|base|svg|video|audio)\b|<meta[^>]+refresh|(href|src)\s*=\s*["']?\s*(javascript|vbscript|data|file):|url\s*\(|@import|@font-face|expression\s*\(/i;
