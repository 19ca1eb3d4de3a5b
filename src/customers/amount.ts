/**
 * Minor units of an amount as people write it: '48', '48.50', '48,5', '1,234.50' and '1.234,50'; the last sign parts the decimals where no
 * more digits follow than the currency has. Undefined when it is no amount.
 */
export function readAmount(text: string, currency: string): number | undefined {
  const bare = text.trim().replaceAll(/[\s'’\u00a0\u202f]/gu, '');
  if (!/^\d[\d.,]*$/.test(bare)) return undefined;
  const digits = digitsOf(currency);
  const [, whole = '', cents = ''] = new RegExp(`^(.*?)(?:[.,](\\d{1,${Math.max(1, digits)}}))?$`).exec(bare) ?? [];
  if (cents.length > digits || !/^\d+$|^\d{1,3}([.,]\d{3})+$/.test(whole)) return undefined;
  const amount = Number(whole.replaceAll(/\D/g, '')) * 10 ** digits + Number(cents.padEnd(digits, '0') || 0);
  return Number.isSafeInteger(amount) ? amount : undefined;
}

/** Minor units as money: £48.50. */
export function moneyText(amount: number, currency: string, country: string): string {
  const locale = /^[A-Z]{2}$/.test(country) ? `en-${country}` : 'en-GB';
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount / 10 ** digitsOf(currency));
}

/** What a shop there takes; EUR where it is not known. */
export function currencyOf(country: string): string {
  return own.find(([, countries]) => countries.split(' ').includes(country))?.[0] ?? 'EUR';
}

/** The ones that most shops take, as suggestions. */
export const CURRENCIES = 'EUR GBP USD CHF SEK NOK DKK PLN CZK HUF CAD AUD NZD JPY INR BRL MXN ZAR'.split(' ');

const own: [currency: string, countries: string][] = [
  ['GBP', 'GB IM JE GG'],
  ['USD', 'US PR EC SV PA'],
  ['CHF', 'CH LI'],
  ['CAD', 'CA'],
  ['AUD', 'AU'],
  ['NZD', 'NZ'],
  ['SEK', 'SE'],
  ['NOK', 'NO'],
  ['DKK', 'DK GL FO'],
  ['ISK', 'IS'],
  ['PLN', 'PL'],
  ['CZK', 'CZ'],
  ['HUF', 'HU'],
  ['RON', 'RO'],
  ['RSD', 'RS'],
  ['UAH', 'UA'],
  ['TRY', 'TR'],
  ['ILS', 'IL'],
  ['AED', 'AE'],
  ['SAR', 'SA'],
  ['EGP', 'EG'],
  ['MAD', 'MA'],
  ['ZAR', 'ZA'],
  ['NGN', 'NG'],
  ['KES', 'KE'],
  ['GHS', 'GH'],
  ['INR', 'IN'],
  ['PKR', 'PK'],
  ['BDT', 'BD'],
  ['LKR', 'LK'],
  ['JPY', 'JP'],
  ['CNY', 'CN'],
  ['HKD', 'HK'],
  ['TWD', 'TW'],
  ['KRW', 'KR'],
  ['SGD', 'SG'],
  ['MYR', 'MY'],
  ['THB', 'TH'],
  ['IDR', 'ID'],
  ['PHP', 'PH'],
  ['VND', 'VN'],
  ['BRL', 'BR'],
  ['MXN', 'MX'],
  ['ARS', 'AR'],
  ['CLP', 'CL'],
  ['COP', 'CO'],
  ['PEN', 'PE'],
  ['UYU', 'UY'],
];

function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
