const MINUTE = 60_000;
const STEPS = [5, 15, 30, 60, 120].map((minutes) => minutes * MINUTE);
const AFTER_THAT = 240 * MINUTE;
const LONGEST = 5 * 24 * 60 * MINUTE;

/**
 * How many milliseconds after failed try number `attempt` (1 is the first) the next one comes: 5, 15, 30, 60, 120 minutes, then every 4 hours,
 * each up to 20 % longer; undefined once five days have gone (RFC 5321, 4.5.4.1). `random` gives 0 to 1.
 */
export function nextTry(attempt: number, random: () => number): number | undefined {
  const waited = Array.from({ length: attempt }, (_, i) => STEPS[i] ?? AFTER_THAT).reduce((sum, wait) => sum + wait, 0);
  if (waited > LONGEST) return undefined;
  return Math.round((STEPS[attempt - 1] ?? AFTER_THAT) * (1 + 0.2 * random()));
}
