const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** A country code in capitals, in its present form (UK is GB), or undefined when it is none. */
export function readCountry(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) && isCountry(presentCode(code)) ? presentCode(code) : undefined;
}

/** A language tag in its canonical spelling ('en-GB'), or undefined when it is none. */
export function readLocale(text: string): string | undefined {
  try {
    const [tag] = Intl.getCanonicalLocales(text.trim().replaceAll('_', '-'));
    return tag !== undefined && languageNames.of(tag) ? tag : undefined;
  } catch {
    return undefined;
  }
}

/** The country in which most live by this zone's clocks; '' for zones of no country, such as UTC. */
export function countryOfZone(zone: string): string {
  const names = [zone, canonicalZone(zone)];
  return codes().find((code) => zonesOf(code).some((name) => names.includes(name))) ?? '';
}

/** The language most spoken there: 'DE' gives 'de-DE', '' gives 'en'. */
export function localeOfCountry(country: string): string {
  if (country === '') return 'en';
  const { language } = new Intl.Locale(`und-${country}`).maximize();
  return `${language}-${country}`;
}

/** Every country that has clocks, by its English name. */
export function listCountries(): readonly { code: string; name: string }[] {
  known ??= codes()
    .filter((code) => zonesOf(code).length > 0)
    .map((code) => ({ code, name: regionNames.of(code) ?? code }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return known;
}

// Asking Intl for them all takes some 20 ms.
let known: { code: string; name: string }[] | undefined;

/** The zone of a country that has but one; undefined where one must choose, and for what is no country. */
export function zoneOfCountry(text: string): string | undefined {
  const country = readCountry(text);
  const zones = country === undefined ? [] : zonesOf(country);
  return zones.length === 1 ? zones[0] : undefined;
}

function codes(): string[] {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  const all = letters.flatMap((first) => letters.map((second) => first + second));
  // East Germany (DD) still has a zone to its name, and is not meant.
  return all.filter((code) => regionNames.of(code) !== undefined && presentCode(code) === code);
}

// Codes such as EU and UN have names too, and no clocks.
function isCountry(code: string): boolean {
  return regionNames.of(code) !== undefined && zonesOf(code).length > 0;
}

function presentCode(code: string): string {
  return new Intl.Locale(`und-${code}`).region ?? code;
}

function zonesOf(country: string): string[] {
  const locale: Intl.Locale & { getTimeZones?: () => string[] | undefined } = new Intl.Locale(`und-${country}`);
  return locale.getTimeZones?.() ?? [];
}

function canonicalZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
}
