import { refuseAttribute } from './attributes.ts';
import type { Cut, Hole } from './holes.ts';
import { type Problem, problemAt, quoted } from './problems.ts';
import { refuseStyleSheet } from './styles.ts';

const DESIGN =
  /^(mjml|mj-(head|attributes|all|class|style|breakpoint|body|wrapper|section|group|column|text|button|image|divider|spacer|table|raw))$/;
const HOLDS_HTML = new Set(['mj-text', 'mj-table', 'mj-raw', 'mj-button']);
const HTML = new Set(
  'a b br center div em h1 h2 h3 h4 h5 h6 hr i img li ol p s small span strong sub sup table tbody td tfoot th thead tr u ul'.split(
    ' ',
  ),
);
const VOID = new Set(['br', 'hr', 'img']);
const MAX_DEPTH = 30;
const MAX_PARTS = 1_000;
const MAX_PROBLEMS = 20;

const INSTEAD = new Map(
  Object.entries({
    'mj-include': 'mj-include is not allowed: a card cannot take in other files. Copy the part in here.',
    'mj-font':
      'mj-font is not allowed: fonts are not fetched from elsewhere, for the reader’s privacy. Name system fonts in font-family.',
    'mj-preview': 'Leave out mj-preview: write the first line that a mailbox shows as the word “preheader”.',
    'mj-title': 'Leave out mj-title: the subject is the title.',
    script: 'Scripts are not allowed in a card; no mail program runs them.',
    form: 'Forms are not allowed in a card; many mail programs refuse them. Use a link.',
    svg: 'SVG is not allowed in a card; most mail programs leave it out.',
  }),
);

interface Element {
  name: string;
  at: number;
  id: number;
}

interface Walk {
  design: string;
  cut: Cut;
  images: readonly string[];
  stack: Element[];
  /** Where each open block was opened. */
  blocks: { hole: Hole; home: number }[];
  problems: Problem[];
  count: number;
}

/**
 * Reads the cut design by a strict grammar: each "<" must begin a whole tag with its attributes in double quotes. What
 * it cannot read it refuses, so no browser or mail program can read something else in it than this did.
 * `images` are the addresses that may be shown: the shop's logo and nothing else.
 */
export function checkMarkup(cut: Cut, images: readonly string[] = []): Problem[] {
  const walk: Walk = { design: cut.design, cut, images, stack: [], blocks: [], problems: [], count: 0 };
  let at = 0;
  while (
    at < walk.design.length &&
    walk.problems.length < MAX_PROBLEMS &&
    walk.stack.length < MAX_DEPTH &&
    walk.count < MAX_PARTS
  )
    at = step(walk, at);
  if (walk.stack.length >= MAX_DEPTH)
    report(walk, at, `More than ${MAX_DEPTH} parts inside each other are too deep. Make the card simpler.`);
  else if (walk.count >= MAX_PARTS) report(walk, at, `More than ${MAX_PARTS} parts are too many. Make the card simpler.`);
  else for (const open of walk.stack) report(walk, open.at, `<${open.name}> is never closed.`);
  if (walk.problems.length === 0) checkWhole(walk);
  return walk.problems;
}

const TAG = /<(\/?)([a-z][a-z0-9-]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*="[^"<>]*")*)\s*(\/?)>/y;

function step(walk: Walk, at: number): number {
  const next = walk.design.indexOf('<', at);
  const end = next < 0 ? walk.design.length : next;
  readText(walk, at, end);
  if (next < 0) return end;
  TAG.lastIndex = next;
  const tag = TAG.exec(walk.design);
  if (!tag) {
    unreadable(walk, next);
    return next + 1;
  }
  const [, close, name = '', attributes = '', selfClosing] = tag;
  if (close) closeTag(walk, next, name);
  else openTag(walk, next, name, attributes, selfClosing === '/');
  return TAG.lastIndex;
}

function unreadable(walk: Walk, at: number): void {
  const name = /^<\/?([a-zA-Z][\w-]*)/.exec(walk.design.slice(at, at + 60))?.[1]?.toLowerCase() ?? '';
  const fallback = `“${quoted(walk.design.slice(at, at + 24))}” is not a tag that Fondly can read. Write names in small letters and values in "double quotes", and &lt; for the sign itself.`;
  report(walk, at, INSTEAD.get(name) ?? fallback);
}

function openTag(walk: Walk, at: number, name: string, attributes: string, selfClosing: boolean): void {
  walk.count += 1;
  const refused = refuseTag(walk, name, selfClosing);
  if (refused) report(walk, at, refused);
  readAttributes(walk, at, name, attributes);
  if (!selfClosing && !VOID.has(name)) walk.stack.push({ name, at, id: walk.count });
}

function refuseTag(walk: Walk, name: string, selfClosing: boolean): string | undefined {
  const parent = walk.stack.at(-1)?.name;
  const inHtml = walk.stack.some((element) => HOLDS_HTML.has(element.name));
  const instead = INSTEAD.get(name);
  if (instead) return instead;
  if (!DESIGN.test(name) && !HTML.has(name)) return `<${name}> is not allowed in a card.`;
  if (DESIGN.test(name) && inHtml) return `<${name}> cannot stand inside ${parent}.`;
  if (HTML.has(name) && !inHtml) return `<${name}> must stand inside mj-text, mj-table, mj-button or mj-raw.`;
  if (parent === 'mj-style') return 'A style holds no tags.';
  if (name === 'mj-raw' && !walk.stack.some((element) => element.name === 'mj-body')) return 'mj-raw must stand inside mj-body.';
  if (selfClosing && HTML.has(name) && !VOID.has(name)) return `Write <${name}></${name}> with its closing tag.`;
  return undefined;
}

function closeTag(walk: Walk, at: number, name: string): void {
  const open = walk.stack.at(-1);
  if (open?.name === name) walk.stack.pop();
  else report(walk, at, open ? `</${name}> comes before </${open.name}>.` : `</${name}> has no <${name}>.`);
}

function readText(walk: Walk, from: number, to: number): void {
  const text = walk.design.slice(from, to);
  const element = walk.stack.at(-1);
  if (element?.name === 'mj-style') readStyle(walk, from, text);
  for (const match of text.matchAll(walk.cut.token)) readHole(walk, walk.cut.holes[Number(match[1])], element);
  const stray = text.replaceAll(walk.cut.token, '').search(/\S/);
  const inHtml = walk.stack.some((open) => HOLDS_HTML.has(open.name) || open.name === 'mj-style');
  if (stray >= 0 && !inHtml) report(walk, from + stray, `“${quoted(text)}” would be lost here. Put it inside mj-text.`);
}

function readStyle(walk: Walk, at: number, css: string): void {
  const field = [...css.matchAll(walk.cut.token)].length > 0;
  const refused = field
    ? 'A field cannot stand in a style: colours are settled when the card is published.'
    : refuseStyleSheet(css);
  if (refused) report(walk, at, refused);
}

/** A block must close where it opened: in the same element, or in another mj-raw beside. */
function readHole(walk: Walk, hole: Hole | undefined, element: Element | undefined): void {
  if (!hole || hole.word !== undefined) return;
  const home = (element?.name === 'mj-raw' ? walk.stack.at(-2)?.id : element?.id) ?? 0;
  const open = walk.blocks.at(-1);
  if (/^\{\{~?\s*#/.test(hole.source)) walk.blocks.push({ hole, home });
  if (!/^\{\{~?\s*(\/|else\b|\^)/.test(hole.source) || !open) return;
  if (open.home !== home)
    reportHole(
      walk,
      open.hole,
      `${quoted(open.hole.source)} opens in one part of the card and goes on in another. Keep it inside one part.`,
    );
  if (/^\{\{~?\s*\//.test(hole.source)) walk.blocks.pop();
}

function readAttributes(walk: Walk, at: number, tag: string, attributes: string): void {
  const seen = new Set<string>();
  for (const [, name = '', value = ''] of attributes.matchAll(/([a-zA-Z][a-zA-Z0-9-]*)="([^"]*)"/g)) {
    const refused = seen.has(name) ? `${name} stands twice.` : refuseAttribute(walk.cut, walk.images, tag, name, value);
    if (refused) report(walk, at, refused);
    seen.add(name);
  }
  if ((tag === 'img' || tag === 'mj-image') && !seen.has('alt'))
    report(walk, at, `<${tag}> needs alt="what it shows", or alt="" where it only adorns.`);
}

function checkWhole(walk: Walk): void {
  if (!/^\s*<mjml[\s>]/.test(walk.design)) report(walk, 0, 'A card starts with <mjml>.');
  else if (walk.design.split('<mj-body').length !== 2) report(walk, 0, 'A card has one <mj-body>.');
  else if (walk.design.split(/<mjml[\s>]/).length !== 2) report(walk, 0, 'A card has one <mjml>.');
}

function report(walk: Walk, at: number, message: string): void {
  walk.problems.push(problemAt(walk.design, at, message));
}

function reportHole(walk: Walk, hole: Hole, message: string): void {
  walk.problems.push({ where: 'card', line: hole.line, message });
}
