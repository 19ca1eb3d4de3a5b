import { html } from 'hono/html';
import { customersWords, type QuestionResult, type SurveyResult, surveyResults, type Words } from '../../../answers/results.ts';
import type { Range } from '../../../answers/tally.ts';
import { localDayOf } from '../../../calendar/instant.ts';
import { labelOf, wordsOf } from '../../../occasions/surveys.ts';
import { moment } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { empty, linkButton, pill } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { answersChart, monthsChart } from './charts.ts';
import { headlineOf, monthWords, percent, rateWords, scoreWords } from './result-words.ts';

const SPANS = [
  { months: 3, label: '3 months' },
  { months: 12, label: '12 months' },
  { months: 36, label: '3 years' },
] as const;
const FEW_WORDS = 30;
const MANY_WORDS = 300;

/** What customers answered: in words first, then in numbers, then what they wrote. */
export async function resultsPage(visit: Visit): Promise<Response> {
  const { db, business, c } = visit;
  const span = SPANS.find(({ months }) => String(months) === c.req.query('months')) ?? SPANS[1];
  const all = c.req.query('words') === 'all';
  const range = rangeOf(visit, span.months);
  const languages = [business.locale, 'en'];
  const [results, words] = await Promise.all([
    surveyResults(db, business.id, range),
    customersWords(db, business.id, range, (all ? MANY_WORDS : FEW_WORDS) + 1, languages),
  ]);
  const whole = results.filter(({ month }) => month === undefined);
  const content = html`${head(visit, span.months)}
  ${
    whole.length === 0
      ? nothingYet(visit)
      : whole.map((result) => {
          const months = results.filter(({ occasion, month }) => occasion === result.occasion && month !== undefined);
          return occasionPart(result, months, languages);
        })
  }
  ${words.length === 0 ? '' : wordsPart(visit, words, all ? MANY_WORDS : FEW_WORDS, span.months)}`;
  return membersPage(visit, { title: 'Answers', section: 'answers', content, wide: true });
}

/** Whole months, so that the oldest in the table is not half of one. */
function rangeOf({ business, now }: Visit, months: number): Range {
  const to = localDayOf(now, business.zone);
  const first = new Date(Date.UTC(Number(to.slice(0, 4)), Number(to.slice(5, 7)) - months, 1));
  return { from: first.toISOString().slice(0, 10), to };
}

function head({ href }: Visit, chosen: number): Html {
  return html`<div class="head">
      <div>
        <h1>Answers</h1>
        <p>What your customers say when you ask them.</p>
      </div>
      ${linkButton(href('/answers/surveys'), 'Edit the questions', { icon: 'pencil' })}
    </div>
    <nav class="tabs" aria-label="Time">
      ${SPANS.map(
        ({ months, label }) =>
          html`<a href="${href(`/answers?months=${months}`)}" ${months === chosen ? html`aria-current="page"` : ''}>${label}</a>`,
      )}
    </nav>`;
}

function nothingYet({ href }: Visit): Html {
  return empty({
    title: 'Nobody was asked yet',
    text: 'A survey goes out with an occasion, such as a week after a purchase. One press in the mail is an answer, and a low one comes to you at once.',
    action: linkButton(href('/occasions'), 'See your occasions', { kind: 'main' }),
  });
}

function occasionPart(result: SurveyResult, months: SurveyResult[], languages: string[]): Html {
  const { questions, name, suspect } = result;
  return html`<section class="box">
    <h2>${name}</h2>
    ${questions.length === 0 ? html`<p>Nobody answered yet.</p>` : questions.map((question) => questionPart(question, languages))}
    <p class="answers-rate">${rateWords(result)} ${suspectPart(suspect)}</p>
    ${months.length === 0 ? '' : monthsPart(months)}
  </section>`;
}

function suspectPart(suspect: number): Html | '' {
  if (suspect === 0) return '';
  const words = suspect === 1 ? 'One more is suspect' : `${suspect} more are suspect`;
  return html`<span class="quiet"
    >${words} and not counted: given within a minute of the mail, or by a program that opens every link.</span
  >`;
}

function questionPart(result: QuestionResult, languages: string[]): Html {
  const { question } = result;
  const ordered = question.kind === 'nps' ? result.counts.toReversed() : result.counts;
  const bars = ordered.map(({ value, count }) => ({
    label: labelOf(question, value, languages),
    count,
    tone: toneOf(result, value),
  }));
  return html`<div class="answers-question">
    <p class="answers-headline">${headlineOf(result, languages)}</p>
    <p class="quiet">“${wordsOf(question, languages).question}”${shareSatisfied(result)}</p>
    ${bars.length === 0 ? '' : answersChart(bars)}
  </div>`;
}

function shareSatisfied({ score }: QuestionResult): string {
  if (score?.kind !== 'share') return '';
  return ` – satisfied: ${percent(score.value)}, likely between ${percent(score.low)} and ${percent(score.high)}.`;
}

function toneOf({ question }: Pick<QuestionResult, 'question'>, value: number): 'good' | 'bad' | 'calm' {
  const lowAt = question.lowAt ?? (question.kind === 'scale' ? 2 : question.kind === 'nps' ? 6 : undefined);
  const highAt = question.highAt ?? (question.kind === 'scale' ? 4 : question.kind === 'nps' ? 9 : undefined);
  if (lowAt !== undefined && value <= lowAt) return 'bad';
  return highAt !== undefined && value >= highAt ? 'good' : 'calm';
}

function monthsPart(months: SurveyResult[]): Html {
  return html`<details class="answers-by-month">
    <summary>Month by month</summary>
    <p class="quiet">How many answered, of those who were asked.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Month by month">${monthsChart(months)}</div>
    <div class="scroll" tabindex="0" role="region" aria-label="Month by month, in numbers">
      <table>
        <thead>
          <tr>
            <th scope="col">Sent in</th>
            <th scope="col">Asked</th>
            <th scope="col">Answered</th>
            <th scope="col">Response</th>
            <th scope="col">Score (likely range)</th>
          </tr>
        </thead>
        <tbody>
          ${months.map(monthRow)}
        </tbody>
      </table>
    </div>
  </details>`;
}

function monthRow(result: SurveyResult): Html {
  const [first] = result.questions;
  return html`<tr>
    <th scope="row">${monthWords(result.month ?? '')}</th>
    <td>${result.asked}</td>
    <td>${result.answered}</td>
    <td>${result.rate ? percent(result.rate.value) : '–'}</td>
    <td>${first ? scoreWords(first) : '–'}${first && !first.score ? html` <span class="quiet">too few to tell</span>` : ''}</td>
  </tr>`;
}

function wordsPart(visit: Visit, words: Words[], most: number, months: number): Html {
  const more = words.length > most && most === FEW_WORDS;
  return html`<section class="answers-words">
    <h2>What they wrote</h2>
    <ul class="rows">
      ${words.slice(0, most).map((said) => wordsLine(visit, said))}
    </ul>
    ${more ? html`<p class="pager"><a href="${visit.href(`/answers?months=${months}&words=all`)}">Show more</a></p>` : ''}
  </section>`;
}

function wordsLine({ href, business, now }: Visit, said: Words): Html {
  return html`<li>
    <blockquote dir="auto">${said.words}</blockquote>
    <p class="quiet">
      <a href="${href(`/customers/${said.customerId}`)}">${said.customer}</a>, ${moment(said.at, business.zone, now)}
      ${said.answer === null ? html` · “${said.asked}”` : html` · answered “${said.answer}”`}
      ${said.suspect ? pill('suspect, not counted', 'warn') : ''}
    </p>
  </li>`;
}
