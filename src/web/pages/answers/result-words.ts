import { ENOUGH, type QuestionResult, type SurveyResult } from '../../../answers/results.ts';
import { type Interval, shareInterval } from '../../../answers/interval.ts';
import { labelOf } from '../../../occasions/surveys.ts';

/** What came of one question, as people say it: the words first, then the figure, what it likely is, and from how many. */
export function headlineOf(result: QuestionResult, languages: string[]): string {
  const { question, answered, mean, score } = result;
  if (question.kind === 'text') return answered === 0 ? 'Nobody wrote anything yet.' : `${people(answered)} wrote something.`;
  if (answered < ENOUGH) return tooFew(answered);
  const from = `from ${answered} answers`;
  if (mean)
    return `${happyWords(mean.value)}: ${mean.value.toFixed(1)} of 5, likely between ${mean.low.toFixed(1)} and ${mean.high.toFixed(1)}, ${from}.`;
  if (score?.kind === 'nps')
    return `${recommendWords(score)}: ${signed(score.value)}, likely between ${signed(score.low)} and ${signed(score.high)}, ${from}.`;
  return mostWords(result, languages, from);
}

function tooFew(answered: number): string {
  const so = answered === 0 ? 'no answers yet' : answered === 1 ? 'one answer so far' : `${answered} answers so far`;
  return `Too few to tell: ${so}. From ${ENOUGH} on, it is said here.`;
}

/** How many answered of those who were asked. */
export function rateWords({ asked, answered, rate }: Pick<SurveyResult, 'asked' | 'answered' | 'rate'>): string {
  const plain = `${answered} of ${asked} answered`;
  return rate ? `${plain}: ${percent(rate.value)}, likely between ${percent(rate.low)} and ${percent(rate.high)}.` : `${plain}.`;
}

/** A figure with its likely range, for a table; '–' while there are too few. */
export function scoreWords({ mean, score }: Pick<QuestionResult, 'mean' | 'score'>): string {
  if (mean) return `${mean.value.toFixed(1)} (${mean.low.toFixed(1)} to ${mean.high.toFixed(1)})`;
  if (score?.kind === 'nps') return `${signed(score.value)} (${signed(score.low)} to ${signed(score.high)})`;
  return score ? `${percent(score.value)} (${percent(score.low)} to ${percent(score.high)})` : '–';
}

/** 0.345 is 35%. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** 'YYYY-MM' is March 2027. */
export function monthWords(month: string): string {
  return months.format(new Date(`${month}-01`));
}

const months = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

// By the figure as it is shown, so that words and figure never part.
function happyWords(mean: number): string {
  const shown = Number(mean.toFixed(1));
  if (shown >= 4.6) return 'Customers are delighted';
  if (shown >= 3.8) return 'Customers are happy';
  if (shown >= 3.2) return 'Customers are content, no more';
  return shown >= 2.4 ? 'Customers are not so happy' : 'Customers are unhappy';
}

function recommendWords({ low, high }: Interval): string {
  if (low > 0) return 'More customers would recommend you than not';
  return high < 0 ? 'More customers would warn of you than recommend you' : 'As many may recommend you as not';
}

function mostWords({ question, counts, answered }: QuestionResult, languages: string[], from: string): string {
  const most = counts.toSorted((a, b) => b.count - a.count)[0];
  if (!most) return tooFew(0);
  const { low, high } = shareInterval(most.count, answered);
  const label = labelOf(question, most.value, languages);
  return `${percent(most.count / answered)} said “${label}”, likely between ${percent(low)} and ${percent(high)}, ${from}.`;
}

function people(n: number): string {
  return n === 1 ? 'One person' : `${n} people`;
}

function signed(score: number): string {
  const whole = Math.round(score);
  return whole > 0 ? `+${whole}` : whole === 0 ? '0' : `−${-whole}`;
}
