/** Scripts whose letters join: a gap between them tears the words apart. */
const JOINED = new Set(['Arab', 'Mong', 'Nkoo', 'Syrc']);
/** Scripts that know no italics: a browser would only push their letters over. */
const UPRIGHT = new Set([...JOINED, 'Hans', 'Hant', 'Hebr', 'Jpan', 'Kore', 'Thai']);
/** Named before the last, general family, where what a browser takes for itself is hard to read in a large size. */
const FONTS: Record<string, string> = {
  Hans: "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC'",
  Hant: "'PingFang TC', 'Microsoft JhengHei', 'Noto Sans CJK TC'",
};

/** `rtl` for Arabic, Hebrew and the like (CLDR, through Intl). */
export function directionOf(language: string): 'ltr' | 'rtl' {
  const known = directions.get(language);
  if (known) return known;
  const locale = new Intl.Locale(language) as Intl.Locale & { getTextInfo(): { direction: 'ltr' | 'rtl' } };
  const { direction } = locale.getTextInfo();
  if (directions.size < 500) directions.set(language, direction);
  return direction;
}

const directions = new Map<string, 'ltr' | 'rtl'>();

/** A card that was drawn for Latin letters, set for the script of its language. Takes HTML into which no words were put yet. */
export function fitScript(drawn: string, language: string, direction: 'ltr' | 'rtl'): string {
  const script = new Intl.Locale(language).maximize().script ?? 'Latn';
  const html = direction === 'rtl' ? turned(drawn) : drawn;
  const fonts = FONTS[script];
  const spaced = JOINED.has(script) ? html.replaceAll(/letter-spacing:[^;"}]*/g, 'letter-spacing:normal') : html;
  const upright = UPRIGHT.has(script) ? spaced.replaceAll(/font-style:\s*italic/g, 'font-style:normal') : spaced;
  return fonts ? withFonts(upright, fonts) : upright;
}

/** Han letters break anywhere, so that a centred text would often end in a line of one. */
const BALANCE = '<style type="text/css">td[align=center]{text-wrap:balance !important}</style></head>';

function withFonts(html: string, fonts: string): string {
  return html
    .replaceAll(/(font-family:[^;"}]*?)(sans-serif|serif)(?=[;"}])/g, `$1${fonts}, $2`)
    .replace('</head>', () => BALANCE);
}

/** MJML writes its own `direction` into each section and column, over that of the page. */
function turned(html: string): string {
  return html
    .replaceAll('text-align:left;direction:ltr', 'text-align:right;direction:rtl')
    .replaceAll('direction:ltr', 'direction:rtl');
}
