/** A few phrases that mail filters have scored for twenty years, and that no friend would write. Short on purpose: filters look at far more than words. */
const PHRASES: Record<string, readonly string[]> = {
  en: [
    'act now',
    'buy now',
    'click here',
    'for free',
    '100% free',
    'free gift',
    'limited time',
    'risk-free',
    'no obligation',
    'order now',
    'you have won',
    'winner',
    'guaranteed',
    'special promotion',
    'best price',
    'cash bonus',
  ],
  de: [
    'jetzt kaufen',
    'klicken sie hier',
    'hier klicken',
    'gratis',
    'kostenlos',
    'nur heute',
    'sie haben gewonnen',
    'garantiert',
    'unverbindlich',
    'bestpreis',
    'jetzt zugreifen',
  ],
  fr: [
    'achetez maintenant',
    'cliquez ici',
    'gratuit',
    'offre limitée',
    'vous avez gagné',
    'garanti',
    'sans engagement',
    'meilleur prix',
    'profitez vite',
  ],
  es: [
    'compre ahora',
    'compra ahora',
    'haga clic aquí',
    'haz clic aquí',
    'gratis',
    'oferta limitada',
    'ha ganado',
    'garantizado',
    'sin compromiso',
    'mejor precio',
  ],
  el: ['αγοράστε τώρα', 'κάντε κλικ εδώ', 'πατήστε εδώ', 'δωρεάν', 'κερδίσατε', 'εγγυημένα', 'καλύτερη τιμή'],
  zh: ['立即购买', '点击这里', '免费', '限时', '中奖', '最低价'],
  ar: ['اشتر الآن', 'انقر هنا', 'اضغط هنا', 'مجانا', 'مجاناً', 'لفترة محدودة', 'لقد ربحت', 'أفضل سعر'],
};

/** What in these words looks like advertising, each as it can stand in a sentence. */
export function spamIn(text: string, language: string, isSubject = false): string[] {
  const plain = text.replaceAll(/\{\{[^}]*\}\}/g, ' ').toLowerCase();
  const short = language.toLowerCase().split('-')[0] ?? '';
  const phrases = (PHRASES[short] ?? []).filter((phrase) => holds(plain, phrase)).map((phrase) => `“${phrase}”`);
  const marks = /[!！]{2,}|[$€£]{2,}|[?？][!！]/.exec(plain)?.[0];
  const letters = text.replaceAll(/\{\{[^}]*\}\}/g, '').replaceAll(/[^\p{L}]/gu, '');
  const shouted = isSubject && letters.length > 7 && /^\p{Lu}+$/u.test(letters);
  return [...phrases, ...(marks === undefined ? [] : [`“${marks}”`]), ...(shouted ? ['a subject all in capitals'] : [])];
}

/** As words of their own; Chinese has no spaces between them. */
function holds(text: string, phrase: string): boolean {
  if (/\p{Script=Han}/u.test(phrase)) return text.includes(phrase);
  const at = text.indexOf(phrase);
  return at >= 0 && !/\p{L}/u.test(text[at - 1] ?? '') && !/\p{L}/u.test(text[at + phrase.length] ?? '');
}
