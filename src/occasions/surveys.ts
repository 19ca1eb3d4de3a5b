import { readFileSync } from 'node:fs';
import { v7 } from 'uuid';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';

/** One question of a survey, in the business's own words per language. */
export interface Question {
  kind: 'scale' | 'choice';
  words: Record<string, QuestionWords>;
  /** The values that stand for the answers, in their order: what is stored and counted. */
  values: number[];
  /** An answer of this value or less opens a follow-up; none does when it is left out. */
  lowAt?: number;
}

/** `answers` has one label for each of the question's values. */
interface QuestionWords {
  question: string;
  answers: string[];
}

export interface Survey {
  surveyId: string;
  version: number;
  questions: Question[];
}

/** What the default survey occasion asks, in every language of the gallery; reworded by publishing a new version. */
export const SATISFACTION: Question[] = [{ kind: 'scale', values: [5, 4, 3, 2, 1], lowAt: 2, words: readWords('satisfaction') }];

/** Publishes questions under a name: the first version of a new survey, or the next one of the survey that has this name. */
export async function publishSurvey(
  db: Db,
  businessId: string,
  name: string,
  questions: Question[],
  actor: Actor,
): Promise<{ surveyId: string; version: number }> {
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
