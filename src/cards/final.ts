import { isAddress } from './attributes.ts';
import { quoted } from './problems.ts';
import { refuseDeclarations } from './styles.ts';

/** What stands in a finished page: what MJML and our frame write, and what a design may bring. Nothing else, whoever wrote it. */
const TAGS = new Set(
  `html head title meta style body noscript xml o:officedocumentsettings o:allowpng o:pixelsperinch
  a b br center div em h1 h2 h3 h4 h5 h6 hr i img li ol p s small span strong sub sup table tbody td tfoot th thead tr u ul`.split(
    /\s+/,
  ),
);
const ATTRIBUTES = new Set(
  `align alt aria-hidden aria-label aria-roledescription bgcolor border cellpadding cellspacing charset class colspan content dir height
  href http-equiv lang media name role rowspan src style target title type valign width xmlns xmlns:o xmlns:v`.split(/\s+/),
);
/** For Outlook, as MJML writes them; a design has none of its own. */
const COMMENTS = new Set([
  '<!--[if mso]>',
  '<!--[if mso | IE]>',
  '<!--[if lte mso 11]>',
  '<!--[if !mso]><!-->',
  '<!--[if !mso | IE]><!-->',
  '<!--<![endif]-->',
  '<![endif]-->',
]);
const EXPRESSION = /\{\{(?:"[^"]*"|'[^']*'|[^"'{}])*\}\}/g;
const PLACE = 'fondlyplace';
const PIECE =
  /<!doctype html>|<!--\[if [^\]<>]*\]>(?:<!-->)?|<!--<!\[endif\]-->|<!\[endif\]-->|<style[^<>]*>[^<]*<\/style>|<(\/?)([a-zA-Z][\w:-]*)((?:\s+[a-zA-Z][\w:-]*(?:="[^"<>]*")?)*)\s*\/?>/y;

/**
 * Reads a finished page, with its merge fields or filled in, and says what in it has no place in a card; undefined when all is well.
 * The last of the checks: it trusts nothing that ran before it, neither ours nor MJML. `isImage` says which pictures may be shown.
 */
export function refusePage(page: string, isImage: (address: string) => boolean = () => true): string | undefined {
  const html = page.replaceAll(EXPRESSION, PLACE);
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', PIECE.lastIndex)) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(html);
    const refused = piece
      ? refusePiece(piece, isImage)
      : `“${quoted(html.slice(at, at + 24))}” cannot be read in the finished card.`;
    if (refused) return refused;
    PIECE.lastIndex = at + (piece?.[0].length ?? 1);
  }
  return undefined;
}

function refusePiece(
  [whole, , name, attributes = '']: RegExpExecArray,
  isImage: (address: string) => boolean,
): string | undefined {
  if (whole.startsWith('<style')) return refuseDeclarations(whole.slice(whole.indexOf('>') + 1, -'</style>'.length), true);
  if (name === undefined)
    return whole.startsWith('<!d') || COMMENTS.has(whole) ? undefined : 'A comment for one mail program cannot stand in a card.';
  if (!TAGS.has(name.toLowerCase())) return `<${quoted(name)}> is not allowed in a card.`;
  for (const [, key = '', value = ''] of attributes.matchAll(/([a-zA-Z][\w:-]*)(?:="([^"]*)")?/g)) {
    const refused = refuseValue(key.toLowerCase(), value, isImage);
    if (refused) return refused;
  }
  return undefined;
}

function refuseValue(name: string, value: string, isImage: (address: string) => boolean): string | undefined {
  if (!ATTRIBUTES.has(name)) return `${quoted(name)} is not allowed in a card.`;
  if (name === 'http-equiv' && !/^(X-UA-Compatible|Content-Type)$/.test(value)) return 'A card cannot send its reader elsewhere.';
  if (name === 'style') return refuseDeclarations(value);
  if (name === 'href' && value !== PLACE && !isAddress(value) && !value.startsWith('http://'))
    return `“${quoted(value)}” is not an address that a card can link to.`;
  if (name === 'src' && !(value.startsWith(PLACE) || (/^(https?:\/\/|cid:)/.test(value) && isImage(value))))
    return 'A picture from elsewhere cannot be shown: it would tell others who reads the card.';
  return undefined;
}
