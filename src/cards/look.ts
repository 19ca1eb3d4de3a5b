import { type Problem, problemAt, quoted } from './problems.ts';

/** What a business sets for all its cards: colours by name (`accent`), as `#rrggbb`, and its logo, an https address or `cid:`. */
export interface Look {
  colours?: Record<string, string>;
  logoUrl?: string;
}

const COLOUR = /\[\[colour\.([a-zA-Z]+)\|(#[0-9a-fA-F]{6})\]\]/g;
const HEX = /^#[0-9a-fA-F]{6}$/;

/**
 * Puts the shop's look in place before MJML, which must see real colours: `[[colour.accent|#c8553d]]` is the shop's accent
 * or this one, `[[colour.onAccent|#ffffff]]` what can be read on it, `[[logo]]` the logo or nothing, `[[start]]` and
 * `[[end]]` left and right as the language reads.
 */
export function applyLook(mjml: string, look: Look, direction: 'ltr' | 'rtl'): { mjml: string; problems: Problem[] } {
  const coloured = mjml.replaceAll(COLOUR, (_, name: string, own: string) => colourFor(look, name, own));
  const done = coloured
    .replaceAll('[[start]]', direction === 'rtl' ? 'right' : 'left')
    .replaceAll('[[end]]', direction === 'rtl' ? 'left' : 'right')
    .replaceAll('[[logo]]', logo(look));
  const odd = /\[\[colour[^\]]{0,40}\]?\]?/.exec(done);
  const problems = odd ? [problemAt(done, odd.index, `${quoted(odd[0])}: write a colour as [[colour.accent|#c8553d]].`)] : [];
  return { mjml: done, problems: [...problems, ...checkLook(look)] };
}

/** The darker or the lighter ink, whichever is easier to read on a ground (WCAG 2.2 contrast). */
function inkOn(ground: string, dark = '#2b2623', light = '#ffffff'): string {
  return contrast(ground, dark) >= contrast(ground, light) ? dark : light;
}

/** WCAG 2.2 contrast of two `#rrggbb` colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(channel: number): number {
  return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

function colourFor(look: Look, name: string, own: string): string {
  const set = look.colours?.[name];
  if (set && HEX.test(set)) return set;
  const ground = look.colours?.[name.replace(/^on([A-Z])/, (_, first: string) => first.toLowerCase())];
  return name.startsWith('on') && ground && HEX.test(ground) ? inkOn(ground) : own;
}

function logo(look: Look): string {
  if (!look.logoUrl) return '';
  return `<mj-image src="${look.logoUrl}" alt="{{business.name}}" width="120px" padding="0 0 16px 0"></mj-image>`;
}

function checkLook(look: Look): Problem[] {
  const colours = Object.entries(look.colours ?? {}).filter(([, value]) => typeof value !== 'string' || !HEX.test(value));
  const problems = colours.map(([name]) => ({ where: 'look', message: `The colour ${quoted(name)} must look like #c8553d.` }));
  const logoFits =
    look.logoUrl === undefined ||
    /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/]|cid:)[\w.~:/?#@!$&()*+,;=%-]+$/.test(look.logoUrl);
  return logoFits ? problems : [...problems, { where: 'look', message: 'The logo’s address must start with https://.' }];
}
