import { type Selectable, sql } from 'kysely';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { addDays, MS_PER_DAY } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { openFollowUp } from '../customers/follow-ups.ts';
import { holdCustomer } from '../customers/lock.ts';
import type { Database } from '../database/schema.ts';
import type { LinkTarget } from '../links/token.ts';
import { findSurvey, type Question } from '../occasions/surveys.ts';

type Target = Pick<LinkTarget, 'business' | 'touchpoint'>;

/** One customer's question, as it was asked in their card. */
export interface Invitation {
  businessId: string;
  touchpointId: string;
  customerId: string;
  shop: string;
  zone: string;
  language: string;
  question: Question;
  /** What they answered before; `words` is their free line. */
  given?: { value: number | null; words: string; at: Date };
  /** False once 14 days have passed since the first answer. */
  open: boolean;
  sentAt: Date;
}

/** A free line longer than this is cut. */
export const LONGEST_WORDS = 2_000;
const CHANGEABLE_DAYS = 14;
/** Mail filters open every link, and some press every button, within seconds of a message's arrival. */
const TOO_QUICK_MS = 60_000;
/** A card has one question for now. */
const QUESTION = 0;

/** What a survey's link leads to; undefined when nothing was asked, or the customer was erased. */
export async function findInvitation(db: Db, target: Target, now: Date): Promise<Invitation | undefined> {
  const row = await findAsked(db, target);
  if (row === undefined || row.survey_id === null) return undefined;
  const survey = await findSurvey(db, target.business, row.survey_id, row.survey_version);
  const question = survey?.questions[QUESTION];
  if (question === undefined) return undefined;
  return {
    businessId: target.business,
    touchpointId: target.touchpoint,
    customerId: row.customer_id,
    shop: row.name,
    zone: row.zone,
    language: row.language,
    question,
    ...(row.at === null ? {} : { given: { value: row.value, words: row.words ?? '', at: row.at } }),
    open: row.at === null || now.getTime() < row.at.getTime() + CHANGEABLE_DAYS * MS_PER_DAY,
    sentAt: row.date,
  };
}

/**
 * Stores an answer, or changes it within 14 days of the first; `at` stays the first one's. A low answer opens a follow-up for tomorrow. One that comes
 * within a minute of its card, without a word, is kept as suspect: it is more likely a mail filter than a person.
 */
export async function storeAnswer(
  db: Db,
  target: Target,
  answer: { value: number; words?: string },
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  return inOneCommit(db, async (trx) => {
    const asked = await findAsked(trx, target);
    const held = asked && (await holdCustomer(trx, target.business, asked.customer_id));
    // Looked at again under the lock: two answers at once come one after the other.
    const invitation = await findInvitation(trx, target, actor.now);
    if (!held || 'reason' in held || !invitation) return refused('There is no such question.');
    if (!invitation.open) return refused('The answer can no longer be changed.');
    if (!invitation.question.values.includes(answer.value)) return refused('That is none of the answers.');
    const words = cleaned(answer.words ?? '');
    if (invitation.given?.value === answer.value && invitation.given.words === words) return { ok: true, changed: false };
    const suspect = words === '' && actor.now.getTime() - invitation.sentAt.getTime() < TOO_QUICK_MS;
    await write(trx, invitation, { value: answer.value, words, suspect }, actor);
    if (!suspect && answer.value <= (invitation.question.lowAt ?? -Infinity)) await callBack(trx, invitation, actor);
    return { ok: true, changed: true };
  });
}

interface Asked extends Pick<Selectable<Database['message']>, 'survey_id' | 'survey_version' | 'language' | 'date'> {
  customer_id: string;
  name: string;
  zone: string;
  value: number | null;
  at: Date | null;
  words: string | null;
}

async function findAsked(db: Db, { business, touchpoint }: Target): Promise<Asked | undefined> {
  const { rows } = await sql<Asked>`
    select m.survey_id, m.survey_version, m.language, m.date, t.customer_id, b.name, b.zone, a.value, a.at, w.words
    from touchpoint t
    join business b on b.id = t.business_id
    join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    left join answer a on a.business_id = t.business_id and a.touchpoint_id = t.id and a.question = ${QUESTION}
    left join answer_text w on w.business_id = t.business_id and w.touchpoint_id = t.id and w.question = ${QUESTION}
    where t.business_id = ${business} and t.id = ${touchpoint}`.execute(db);
  return rows[0];
}

async function write(
  trx: Db,
  { businessId, touchpointId, customerId, given }: Invitation,
  { value, words, suspect }: { value: number; words: string; suspect: boolean },
  actor: Actor,
): Promise<void> {
  const key = { business_id: businessId, touchpoint_id: touchpointId, question: QUESTION };
  await trx
    .insertInto('answer')
    .values({ ...key, value, at: actor.now, suspect })
    .onConflict((conflict) => conflict.columns(['business_id', 'touchpoint_id', 'question']).doUpdateSet({ value, suspect }))
    .execute();
  await trx.deleteFrom('answer_text').where('business_id', '=', businessId).where('touchpoint_id', '=', touchpointId).execute();
  if (words)
    await trx
      .insertInto('answer_text')
      .values({ ...key, customer_id: customerId, words })
      .execute();
  const before = given && { value: given.value, words: given.words };
  await keepChange(
    trx,
    { businessId, customerId, what: given ? 'answer changed' : 'answer given', before, after: { value, words } },
    actor,
  );
}

async function callBack(trx: Db, { businessId, customerId, touchpointId, zone }: Invitation, actor: Actor): Promise<void> {
  const dueOn = addDays(localDayOf(actor.now, zone), 1);
  await openFollowUp(trx, businessId, { customerId, touchpointId, reason: 'low answer', dueOn }, actor);
}

function cleaned(words: string): string {
  return words.replaceAll('\0', ' ').toWellFormed().trim().slice(0, LONGEST_WORDS).toWellFormed();
}
