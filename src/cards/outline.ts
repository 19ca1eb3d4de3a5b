/** One part of a design as it is written: where it starts and ends, what it is, and what is in it. Comments are parts too. */
export interface Part {
  /** Its tag; '#comment' for a comment. */
  tag: string;
  attributes: string;
  from: number;
  /** Where its inside starts and ends; the same place for a part without one. */
  inner: [number, number];
  to: number;
  parent: Part | undefined;
  /** What stands just before it, in the same part. */
  before: Part | undefined;
  parts: Part[];
}

const PIECE = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][\w-]*)((?:\s+[a-zA-Z][\w-]*="[^"<>]*")*)\s*(\/?)>/g;
const VOID = new Set(['br', 'hr', 'img']);

const MAX_DEPTH = 60;
const MAX_PARTS = 5_000;

/**
 * Reads a design without judging it: undefined when its tags do not fit together or it is far too large, which the check tells in words. In the time of one
 * reading, whatever stands in it: drafts are read wherever they are shown.
 */
export function outline(mjml: string): Part | undefined {
  // A comment that never ends would be looked for to the end from each of its beginnings.
  if (mjml.lastIndexOf('<!--') > mjml.lastIndexOf('-->')) return undefined;
  const root = newPart('#root', '', [0, 0], undefined);
  let open = root;
  let [depth, count] = [0, 0];
  for (const { 0: text, 1: close, 2: name, 3: attributes = '', 4: self, index } of mjml.matchAll(PIECE)) {
    const end = index + text.length;
    if (close) {
      if (open.tag !== name || !open.parent) return undefined;
      open.inner[1] = index;
      open.to = end;
      open = open.parent;
      depth -= 1;
      continue;
    }
    const part = newPart(name ?? '#comment', attributes, [index, end], open);
    open.parts.push(part);
    if ((count += 1) > MAX_PARTS || depth > MAX_DEPTH) return undefined;
    if (name === undefined || self || VOID.has(name)) continue;
    open = part;
    depth += 1;
  }
  return open === root ? root : undefined;
}

function newPart(tag: string, attributes: string, [from, to]: [number, number], parent: Part | undefined): Part {
  return { tag, attributes, from, to, inner: [to, to], parent, before: parent?.parts.at(-1), parts: [] };
}

/** The part and all in it, as they are written. */
export function eachPart(part: Part): Part[] {
  return [part, ...part.parts.flatMap(eachPart)];
}

/** What one attribute says; undefined without it. */
export function attributeOf(part: Part, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(part.attributes)?.[1];
}
