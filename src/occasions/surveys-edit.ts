import { isDeepStrictEqual } from 'node:util';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, type Refusal, refused } from '../businesses/commit.ts';
import {
  findSurvey,
  problemWithQuestions,
  publishSurvey,
  type Question,
  RECOMMEND,
  SATISFACTION,
  type Survey,
} from './surveys.ts';

/** A survey as the list shows it: its newest version, who made it when, and the occasions that ask it. */
export interface ListedSurvey extends Survey {
  name: string;
  by: string;
  at: Date;
  occasions: string[];
}

const LONGEST_NAME = 60;
const LONGEST_QUESTION = 300;
const LONGEST_ANSWER = 80;
const MOST_SURVEYS = 50;

/** By name. */
export async function listSurveys(db: Db, businessId: string): Promise<ListedSurvey[]> {
  const rows = await db
    .selectFrom('survey as s')
    .innerJoin('survey_version as v', (join) =>
      join.onRef('v.business_id', '=', 's.business_id').onRef('v.survey_id', '=', 's.id'),
    )
    .select(['s.id', 's.name', 'v.n', 'v.questions', 'v.by', 'v.at'])
    .distinctOn('s.id')
    .where('s.business_id', '=', businessId)
    .orderBy('s.id')
    .orderBy('v.n', 'desc')
    .execute();
  const occasions = await askingOccasions(db, businessId);
  const listed = rows.map(({ id, name, n, questions, by, at }) => {
    return { surveyId: id, name, version: n, questions: questions as Question[], by, at, occasions: occasions.get(id) ?? [] };
  });
  return listed.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Adds a survey under a name that no other one of the business has. */
export async function addSurvey(
  db: Db,
  businessId: string,
  name: string,
  questions: Question[],
  actor: Actor,
): Promise<Outcome<{ surveyId: string; version: number }>> {
  const problem = problemWithName(name) ?? problemWithWords(questions) ?? problemWithQuestions(questions);
  if (problem) return refused(problem);
  return inOneCommit(db, async (trx) => {
    await trx.selectFrom('business').select('id').where('id', '=', businessId).forUpdate().execute();
    const present = await trx.selectFrom('survey').select('name').where('business_id', '=', businessId).execute();
    if (present.length >= MOST_SURVEYS) return refused(`There are ${MOST_SURVEYS} surveys already. Use one of them.`);
    if (present.some((one) => one.name.toLowerCase() === name.trim().toLowerCase()))
      return refused('There is a survey of this name. Choose another name.');
    return { ok: true, ...(await publishSurvey(trx, businessId, name.trim(), questions, actor)) };
  });
}

/**
 * Publishes the next version of a survey, unless nothing changed. `seen` is the version that the member started from: when a newer one is
 * there, nothing is published, and `newer` says which.
 */
export async function publishQuestions(
  db: Db,
  businessId: string,
  { surveyId, name, questions, seen }: { surveyId: string; name: string; questions: Question[]; seen: number },
  actor: Actor,
): Promise<Outcome<{ version: number; changed: boolean }> | (Refusal & { newer: number })> {
  const problem = problemWithName(name) ?? problemWithWords(questions) ?? problemWithQuestions(questions);
  if (problem) return refused(problem);
  return inOneCommit(db, async (trx) => {
    const row = await lockSurvey(trx, businessId, surveyId);
    const latest = row && (await findSurvey(trx, businessId, surveyId, null));
    if (!latest) return refused('There is no such survey.');
    if (latest.version !== seen)
      return { ...refused('Somebody else published other questions meanwhile.'), newer: latest.version };
    const renamed = await rename(trx, businessId, { surveyId, from: row.name, to: name.trim() }, actor);
    if (!renamed.ok) return renamed;
    if (isDeepStrictEqual(latest.questions, questions)) return { ok: true, version: latest.version, changed: renamed.changed };
    const { version } = await publishSurvey(trx, businessId, name.trim(), questions, actor);
    return { ok: true, version, changed: true };
  });
}

/** A question to start from, in every language we have words for. */
export function starterQuestion(kind: Question['kind']): Question {
  if (kind === 'scale') return SATISFACTION[0]!;
  if (kind === 'nps') return RECOMMEND[0]!;
  if (kind === 'yes-no') return { kind, values: [1, 0], words: { en: { question: '', answers: ['Yes', 'No'] } } };
  if (kind === 'choice') return { kind, values: [1, 2], words: { en: { question: '', answers: ['', ''] } } };
  return { kind, values: [], words: { en: { question: '', answers: [] } } };
}

async function askingOccasions(db: Db, businessId: string): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('occasion')
    .select(['survey_id', 'name'])
    .where('business_id', '=', businessId)
    .where('survey_id', 'is not', null)
    .where('archived_at', 'is', null)
    .orderBy('rank')
    .execute();
  return new Map(
    Array.from(
      Map.groupBy(rows, (row) => row.survey_id!),
      ([id, own]) => [id, own.map(({ name }) => name)],
    ),
  );
}

function problemWithName(name: string): string | undefined {
  if (name.trim() === '') return 'Give the survey a name.';
  return name.trim().length > LONGEST_NAME ? `The name is longer than ${LONGEST_NAME} letters. Make it shorter.` : undefined;
}

function problemWithWords(questions: Question[]): string | undefined {
  const said = questions.flatMap(({ words }) => Object.values(words));
  if (said.some(({ question }) => question.length > LONGEST_QUESTION))
    return `A question is longer than ${LONGEST_QUESTION} letters. Make it shorter.`;
  const labels = said.flatMap(({ answers, ends }) => [...answers, ...(ends ? [ends.lowest, ends.highest] : [])]);
  return labels.some((label) => label.length > LONGEST_ANSWER)
    ? `An answer is longer than ${LONGEST_ANSWER} letters. Make it shorter.`
    : undefined;
}

async function lockSurvey(db: Db, businessId: string, id: string): Promise<{ name: string } | undefined> {
  const query = db.selectFrom('survey').select('name').where('business_id', '=', businessId).where('id', '=', id);
  return query.forUpdate().executeTakeFirst();
}

async function rename(
  db: Db,
  businessId: string,
  { surveyId, from, to }: { surveyId: string; from: string; to: string },
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  if (from === to) return { ok: true, changed: false };
  const others = await db.selectFrom('survey').select(['id', 'name']).where('business_id', '=', businessId).execute();
  if (others.some((one) => one.id !== surveyId && one.name.toLowerCase() === to.toLowerCase()))
    return refused('There is a survey of this name. Choose another name.');
  await db.updateTable('survey').set({ name: to }).where('business_id', '=', businessId).where('id', '=', surveyId).execute();
  await keepChange(db, { businessId, what: 'survey renamed', before: { name: from }, after: { surveyId, name: to } }, actor);
  return { ok: true, changed: true };
}
