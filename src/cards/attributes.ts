import type { Cut, Hole } from './holes.ts';
import { quoted } from './problems.ts';
import { refuseDeclarations } from './styles.ts';

const HTML_ATTRIBUTES = new Set(
  'align alt aria-hidden aria-label bgcolor border cellpadding cellspacing class colspan dir height href lang role rowspan src style title valign width'.split(
    ' ',
  ),
);

/** Places where a field or a word may stand in an attribute. */
const SPOKEN = new Set(['alt', 'title', 'aria-label']);

/**
 * Undefined when the attribute may stand; else why not. On HTML only known ones; on MJML's parts MJML checks the names, and
 * this their values. `images` are the addresses that may be shown.
 */
export function refuseAttribute(
  cut: Cut,
  images: readonly string[],
  tag: string,
  name: string,
  value: string,
): string | undefined {
  const holes = [...value.matchAll(cut.token)].map((match) => cut.holes[Number(match[1])]);
  if (name === 'href') return refuseAddress(value, holes);
  if (name === 'src')
    return images.includes(value) || isOwnPicture(value, holes)
      ? undefined
      : 'Only the shop’s own pictures can be shown: write [[logo]], or [[art.name]] for one of the gallery. Pictures from elsewhere tell others who reads the card.';
  if (holes.length > 0 && !SPOKEN.has(name))
    return `A field cannot stand in ${name}: colours and sizes are settled when the card is published.`;
  if (holes.some((hole) => /^\{\{~?\s*lines\b/.test(hole?.source ?? '')))
    return `{{lines …}} cannot stand in ${name}: a line break would be read as a tag.`;
  if (tag === 'mj-style' && name === 'inline') return 'Leave out inline: Fondly keeps a style where it is.';
  if (!tag.startsWith('mj') && !HTML_ATTRIBUTES.has(name)) return `${name} is not allowed on <${tag}>.`;
  if (['background-url', 'id', 'path', 'srcset', 'usemap', 'position'].includes(name) || name.startsWith('on'))
    return `${name} is not allowed in a card.`;
  if (['class', 'css-class', 'mj-class', 'name'].includes(name)) return refuseClass(tag, name, value);
  if (name === 'style') return refuseDeclarations(value);
  if (SPOKEN.has(name)) return undefined;
  return /[;{}]/.test(value) ? `The value of ${name} holds a sign that does not belong there.` : refuseDeclarations(value);
}

function refuseClass(tag: string, name: string, value: string): string | undefined {
  if (value.includes('fondly-')) return 'Classes that start with fondly- belong to the footer.';
  const ground = value.split(/\s+/).includes('page');
  if (name === 'css-class' && tag === 'mj-body' && value !== 'page') return 'The body’s class can only be “page”.';
  if (ground && tag !== 'mj-body') return 'The class “page” belongs to mj-body.';
  if (name === 'css-class' && ['mj-all', 'mj-class'].includes(tag)) return 'Write css-class on the part itself.';
  // Names that every JavaScript object knows already: MJML keeps classes in one.
  if (value.split(/\s+/).some((part) => part in {})) return `“${quoted(value)}” cannot be a class.`;
  return /^[\w -]*$/.test(value) ? undefined : `${name} holds a sign that does not belong there.`;
}

/** A file that this installation keeps: the field for their place, then a plain name, in the business's own folder or in none. */
function isOwnPicture(value: string, holes: (Hole | undefined)[]): boolean {
  const plain = /^[a-z]+\d+x([a-f0-9-]{36}\/)?[a-z0-9][a-z0-9-]{0,80}\.(png|jpg)$/.test(value);
  return plain && holes.length === 1 && holes[0]?.source === '{{links.pictures}}';
}

const ADDRESS_FIELD = /^\{\{\s*((\.\.\/)?links\.(view|unsubscribe)|url)\s*\}\}$/;

/** A whole address, one address field, or one word that holds an address: never pieces of one. */
function refuseAddress(value: string, holes: (Hole | undefined)[]): string | undefined {
  const whole = holes.length === 1 && /^[a-z]+\d+x$/.test(value);
  if (whole && (holes[0]?.word !== undefined || ADDRESS_FIELD.test(holes[0]?.source ?? ''))) return undefined;
  if (holes.length > 0)
    return 'A link is a whole address, or one of {{links.view}}, {{links.unsubscribe}} and, in an answer, {{url}}.';
  return isAddress(value)
    ? undefined
    : `“${quoted(value)}” is not an address that a card can link to. Start with https://, mailto: or tel:.`;
}

export function isAddress(text: string): boolean {
  return /^(https:\/\/[a-z0-9[]|mailto:[^\s]|tel:[+\d])[^\s"'<>\\`{}]*$/i.test(text);
}
