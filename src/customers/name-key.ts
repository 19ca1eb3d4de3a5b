/**
 * A whole name as it is compared, never shown: without accents, case, spaces and signs ("Anne-Marie  D'Été" and "anne marie dete" are one).
 * Unicode NFKD; letters that do not decompose (ø, ß, ł, æ) go by their usual spelling. '' when there is no letter or digit in it.
 */
export function nameKey(givenName: string | null | undefined, familyName?: string | null): string {
  return [givenName, familyName]
    .map((name) => (name ?? '').normalize('NFKD').toLowerCase())
    .join('')
    .replaceAll(/[øßłæœđðþı]/g, (letter) => spelled[letter] ?? letter)
    .replaceAll(/[^\p{Letter}\p{Number}]/gu, '');
}

const spelled: Record<string, string> = { ø: 'o', ß: 'ss', ł: 'l', æ: 'ae', œ: 'oe', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };
