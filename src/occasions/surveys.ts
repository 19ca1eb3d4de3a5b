import { readFileSync } from 'node:fs';
import { v7 } from 'uuid';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';

/** One question of a survey, in the business's own words per language. `nps` is asked from 0 to 10, `scale` from 1 to 5. */
export interface Question {
  kind: 'nps' | 'scale' | 'yes-no' | 'choice' | 'text';
  words: Record<string, QuestionWords>;
  /** The values that stand for the answers, in their order: what is stored and counted. A `text` question has none. */
  values: number[];
  /** An answer of this value or less opens a follow-up; none does when it is left out. */
  lowAt?: number;
  /** Whoever answers with this value or more is shown the business's review link; nobody is when it is left out. */
  highAt?: number;
}

/** `answers` has one label for each of the question's values; `nps` needs none, and says what its ends mean. */
interface QuestionWords {
  question: string;
  answers: string[];
  ends?: { lowest: string; highest: string };
}

export interface Survey {
  surveyId: string;
  version: number;
  questions: Question[];
}

const MOST_QUESTIONS = 5;
const MOST_ANSWERS = 12;

/** What the default survey occasion asks, in every language of the gallery; reworded by publishing a new version. */
export const SATISFACTION: Question[] = [
  { kind: 'scale', values: [5, 4, 3, 2, 1], lowAt: 2, highAt: 4, words: readWords('satisfaction') },
];

/** How likely somebody is to recommend the business: detractors answer 0 to 6, promoters 9 or 10 (Reichheld, 2003). */
export const RECOMMEND: Question[] = [
  { kind: 'nps', values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], lowAt: 6, highAt: 9, words: readWords('recommend') },
];

/**
 * Publishes questions under a name: the first version of a new survey, or the next one of the survey that has this name. Throws on questions
 * with a problem: whoever lets a person write them asks `problemWithQuestions` first.
 */
export async function publishSurvey(
  db: Db,
  businessId: string,
  name: string,
  questions: Question[],
  actor: Actor,
): Promise<{ surveyId: string; version: number }> {
  const problem = problemWithQuestions(questions);
  if (problem) throw new Error(problem);
  return inOneCommit(db, async (trx) => {
    const surveyId = (await lockSurvey(trx, businessId, name)) ?? (await addSurvey(trx, businessId, name));
    const version = ((await latestVersion(trx, businessId, surveyId)) ?? 0) + 1;
    const row = { business_id: businessId, survey_id: surveyId, n: version, by: actor.by, at: actor.now };
    await trx
      .insertInto('survey_version')
      .values({ ...row, questions: JSON.stringify(questions) })
      .execute();
    await keepChange(trx, { businessId, what: 'survey published', after: { surveyId, version } }, actor);
    return { surveyId, version };
  });
}

/** A version of a survey, the latest for null. Versions never change, so an answer always belongs to the words it was given to. */
export async function findSurvey(
  db: Db,
  businessId: string,
  surveyId: string,
  version: number | null,
): Promise<Survey | undefined> {
  let query = db
    .selectFrom('survey_version')
    .select(['n', 'questions'])
    .where('business_id', '=', businessId)
    .where('survey_id', '=', surveyId);
  if (version !== null) query = query.where('n', '=', version);
  const row = await query.orderBy('n', 'desc').limit(1).executeTakeFirst();
  return row && { surveyId, version: row.n, questions: row.questions as Question[] };
}

/** A question's words in the first of these languages that it has ('de-AT' is content with 'de'), else in English, else in any. */
export function wordsOf(question: Question, languages: string[]): QuestionWords {
  const wanted = [...languages.flatMap((language) => [language, language.split('-')[0] ?? language]), 'en'];
  const found = wanted.find((language) => Object.hasOwn(question.words, language));
  const words = found === undefined ? Object.values(question.words)[0] : question.words[found];
  if (!words) throw new Error('A published question has no words');
  return words;
}

/** Why these questions cannot be asked, as a sentence; undefined when they can. */
export function problemWithQuestions(questions: Question[]): string | undefined {
  if (questions.length < 1 || questions.length > MOST_QUESTIONS) return `A survey asks one to ${MOST_QUESTIONS} questions.`;
  if (questions[0]?.kind === 'text')
    return 'The first question stands in the mail as buttons. Let it have answers to choose from.';
  return questions.map(problemWith).find((problem) => problem !== undefined);
}

/** What an answer is called: its label, or the number itself. */
export function labelOf(question: Question, value: number, languages: string[]): string {
  return wordsOf(question, languages).answers[question.values.indexOf(value)] ?? String(value);
}

const FIXED: Partial<Record<Question['kind'], readonly number[]>> = {
  nps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  scale: [1, 2, 3, 4, 5],
  'yes-no': [0, 1],
  text: [],
};

function problemWith({ kind, values, words }: Question): string | undefined {
  const said = Object.values(words);
  if (said.length === 0 || said.some(({ question }) => question.trim() === '')) return 'Write the question.';
  const fixed = FIXED[kind];
  const kept = values.toSorted((a, b) => a - b);
  if (fixed && fixed.join() !== kept.join())
    return `The answers of this kind of question are ${fixed.join(', ') || 'free words'}.`;
  if (new Set(values).size !== values.length || values.some((value) => !Number.isInteger(value) || value < 0 || value > 255))
    return 'Each answer needs a number of its own, from 0 to 255.';
  if (kind === 'choice' && (values.length < 2 || values.length > MOST_ANSWERS)) return `Give two to ${MOST_ANSWERS} answers.`;
  const labelled = said.every(({ answers }) => answers.length === values.length && answers.every((label) => label.trim() !== ''));
  return labelled || kind === 'nps' ? undefined : 'Write every answer in every language.';
}

function readWords(name: string): Question['words'] {
  const file = new URL(`../../templates/surveys/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Question['words'];
}

async function lockSurvey(db: Db, businessId: string, name: string): Promise<string | undefined> {
  const query = db.selectFrom('survey').select('id').where('business_id', '=', businessId).where('name', '=', name);
  return (await query.forUpdate().executeTakeFirst())?.id;
}

async function addSurvey(db: Db, businessId: string, name: string): Promise<string> {
  const id = v7();
  await db.insertInto('survey').values({ business_id: businessId, id, name }).execute();
  return id;
}

async function latestVersion(db: Db, businessId: string, surveyId: string): Promise<number | null> {
  const row = await db
    .selectFrom('survey_version')
    .select(({ fn }) => fn.max<number | null>('n').as('n'))
    .where('business_id', '=', businessId)
    .where('survey_id', '=', surveyId)
    .executeTakeFirst();
  return row?.n ?? null;
}
