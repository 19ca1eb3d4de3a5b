import { attributeOf, eachPart, outline, type Part } from './outline.ts';

/** What a word is for, so that whoever writes it gets the right room: a line, a text, an address. */
export type SlotKind =
  | 'subject'
  | 'preheader'
  | 'headline'
  | 'message'
  | 'text'
  | 'signature'
  | 'button'
  | 'address'
  | 'alt'
  | 'footer';

/** A place for words: `[[name]]` in the design, or one of those that every card has. */
export interface Slot {
  name: string;
  kind: SlotKind;
  /** Where it first stands in the design, from 1; absent for what stands outside it. */
  line?: number;
  /** False where a line break would be lost. */
  lines: boolean;
  /** A card goes without it, or says something of its own accord. */
  optional: boolean;
  /** The block in which it stands. */
  block?: string;
  /** In a block that is hidden: its words are kept, and not needed. */
  hidden: boolean;
}

/** A part of a card that can be hidden, shown and moved among its neighbours. */
export interface Block {
  /** What it was named in a comment before it (`<!-- block: offer -->`), else its first word. */
  name: string;
  slots: string[];
  hidden: boolean;
  up: boolean;
  down: boolean;
}

/** A picture that can be swapped for another. */
export interface PictureSlot {
  /** 'picture1' and so on, in their order. */
  name: string;
  src: string;
  alt: string;
  /** Where pressing it leads. */
  link?: string;
  line: number;
}

export interface Slots {
  slots: Slot[];
  blocks: Block[];
  pictures: PictureSlot[];
}

/** The words, blocks and pictures of a design, in their order. A design whose tags do not fit together has words only. */
export function slotsOf(mjml: string): Slots {
  const root = outline(mjml);
  const found = root ? blocksIn(mjml, root) : [];
  const slots = [...ALWAYS, ...designSlots(mjml, root, found), ...FOOTER];
  return {
    slots: [...new Map(slots.toReversed().map((slot) => [slot.name, slot])).values()].toReversed(),
    blocks: found.map(({ part: _part, ...block }) => block),
    pictures: root ? picturesIn(mjml, root).map(({ part: _part, ...picture }) => picture) : [],
  };
}

/** The design with a block put away in a comment, from which it can be shown again; undefined if there is no such block. */
export function hideBlock(mjml: string, name: string): string | undefined {
  const block = blockNamed(mjml, name);
  if (!block || block.hidden) return undefined;
  const inside = mjml.slice(block.part.from, block.part.to).replaceAll('<!--', '<!~~').replaceAll('-->', '~~>');
  return `${mjml.slice(0, block.part.from)}<!-- hidden block: ${name}\n${inside}\n-->${mjml.slice(block.part.to)}`;
}

export function showBlock(mjml: string, name: string): string | undefined {
  const block = blockNamed(mjml, name);
  const inside = block && HIDDEN.exec(mjml.slice(block.part.from, block.part.to))?.[2];
  if (inside === undefined || !block) return undefined;
  return mjml.slice(0, block.part.from) + inside.replaceAll('<!~~', '<!--').replaceAll('~~>', '-->') + mjml.slice(block.part.to);
}

/** The design with a block changed for its neighbour above or below; undefined at the end of the row. */
export function moveBlock(mjml: string, name: string, to: 'up' | 'down'): string | undefined {
  const root = outline(mjml);
  const blocks = root ? blocksIn(mjml, root) : [];
  const at = blocks.findIndex((block) => block.name === name);
  const [one, other] = to === 'up' ? [blocks[at - 1], blocks[at]] : [blocks[at], blocks[at + 1]];
  if (at < 0 || !blocks[at]?.[to] || !one || !other) return undefined;
  const cut = (from: number, end: number) => mjml.slice(from, end);
  const [first, second] = [withName(mjml, one), withName(mjml, other)];
  const between = cut(one.part.to, second);
  return cut(0, first) + cut(second, other.part.to) + between + cut(first, one.part.to) + cut(other.part.to, mjml.length);
}

/** The design with another picture in a picture's place. `src` is `[[art.name]]` or `{{links.pictures}}` and a file of the shop's. */
export function swapPicture(mjml: string, name: string, { src, alt }: { src: string; alt: string }): string | undefined {
  const root = outline(mjml);
  const picture = root && picturesIn(mjml, root).find((one) => one.name === name);
  if (!picture || /["<>]/.test(src)) return undefined;
  const tag = mjml.slice(picture.part.from, picture.part.inner[0]);
  const said = alt.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const swapped = tag.replace(/\ssrc="[^"]*"/, () => ` src="${src}"`).replace(/\salt="[^"]*"/, () => ` alt="${said}"`);
  return mjml.slice(0, picture.part.from) + swapped + mjml.slice(picture.part.inner[0]);
}

const ALWAYS: readonly Slot[] = [
  { name: 'subject', kind: 'subject', lines: false, optional: false, hidden: false },
  { name: 'preheader', kind: 'preheader', lines: false, optional: false, hidden: false },
];
const FOOTER: readonly Slot[] = ['footerWhy', 'footerChoose', 'footerView', 'footerUnsubscribe'].map((name) => {
  return { name, kind: 'footer', lines: false, optional: true, hidden: false };
});
/** A card has no more places to be filled in; what comes after is refused by the check. */
const MAX_WORDS = 500;
const MAX_PICTURES = 50;
const WORD = /\[\[([a-zA-Z][a-zA-Z0-9]*)\]\]/g;
/** Not words: the look puts something in their place. */
const LOOKS = new Set(['logo', 'start', 'end']);
const HIDDEN = /^<!-- hidden block: ([\w-]{1,60})\n([\s\S]*)\n-->$/;
const NAMED = /^<!--\s*block:\s*([\w-]{1,60})\s*-->$/;
const CONTENT = new Set(['mj-text', 'mj-button', 'mj-image', 'mj-table', 'mj-divider']);

interface FoundBlock extends Block {
  part: Part;
}

function blocksIn(mjml: string, root: Part): FoundBlock[] {
  const found = eachPart(root).flatMap((part) => asBlock(mjml, part));
  const names = new Set<string>();
  return found.map((block, at) => {
    let { name } = block;
    for (let n = 2; names.has(name); n++) name = `${block.name}${n}`;
    names.add(name);
    return { ...block, name, up: areNeighbours(found[at - 1], block), down: areNeighbours(block, found[at + 1]) };
  });
}

function asBlock(mjml: string, part: Part): FoundBlock[] {
  const hidden = part.tag === '#comment' ? HIDDEN.exec(mjml.slice(part.from, part.to))?.[1] : undefined;
  const named = part.tag.startsWith('mj-') ? NAMED.exec(commentBefore(mjml, part))?.[1] : undefined;
  const content = part.parent?.tag === 'mj-column' && CONTENT.has(part.tag);
  if (hidden === undefined && named === undefined && !content) return [];
  const slots = [...new Set(wordsIn(mjml.slice(part.from, part.to)).map(({ name }) => name))];
  const name = hidden ?? named ?? slots[0];
  return name === undefined ? [] : [{ name, slots, part, hidden: hidden !== undefined, up: false, down: false }];
}

/** Beside each other in one row, with nothing between them that opens or closes a condition. */
function areNeighbours(one: FoundBlock | undefined, other: FoundBlock | undefined): boolean {
  if (!one || !other || one.part.parent !== other.part.parent) return false;
  return !one.part.parent?.parts.some((part) => part.tag === 'mj-raw');
}

/** A block moves and hides with the comment that names it. */
function withName(mjml: string, { part }: FoundBlock): number {
  const comment = commentBefore(mjml, part);
  return NAMED.test(comment) ? mjml.lastIndexOf('<!--', part.from) : part.from;
}

function commentBefore(mjml: string, { before }: Part): string {
  return before?.tag === '#comment' ? mjml.slice(before.from, before.to) : '';
}

function blockNamed(mjml: string, name: string): FoundBlock | undefined {
  const root = outline(mjml);
  return root && blocksIn(mjml, root).find((block) => block.name === name);
}

function wordsIn(text: string): { name: string; at: number }[] {
  return [...text.matchAll(WORD)]
    .slice(0, MAX_WORDS)
    .map((match) => ({ name: match[1] ?? '', at: match.index }))
    .filter(({ name }) => !LOOKS.has(name));
}

function designSlots(mjml: string, root: Part | undefined, blocks: readonly FoundBlock[]): Slot[] {
  const parts = root ? eachPart(root) : [];
  return wordsIn(mjml).flatMap(({ name, at }): Slot[] => {
    const around = parts.filter(({ from, to }) => from <= at && at < to);
    const block = blocks.findLast(({ part }) => part.from <= at && at < part.to);
    if (around.at(-1)?.tag === '#comment' && !block?.hidden) return [];
    const kind = kindOf(mjml, name, at, around);
    const line = mjml.slice(0, at).split('\n').length;
    const lines = kind !== 'address' && kind !== 'alt';
    const hidden = block?.hidden ?? false;
    return [{ name, kind, line, lines, optional: false, hidden, ...(block ? { block: block.name } : {}) }];
  });
}

function kindOf(mjml: string, name: string, at: number, around: readonly Part[]): SlotKind {
  const attribute = /([a-z-]+)="[^"<>]*$/.exec(mjml.slice(Math.max(0, at - 200), at))?.[1];
  if (attribute === 'href') return 'address';
  if (attribute !== undefined) return 'alt';
  const tags = around.map(({ tag }) => tag);
  if (tags.includes('mj-button')) return 'button';
  if (tags.some((tag) => /^h[1-3]$/.test(tag))) return 'headline';
  return name === 'headline' || name === 'message' || name === 'signature' ? name : 'text';
}

function picturesIn(mjml: string, root: Part): (PictureSlot & { part: Part })[] {
  const images = eachPart(root).filter((part) => part.tag === 'mj-image' && attributeOf(part, 'src') !== undefined);
  return images.slice(0, MAX_PICTURES).map((part, at) => ({
    name: `picture${at + 1}`,
    src: attributeOf(part, 'src') ?? '',
    alt: attributeOf(part, 'alt') ?? '',
    ...(attributeOf(part, 'href') === undefined ? {} : { link: attributeOf(part, 'href') ?? '' }),
    line: mjml.slice(0, part.from).split('\n').length,
    part,
  }));
}
