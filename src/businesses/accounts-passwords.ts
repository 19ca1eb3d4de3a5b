import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './accounts-better-auth.ts';

/**
 * What is wrong with a password, in a sentence; undefined when it will do. Length counts, and that it is none of the first ones that anybody
 * tries (NIST SP 800-63B-4, 3.1.1): no rule asks for digits or signs. `known` are words that others know: the address, names.
 */
export function passwordProblem(password: string, known: readonly string[]): string | undefined {
  const letters = [...password].length;
  if (letters < SHORTEST_PASSWORD)
    return `Use at least ${SHORTEST_PASSWORD} letters. A few words in a row are good and easy to keep.`;
  if (password.length > LONGEST_PASSWORD) return `Use at most ${LONGEST_PASSWORD} letters.`;
  return undefined;
}
