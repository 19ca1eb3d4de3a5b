/**
 * A given name as its language calls it: Greek says Γιώργο and Αλέξανδρε to Γιώργος and Αλέξανδρος. Other languages of the gallery
 * call a name as it stands, and so does Greek a name that is foreign, a woman's, or in capitals.
 * The rule for names in -ος is that of Holton, Mackridge and Philippaki-Warburton, "Greek: A Comprehensive Grammar": -ο where the
 * last syllable but one is stressed, else -ε.
 */
export function vocativeOf(name: string, language: string): string {
  if (new Intl.Locale(language).language !== 'el') return name;
  return name.replaceAll(/\p{Script=Greek}+/gu, inGreek);
}

/** Against the rule, or with an ι that is written but not heard as a syllable. */
const ODD: Record<string, string> = { Κωνσταντίνος: 'Κωνσταντίνε', Στέλιος: 'Στέλιο', Στέργιος: 'Στέργιο' };

function inGreek(name: string): string {
  const known = ODD[name];
  if (known) return known;
  if (/(ης|ής|ας|άς)$/.test(name)) return name.slice(0, -1);
  if (name.endsWith('ός')) return `${name.slice(0, -2)}έ`;
  if (!/[άέήίόύώ].*ος$/.test(name)) return name;
  return /[άέήίόύώ][^αεηιουωϊϋ]+ος$/.test(name) ? name.slice(0, -1) : `${name.slice(0, -2)}ε`;
}
