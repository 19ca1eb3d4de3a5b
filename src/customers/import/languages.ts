// Languages as sheets name them: a tag ('de', 'pt-BR', 'en_GB'), or the name in English, German, French, Spanish or itself.
const codes = (
  'ar bg bn ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lb lt lv mk ms mt nb nl no pl pt ro ru sk sl sq sr sv ' +
  'th tr uk ur vi zh'
).split(' ');

let names: Map<string, string> | undefined;

/** The language as a tag, or undefined when it is none. */
export function readLanguage(text: string): string | undefined {
  const named = languageNames().get(text.toLowerCase());
  if (named !== undefined) return named;
  if (!/^[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,2}$/i.test(text)) return undefined;
  try {
    const locale = new Intl.Locale(text.replaceAll('_', '-'));
    return isLanguage(locale.language) ? locale.baseName : undefined;
  } catch {
    return undefined;
  }
}

const english = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

function isLanguage(code: string): boolean {
  return english.of(code) !== undefined;
}

function languageNames(): Map<string, string> {
  if (names) return names;
  names = new Map();
  for (const code of codes) {
    for (const speaker of ['en', 'de', 'fr', 'es', code]) {
      const name = new Intl.DisplayNames(speaker, { type: 'language' }).of(code);
      if (name) names.set(name.toLowerCase(), code);
    }
  }
  return names;
}
