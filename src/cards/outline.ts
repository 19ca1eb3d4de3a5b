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
  parts: Part[];
}

const PIECE = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][\w-]*)((?:\s+[a-zA-Z][\w-]*="[^"<>]*")*)\s*(\/?)>/g;
const VOID = new Set(['br', 'hr', 'img']);

/** Reads a design without judging it: undefined when its tags do not fit together, which the check tells in words. */
export function outline(mjml: string): Part | undefined {
  const root: Part = {
    tag: '#root',
    attributes: '',
    from: 0,
    inner: [0, mjml.length],
    to: mjml.length,
    parent: undefined,
    parts: [],
  };
  let open = root;
  for (const { 0: text, 1: close, 2: name, 3: attributes = '', 4: self, index } of mjml.matchAll(PIECE)) {
    const end = index + text.length;
    if (close) {
      if (open.tag !== name || !open.parent) return undefined;
      open.inner[1] = index;
      open.to = end;
      open = open.parent;
      continue;
    }
    const part: Part = { tag: name ?? '#comment', attributes, from: index, inner: [end, end], to: end, parent: open, parts: [] };
    open.parts.push(part);
    if (name !== undefined && !self && !VOID.has(name)) open = part;
  }
  return open === root ? root : undefined;
}

/** The part and all in it, as they are written. */
export function eachPart(part: Part): Part[] {
  return [part, ...part.parts.flatMap(eachPart)];
}

/** What one attribute says; undefined without it. */
export function attributeOf(part: Part, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(part.attributes)?.[1];
}
