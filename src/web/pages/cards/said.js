// How people say the codes in a card's words: in the boxes where they are written, and from the server where they are only read.
const CODE = /(\{\{(?:"[^"]*"|'[^']*'|[^"'{}])*\}\})/;

/**
 * A text's parts; codes stand at the odd places.
 * @param {string} text
 */
export function pieces(text) {
  return text.split(CODE);
}

/**
 * A field's code as people say it.
 * @param {string} code
 * @param {readonly { path: string, label: string }[]} fields
 * @returns {string}
 */
export function said(code, fields) {
  const inside = code.slice(2, -2).trim();
  const [, path = '', instead] = /^fallback\s+(\S+)\s+"([^"]*)"$/.exec(inside) ?? [];
  const name = (of) => fields.find((field) => field.path === of)?.label ?? of;
  if (path) return instead ? `${name(path)}, or “${instead}”` : `${name(path)}, or nothing`;
  const [, what, of = ''] = /^#(if|unless)\s+(\S+)$/.exec(inside) ?? [];
  if (what) return what === 'if' ? `if we know: ${name(of)} …` : `if we do not know: ${name(of)} …`;
  if (inside === 'else') return 'otherwise …';
  if (/^\/(if|unless)$/.test(inside)) return '… end';
  const [, helper, value = ''] = /^(plural|ordinal|lines|vocative)\s+(\S+)/.exec(inside) ?? [];
  const other = formsIn(code).find(({ key }) => key === 'other');
  // A word that bends with a number: "3 years" stands as "… years".
  if (other) return /#/.test(other.text) ? other.text.replaceAll('#', '…') : `${other.text} (bends with: ${name(value)})`;
  return helper ? name(value) : name(inside);
}

/**
 * The texts that a field's code holds: what to write instead, or each form of a word.
 * @param {string} code
 */
export function formsIn(code) {
  const fallback = /^\{\{\s*fallback\s+\S+\s+"([^"]*)"\s*\}\}$/.exec(code);
  if (fallback) return [{ key: '', text: fallback[1] ?? '' }];
  return [...code.matchAll(/\b(zero|one|two|few|many|other)="([^"]*)"/g)].map(([, key = '', text = '']) => ({ key, text }));
}
