import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import { labelOf, type Question, wordsOf } from '../occasions/surveys.ts';
import { type Interval, meanInterval, npsInterval, shareInterval } from './interval.ts';
import { type Count, countAnswers, type Range } from './tally.ts';

/** With fewer answers than this a score says little more than chance. */
export const ENOUGH = 20;

/** A score with its 95 % interval: `nps` from -100 to 100, `share` from 0 to 1. */
export interface Score extends Interval {
  kind: 'nps' | 'share';
  value: number;
}

/** One question as one occasion asked it, whatever was changed about its survey's other ones. Suspect answers are in `suspect` and nowhere else. */
export interface QuestionResult {
  /** Its place in the survey; 0 is in the card. */
  place: number;
  surveyId: string;
  /** The newest that asked it; its words are the ones shown. */
  version: number;
  question: Question;
  answered: number;
  /** How often each value was chosen, in the order of the question's values. */
  counts: { value: number; count: number }[];
  /** Satisfied are those who chose a high answer (4 or 5). Undefined: too few to tell (under 20), or a question that has no score. */
  score?: Score;
  /** Of a `scale` question, from 1 to 5; undefined when there are too few. */
  mean?: Interval & { value: number };
}

/** What came of the surveys that one occasion sent in one month. Reminders count with the survey that they remind of. */
export interface SurveyResult {
  /** Its slug. */
  occasion: string;
  /** What it is called. */
  name: string;
  /** 'YYYY-MM', the month in which the survey went out; undefined for all months together. */
  month?: string;
  asked: number;
  answered: number;
  suspect: number;
  /** From 0 to 1; undefined under 20 asked. */
  rate?: Interval & { value: number };
  questions: QuestionResult[];
}

/** What a customer wrote, newest first. */
export interface Words {
  at: Date;
  occasion: string;
  customerId: string;
  /** Full name, else the address. */
  customer: string;
  /** What the question asked, in English or else the first language it has, and the answer's own label. */
  asked: string;
  answer: string | null;
  place: number;
  value: number | null;
  words: string;
  suspect: boolean;
}

/**
 * Figures of each occasion that asked something, over the whole range and by month, the newest month first. A question that was reworded
 * stays apart from what it was. What a live business did in practice is left out.
 */
export async function surveyResults(db: Db, businessId: string, range: Range): Promise<SurveyResult[]> {
  const counts = await countAnswers(db, businessId, range);
  const questions = await findQuestions(db, businessId, counts);
  const occasions = Map.groupBy(counts, ({ occasion }) => occasion);
  return Array.from(occasions.values()).flatMap((own) => {
    const months = Map.groupBy(own, ({ month }) => month);
    const byMonth = Array.from(months).toSorted(([a], [b]) => (a < b ? 1 : -1));
    return [resultOf(own, undefined, questions), ...byMonth.map(([month, rows]) => resultOf(rows, month, questions))];
  });
}

/** What customers wrote, suspect or not, the newest first. */
export async function customersWords(
  db: Db,
  businessId: string,
  range: Range,
  limit = 100,
  languages: string[] = ['en'],
): Promise<Words[]> {
  // The few are found first: planning all these joins at once takes longer than all the rest.
  const { rows } = await sql<Omit<Words, 'asked' | 'answer'> & { questions: Question[] }>`
    select n.at, o.slug as occasion, n.customer_id as "customerId",
      coalesce(${called}, 'A customer') as customer,
      n.question as place, n.value, n.words, n.suspect, v.questions
    from (
      select a.at, a.touchpoint_id, a.question, a.value, a.suspect, w.words, w.customer_id, t.occasion_id
      from answer_text w
      join answer a on a.business_id = w.business_id and a.touchpoint_id = w.touchpoint_id and a.question = w.question
      join touchpoint t on t.business_id = w.business_id and t.id = w.touchpoint_id
      join business b on b.id = t.business_id
      where w.business_id = ${businessId} and t.reminder_of is null and t.send_on between ${range.from} and ${range.to}
        and not (t.practice and b.live_at is not null)
      order by a.at desc, a.touchpoint_id desc, a.question desc limit ${limit}
    ) n
    join person p on p.business_id = ${businessId} and p.customer_id = n.customer_id
    join message m on m.business_id = ${businessId} and m.touchpoint_id = n.touchpoint_id
    join survey_version v on v.business_id = ${businessId} and v.survey_id = m.survey_id and v.n = m.survey_version
    join occasion o on o.business_id = ${businessId} and o.id = n.occasion_id
    order by n.at desc, n.touchpoint_id desc, n.question desc`.execute(db);
  return rows.map(({ questions, ...row }) => ({ ...row, ...told(questions[row.place], row.value, languages) }));
}

function told(question: Question | undefined, value: number | null, languages: string[]): Pick<Words, 'asked' | 'answer'> {
  if (!question) return { asked: '', answer: null };
  return { asked: wordsOf(question, languages).question, answer: value === null ? null : labelOf(question, value, languages) };
}

function resultOf(rows: Count[], month: string | undefined, known: Map<string, Question[]>): SurveyResult {
  const sum = (fits: (row: Count) => boolean) => rows.reduce((total, row) => total + (fits(row) ? row.count : 0), 0);
  // Whoever answers anything answers the first question, so these are one row for each who was asked.
  const asked = sum(({ place }) => place === null || place === 0);
  const answered = sum(({ place, suspect }) => place === 0 && !suspect);
  const suspect = sum(({ place, suspect: doubted }) => place === 0 && doubted);
  const rate = asked < ENOUGH ? {} : { rate: { value: answered / asked, ...shareInterval(answered, asked) } };
  const { occasion, name } = rows[0]!;
  const given = rows.filter((row): row is Given => row.place !== null && !row.suspect);
  return {
    occasion,
    name,
    ...(month === undefined ? {} : { month }),
    asked,
    answered,
    suspect,
    ...rate,
    questions: questionsOf(given, known),
  };
}

type Given = Count & { place: number };

async function findQuestions(db: Db, businessId: string, given: Count[]): Promise<Map<string, Question[]>> {
  const ids = [...new Set(given.map(({ surveyId }) => surveyId))];
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('survey_version')
    .select(['survey_id', 'n', 'questions'])
    .where('business_id', '=', businessId)
    .where('survey_id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [`${row.survey_id} ${row.n}`, row.questions as Question[]]));
}

function questionsOf(rows: Given[], known: Map<string, Question[]>): QuestionResult[] {
  const asked = rows.flatMap((row) => {
    const question = known.get(`${row.surveyId} ${row.version}`)?.[row.place];
    return question ? [{ ...row, question }] : [];
  });
  const groups = Map.groupBy(asked, ({ surveyId, place, question }) => `${surveyId} ${place} ${sameness(question)}`);
  return Array.from(groups.values(), (group) => {
    // The newest version first, as they were read.
    const [{ surveyId, version, place, question }] = group as [(typeof asked)[number]];
    return { place, surveyId, version, question, ...figures(question, group) };
  });
}

/** Two versions ask the same when kind, answers and words are the same, in the first of their languages that both would be shown in. */
function sameness(question: Question): string {
  const { question: words, answers } = wordsOf(question, ['en']);
  return JSON.stringify([question.kind, question.values, words, answers]);
}

function figures(question: Question, group: Given[]): Pick<QuestionResult, 'answered' | 'counts' | 'score' | 'mean'> {
  const countOf = (fits: (value: number) => boolean) =>
    group.reduce((sum, { value, count }) => sum + (value !== null && fits(value) ? count : 0), 0);
  const answered = group.reduce((sum, { count }) => sum + count, 0);
  const counts = question.values.map((value) => ({ value, count: countOf((other) => other === value) }));
  const score = answered < ENOUGH ? undefined : scoreOf(question, countOf, answered);
  return {
    answered,
    counts,
    ...(score ? { score } : {}),
    ...(score && question.kind === 'scale' ? { mean: meanOf(counts, answered) } : {}),
  };
}

function meanOf(counts: QuestionResult['counts'], answered: number): Interval & { value: number } {
  const sum = counts.reduce((total, { value, count }) => total + value * count, 0);
  return { value: sum / answered, ...meanInterval(counts, { least: 1, most: 5 }) };
}

function scoreOf({ kind }: Question, countOf: (fits: (value: number) => boolean) => number, n: number): Score | undefined {
  if (kind === 'nps') {
    const [promoters, detractors] = [countOf((value) => value >= 9), countOf((value) => value <= 6)];
    return { kind: 'nps', value: (100 * (promoters - detractors)) / n, ...npsInterval({ promoters, detractors, n }) };
  }
  if (kind !== 'scale') return undefined;
  const satisfied = countOf((value) => value >= 4);
  return { kind: 'share', value: satisfied / n, ...shareInterval(satisfied, n) };
}
