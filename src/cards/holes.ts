import { lineAt, type Problem, problemAt, quoted } from './problems.ts';

/** A place in a card that is filled later: an expression `{{…}}` at sending, or a word `[[name]]` at publishing. */
export interface Hole {
  source: string;
  /** The word's name; absent for an expression. */
  word?: string;
  line: number;
}

export interface Cut {
  /** The design with a token of plain letters in place of each hole. */
  design: string;
  holes: Hole[];
  token: RegExp;
  problems: Problem[];
}

const HOLE = /\{\{(?:"[^"]*"|'[^']*'|[^"'{}])*\}\}|\[\[([a-zA-Z][a-zA-Z0-9]*)\]\]/g;

/**
 * Takes each hole out before MJML sees the card, so that MJML cannot change one, and a hole that MJML
 * drops or moves is noticed when they are put back.
 */
export function cutHoles(source: string): Cut {
  const name = freeName(source);
  const holes: Hole[] = [];
  let [seen, line] = [0, 1];
  const design = source.replaceAll(HOLE, (text: string, word: string | undefined, at: number) => {
    line += lineAt(source.slice(seen, at), at) - 1;
    seen = at;
    holes.push({ source: text, line, ...(word === undefined ? {} : { word }) });
    return `${name}${holes.length - 1}x`;
  });
  return { design, holes, token: new RegExp(`${name}(\\d+)x`, 'g'), problems: leftovers(source, design) };
}

/** Puts each hole's filling in place of its token; or says which holes MJML lost, moved or doubled. */
export function fillHoles(html: string, cut: Cut, filling: (hole: Hole, index: number) => string): string {
  return html.replaceAll(cut.token, (_, index: string) =>
    filling(cut.holes[Number(index)] ?? { source: '', line: 0 }, Number(index)),
  );
}

/** Every hole must come out of MJML once, and in its order. */
export function checkHoles(html: string, cut: Cut): Problem[] {
  const found = [...html.matchAll(cut.token)].map((match) => Number(match[1]));
  const once = new Set(found);
  const lost = cut.holes.map((hole, index) => ({ hole, index })).filter(({ index }) => !once.has(index));
  const problems = lost.map(({ hole }) => ({
    where: 'card',
    line: hole.line,
    message: `${quoted(hole.source)} would be lost here. Put it inside the text (mj-text), or in an mj-raw of its own.`,
  }));
  if (problems.length > 0 || found.every((index, place) => index === place)) return problems;
  const moved = cut.holes[found.find((index, place) => index !== place) ?? 0];
  return [
    {
      where: 'card',
      line: moved?.line ?? 1,
      message: `${quoted(moved?.source ?? '')} would not stay in its place here. Put it inside the text (mj-text).`,
    },
  ];
}

function freeName(source: string): string {
  let name = 'fondlyhole';
  while (source.includes(name)) name += 'q';
  return name;
}

function leftovers(source: string, design: string): Problem[] {
  const at = design.search(/\{\{|\}\}|\[\[|\]\]/);
  if (at < 0) return [];
  const odd = design.slice(at, at + 2);
  const message =
    odd.startsWith('[') || odd.startsWith(']')
      ? 'Write a word’s place as [[name]], in letters only.'
      : 'The braces here do not fit together: each {{ needs its }}.';
  return [problemAt(design, at, message)].filter(() => source.length > 0);
}
