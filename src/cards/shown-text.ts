/** A run of text as it is shown by day; colours as `#rrggbb`, undefined where they cannot be told (a gradient, a picture). */
export interface Shown {
  text: string;
  colour: string | undefined;
  ground: string | undefined;
  /** In pixels. */
  size: number;
  bold: boolean;
}

const PIECE =
  /<!--[\s\S]*?-->|<(style|title)[^<>]*>[^<]*<\/\1>|<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/g;
const VOID = new Set(['br', 'hr', 'img', 'meta']);

interface Level extends Omit<Shown, 'text'> {
  tag: string;
  hidden: boolean;
}

/** Every run of text of a page with its colours as its own styles and those around it give them. Merge fields stand as they are written. */
export function eachText(html: string): Shown[] {
  const shown: Shown[] = [];
  const levels: Level[] = [{ tag: '', colour: '#000000', ground: '#ffffff', size: 16, bold: false, hidden: false }];
  let at = 0;
  for (const { 0: piece, 2: close, 3: tag, 4: attributes = '', 5: self, index } of html.matchAll(PIECE)) {
    const text = html
      .slice(at, index)
      .replaceAll(/&nbsp;|\s+/g, ' ')
      .trim();
    const level = levels.at(-1)!;
    if (!level.hidden && /[\p{L}\p{N}{]/u.test(text.replaceAll(/&#?\w+;/g, '')))
      shown.push({ text, colour: level.colour, ground: level.ground, size: level.size, bold: level.bold });
    at = index + piece.length;
    if (tag === undefined) continue;
    const name = tag.toLowerCase();
    if (close) closeLevel(levels, name);
    else if (!self && !VOID.has(name)) levels.push(levelOf(name, attributes, level));
  }
  return shown;
}

function closeLevel(levels: Level[], tag: string): void {
  const at = levels.findLastIndex((level) => level.tag === tag);
  if (at > 0) levels.length = at;
}

function levelOf(tag: string, attributes: string, around: Level): Level {
  const style = /\sstyle="([^"]*)"/.exec(attributes)?.[1] ?? '';
  const css = new Map(
    style
      .split(';')
      .map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const size = css.get('font-size');
  const weight = css.get('font-weight') ?? '';
  return {
    tag,
    colour: css.has('color') ? hexOf(css.get('color') ?? '', around.colour) : around.colour,
    ground: groundOf(css, /\sbgcolor="([^"]*)"/.exec(attributes)?.[1], around.ground),
    size: size === undefined ? around.size : sizeOf(size, around.size),
    bold:
      weight === ''
        ? around.bold || /^(b|strong|h[1-6]|th)$/.test(tag)
        : /bold|[6-9]00/.test(weight) || (weight === 'inherit' && around.bold),
    hidden: around.hidden || css.get('display') === 'none' || /\saria-hidden="true"/.test(attributes) || tag === 'head',
  };
}

function groundOf(css: Map<string, string>, bgcolor: string | undefined, around: string | undefined): string | undefined {
  const [all, colour] = [css.get('background') ?? css.get('background-image'), css.get('background-color')];
  if (all !== undefined && /gradient\(|image\(/.test(all)) return undefined;
  const set = (all === 'none' ? undefined : all) ?? colour ?? bgcolor;
  return set === undefined || set === '' || set === 'transparent'
    ? around
    : hexOf(/#[0-9a-fA-F]{3,6}\b|^[a-z]+$/.exec(set)?.[0] ?? set, around);
}

function hexOf(colour: string, around: string | undefined): string | undefined {
  const text = colour.replace(/\s*!important/, '').toLowerCase();
  if (text === 'inherit' || text === 'currentcolor') return around;
  if (text === 'white') return '#ffffff';
  if (text === 'black') return '#000000';
  if (/^#[0-9a-f]{6}$/.test(text)) return text;
  return /^#[0-9a-f]{3}$/.test(text) ? `#${text.slice(1).replaceAll(/./g, '$&$&')}` : undefined;
}

function sizeOf(size: string, around: number): number {
  const number = Number.parseFloat(size);
  if (!Number.isFinite(number)) return around;
  return size.endsWith('em') ? number * around : size.endsWith('%') ? (number / 100) * around : number;
}
