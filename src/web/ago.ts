const steps: [ms: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [365 * 86_400_000, 'year'],
  [30 * 86_400_000, 'month'],
  [7 * 86_400_000, 'week'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
];

const HOUR = 3_600_000;

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "3 hours ago", "yesterday", "in 6 days"; "just now" within a minute. */
export function agoWords(at: Date, now: Date): string {
  const passed = at.getTime() - now.getTime();
  const step = steps.find(([ms]) => Math.abs(passed) >= ms);
  return step ? words.format(Math.trunc(passed / step[0]), step[1]) : 'just now';
}

/** The same of a session, whose use is noted once an hour. */
export function seenWords(at: Date, now: Date): string {
  return now.getTime() - at.getTime() < HOUR ? 'within the last hour' : agoWords(at, now);
}
