import { pictureFile, pictureNames } from './pictures.ts';
import { type Problem, problemAt, quoted } from './problems.ts';

/**
 * What a business sets for all its cards: its colours by name (`accent`, and `second` where it has one), as `#rrggbb`, and its logo,
 * an https address, `cid:`, or `{{links.pictures}}` and a file that this installation keeps.
 */
export interface Look {
  colours?: Record<string, string>;
  logoUrl?: string;
}

const COLOUR = /\[\[colour\.([a-zA-Z]+)\|(#[0-9a-fA-F]{6})\]\]/g;
const ART = /\[\[art\.([a-z0-9-]{1,60})\]\]/g;
/** MJML writes a picture's alt before its address: a field in each must stand in that order from the start. */
const SRC_FIRST = /<mj-image\b([^<>]{0,2000}?)\s(src="[^"<>]*")([^<>]{0,2000}?)\s(alt="[^"<>]*")/g;
const HEX = /^#[0-9a-fA-F]{6}$/;

/**
 * Puts the shop's look in place before MJML, which must see real colours: `[[colour.accent|#c8553d]]` is the shop's accent
 * or this one, `[[colour.onAccent|#ffffff]]` what can be read on it, `[[colour.accentInk|#8a3442]]` and the like a shade of it
 * (see `shades`), `[[logo]]` the logo or nothing, `[[art.name]]` the address of a picture of the gallery, `[[start]]` and `[[end]]`
 * left and right as the language reads.
 */
export function applyLook(mjml: string, look: Look, direction: 'ltr' | 'rtl'): { mjml: string; problems: Problem[] } {
  const coloured = mjml.replaceAll(COLOUR, (_, name: string, own: string) => colourFor(look, name, own));
  const done = coloured
    .replaceAll('[[start]]', direction === 'rtl' ? 'right' : 'left')
    .replaceAll('[[end]]', direction === 'rtl' ? 'left' : 'right')
    .replaceAll('[[logo]]', logo(look))
    .replaceAll(ART, (whole, name: string) => (pictureFile(name) ? `{{links.pictures}}${pictureFile(name)}` : whole))
    .replaceAll(SRC_FIRST, '<mj-image$1 $4$3 $2');
  const odd = /\[\[colour[^\]]{0,40}\]?\]?/.exec(done);
  const problems = odd ? [problemAt(done, odd.index, `${quoted(odd[0])}: write a colour as [[colour.accent|#c8553d]].`)] : [];
  return { mjml: done, problems: [...problems, ...checkArt(done), ...checkLook(look)] };
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
  const set = colourOf(look, name);
  if (set) return set;
  const [, base = '', shade = ''] = /^([a-z]+)([A-Z][a-z]+)$/.exec(name) ?? [];
  if (base === 'on') return inkOf(look, shade.toLowerCase()) ?? own;
  const from = colourOf(look, base);
  return (from && shades(from)[shade]) ?? own;
}

function inkOf(look: Look, name: string): string | undefined {
  const ground = colourOf(look, name);
  return ground && inkOn(ground);
}

/** A shop with one colour gets the second from it: its deep shade where it is light, its light one where it is dark. */
function colourOf(look: Look, name: string): string | undefined {
  const set = look.colours?.[name];
  if (set && HEX.test(set)) return set;
  const accent = name === 'second' ? colourOf(look, 'accent') : undefined;
  return accent && (luminance(accent) > 0.2 ? mixed(accent, '#000000', 0.55) : mixed(accent, '#ffffff', 0.5));
}

/**
 * What a card needs of a shop's colour beside itself, whatever that is: by day `Paper` to write on, `Soft` around it and `Ink` that
 * can be read on both; by night `Dark` to write on, `Black` around it and `Night` that can be read on both; `Deep`, a dark ground
 * for day and night that white and `Night` can be read on; and `Tint`, half as strong, to paint with. An ink can be read on the paper of any other colour, too.
 */
export function shades(colour: string): Record<string, string> {
  const [soft, dark] = [mixed(colour, '#ffffff', 0.82), mixed(colour, '#151312', 0.84)];
  const reads = (ink: string, grounds: string[]) => grounds.every((ground) => contrast(ink, ground) >= 4.8);
  return {
    Paper: mixed(colour, '#ffffff', 0.94),
    Soft: soft,
    Ink: until(colour, '#000000', (ink) => reads(ink, [soft, DARKEST_PAPER])),
    Dark: dark,
    Black: mixed(colour, '#0b0a09', 0.91),
    Night: until(colour, '#ffffff', (ink) => reads(ink, [dark, LIGHTEST_DARK])),
    Tint: mixed(colour, '#ffffff', 0.5),
    Deep: until(colour, '#000000', (ground) => contrast(ground, '#ffffff') >= 11),
  };
}

/** The paper of a black shop, and the night of a white one. */
const DARKEST_PAPER = '#f0f0f0';
const LIGHTEST_DARK = '#3d3c3b';

/** Mixed with another colour in small steps until it will do. */
function until(colour: string, towards: string, fits: (made: string) => boolean): string {
  const parts = Array.from({ length: 21 }, (_, step) => step / 20);
  return parts.map((part) => mixed(colour, towards, part)).find(fits) ?? towards;
}

/** Two `#rrggbb` colours, `part` (0 to 1) of it the other. */
function mixed(colour: string, other: string, part: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [colour, other].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16));
    return Math.round((a ?? 0) * (1 - part) + (b ?? 0) * part);
  });
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function checkArt(mjml: string): Problem[] {
  const odd = /\[\[art\b[^\]]{0,60}\]?\]?/.exec(mjml);
  if (!odd) return [];
  return [problemAt(mjml, odd.index, `${quoted(odd[0])}: there is no such picture. There is: ${pictureNames().join(', ')}.`)];
}

function logo(look: Look): string {
  if (!look.logoUrl) return '';
  // MJML writes the alt first, and what is filled in must keep its order.
  return `<mj-image alt="{{business.name}}" src="${look.logoUrl}" width="120px" padding="0 0 16px 0"></mj-image>`;
}

function checkLook(look: Look): Problem[] {
  const colours = Object.entries(look.colours ?? {}).filter(([, value]) => typeof value !== 'string' || !HEX.test(value));
  const problems = colours.map(([name]) => ({ where: 'look', message: `The colour ${quoted(name)} must look like #c8553d.` }));
  const logoFits =
    look.logoUrl === undefined ||
    /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/]|cid:|\{\{links\.pictures\}\})[\w.~:/?#@!$&()*+,;=%-]+$/.test(
      look.logoUrl,
    );
  return logoFits ? problems : [...problems, { where: 'look', message: 'The logo’s address must start with https://.' }];
}
