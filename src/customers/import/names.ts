// Words that begin a family name: Ludwig van Beethoven, María de la Cruz.
const particles = new Set(
  'von vom van zu zum zur de del della di da dos das du la le los las der den ten ter af bin ibn al el st'.split(' '),
);
const titles = new Set(
  'mr mrs ms miss mx dr prof herr frau hr fr monsieur madame mme mlle m senor senora sr sra don dona'.split(' '),
);

/**
 * A full name in two: "Meier, Anna" and "Anna Meier" are the same, particles go with the family name, titles are left out.
 * One word is a given name. The card needs the given name most, and a person can put the rest right.
 */
export function splitName(name: string): { given: string | null; family: string | null } {
  const comma = /^([^,]+),\s*([^,]+)$/.exec(name);
  if (comma?.[1] && comma[2]) return { given: comma[2].trim(), family: comma[1].trim() };
  const words = withoutTitle(name.split(' '));
  if (words.length === 1) return { given: words[0] ?? null, family: null };
  const particle = words.findIndex((word, i) => i > 0 && i < words.length - 1 && particles.has(word.toLowerCase()));
  const cut = particle === -1 ? words.length - 1 : particle;
  return { given: words.slice(0, cut).join(' '), family: words.slice(cut).join(' ') };
}

function withoutTitle(words: string[]): string[] {
  const first = words.findIndex((word) => !titles.has(word.toLowerCase().replace(/\.$/, '')));
  return first <= 0 ? words : words.slice(first);
}
