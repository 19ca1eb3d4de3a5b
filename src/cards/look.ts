import { companionOf, glowOf, inkOn, shades } from './colours.ts';
import { pictureFile, pictureNames } from './pictures.ts';
import { type Problem, problemAt, quoted } from './problems.ts';

export { contrast } from './colours.ts';

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
 * (see `shades`), `[[colour.glow|#f0d9a8]]` the one that shines on a dark ground, `[[logo]]` the logo or nothing, `[[art.name]]` the
 * address of a picture of the gallery, `[[start]]` and `[[end]]` left and right as the language reads.
 */
export function applyLook(mjml: string, look: Look, direction: 'ltr' | 'rtl'): { mjml: string; problems: Problem[] } {
  const coloured = mjml.replaceAll(COLOUR, (_, name: string, own: string) => colourFor(look, name, own));
  const done = coloured
    .replaceAll('[[start]]', direction === 'rtl' ? 'right' : 'left')
    .replaceAll('[[end]]', direction === 'rtl' ? 'left' : 'right')
    .replaceAll('[[logo]]', logo(look, mjml))
    .replaceAll(ART, (whole, name: string) => (pictureFile(name) ? `{{links.pictures}}${pictureFile(name)}` : whole))
    .replaceAll(SRC_FIRST, '<mj-image$1 $4$3 $2');
  const odd = /\[\[colour[^\]]{0,40}\]?\]?/.exec(done);
  const problems = odd ? [problemAt(done, odd.index, `${quoted(odd[0])}: write a colour as [[colour.accent|#c8553d]].`)] : [];
  return { mjml: done, problems: [...problems, ...checkArt(done), ...checkLook(look)] };
}

function colourFor(look: Look, name: string, own: string): string {
  const set = colourOf(look, name);
  if (set) return set;
  const ours = ['accent', 'second'].map((of) => colourOf(look, of)).filter((colour) => colour !== undefined);
  if (name === 'glow') return glowOf(ours) ?? own;
  const [, base = '', shade = ''] = /^([a-z]+)([A-Z][a-z]+)$/.exec(name) ?? [];
  const from = colourOf(look, base === 'on' ? shade.toLowerCase() : base);
  return (from && (base === 'on' ? inkOn(from) : shades(from)[shade])) ?? own;
}

function colourOf(look: Look, name: string): string | undefined {
  const set = look.colours?.[name];
  if (set && HEX.test(set)) return set;
  const accent = name === 'second' ? colourOf(look, 'accent') : undefined;
  return accent && companionOf(accent);
}

function checkArt(mjml: string): Problem[] {
  const odd = /\[\[art\b[^\]]{0,60}\]?\]?/.exec(mjml);
  if (!odd) return [];
  return [problemAt(mjml, odd.index, `${quoted(odd[0])}: there is no such picture. There is: ${pictureNames().join(', ')}.`)];
}

/** In the middle, or as the design says in `<mj-class name="logo" …/>`. */
function logo(look: Look, mjml: string): string {
  if (!look.logoUrl) return '';
  const place = mjml.includes('<mj-class name="logo"') ? 'mj-class="logo"' : 'padding="0 0 16px 0"';
  return `<mj-image alt="{{business.name}}" src="${look.logoUrl}" width="120px" ${place}></mj-image>`;
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
