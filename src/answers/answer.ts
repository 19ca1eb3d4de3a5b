import { type Selectable, sql } from 'kysely';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { addLetter } from '../businesses/letters.ts';
import { addDays, MS_PER_DAY } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { openFollowUp } from '../customers/follow-ups.ts';
import { holdCustomer, touchCustomers } from '../customers/lock.ts';
import type { Database } from '../database/schema.ts';
import type { LinkTarget } from '../links/token.ts';
import { findSurvey, type Question } from '../occasions/surveys.ts';
import { isSuspect } from './visits.ts';

type Target = Pick<LinkTarget, 'business' | 'touchpoint'>;

/** What a customer says to one question; beside a chosen answer, `words` is their free line. */
export interface Said {
  value?: number | undefined;
  words?: string;
}

/** One customer's questions, as they were asked in their card. */
export interface Invitation {
  businessId: string;
  touchpointId: string;
  customerId: string;
  shop: string;
  zone: string;
  /** The business's own language; `language` is the card's. */
  locale: string;
  language: string;
  /** The first one stands in the card itself. */
  questions: [Question, ...Question[]];
  /** What they answered before, by the question's place. What a mail filter may have answered is left out. */
  given: ReadonlyMap<number, { value: number | null; words: string }>;
  /** The answer to the first question as it is kept, even where a mail filter may have given it. */
  kept: number | undefined;
  /** False once 14 days have passed since the first answer. */
  open: boolean;
  /** Where the business would like happy customers to go on. */
  afterwards: { reviewUrl: string | null; referralLine: string | null };
}

/** A free line longer than this is cut. */
export const LONGEST_WORDS = 2_000;
const CHANGEABLE_DAYS = 14;

/** What a survey's link leads to; undefined when nothing was asked, or the customer was erased. */
export async function findInvitation(db: Db, target: Target, now: Date): Promise<Invitation | undefined> {
  return (await look(db, target, now))?.invitation;
}

/**
 * Stores answers by their question's place (0 is the one in the card, and needs a value), or changes them within 14 days of the first; `at` stays
 * the first one's. A low one opens a follow-up for tomorrow. What is suspect (see visits.ts) counts for nothing and yields to what is not.
 */
export async function storeAnswers(
  db: Db,
  target: Target,
  said: ReadonlyMap<number, Said>,
  actor: Actor,
  visitor?: string,
): Promise<Outcome<{ changed: boolean; suspect: boolean }>> {
  return inOneCommit(db, async (trx) => {
    const asked = await findAsked(trx, target);
    const held = asked && (await holdCustomer(trx, target.business, asked.customer_id));
    // Looked at again under the lock: two answers at once come one after the other.
    const seen = await look(trx, target, actor.now);
    if (!held || 'reason' in held || !seen) return refused('There is no such question.');
    const { invitation, suspected } = seen;
    const answers = readAnswers(invitation, said);
    if (typeof answers === 'string') return refused(answers);
    const [{ values }] = invitation.questions;
    const suspect = await isSuspect(trx, target, { visitor, values }, actor.now);
    if (suspect && invitation.given.size > 0) return { ok: true, changed: false, suspect };
    const changed = answers.filter((answer) => differs(invitation, answer));
    if (changed.length === 0) return { ok: true, changed: false, suspect };
    if (suspected) await forget(trx, invitation);
    await write(trx, invitation, changed, suspect, actor);
    // Whoever has answered is not reminded, not even by a card that is on its way to a line.
    if (!suspect) await touchCustomers(trx, target.business, [held.customer.id], actor);
    if (!suspect && answers.some((answer) => isLow(invitation, answer))) await callBack(trx, invitation, actor);
    return { ok: true, changed: true, suspect };
  });
}

interface Asked extends Pick<Selectable<Database['message']>, 'survey_id' | 'survey_version' | 'language'> {
  customer_id: string;
  name: string;
  zone: string;
  locale: string;
  review_url: string | null;
  referral_line: string | null;
}

async function findAsked(db: Db, { business, touchpoint }: Target): Promise<Asked | undefined> {
  const { rows } = await sql<Asked>`
    select m.survey_id, m.survey_version, m.language, t.customer_id, b.name, b.zone, b.locale, b.review_url, b.referral_line
    from touchpoint t
    join business b on b.id = t.business_id
    join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.business_id = ${business} and t.id = ${touchpoint}`.execute(db);
  return rows[0];
}

/** `suspected`: there are answers, and a filter may have given them. */
async function look(db: Db, target: Target, now: Date): Promise<{ invitation: Invitation; suspected: boolean } | undefined> {
  const row = await findAsked(db, target);
  if (row === undefined || row.survey_id === null) return undefined;
  const survey = await findSurvey(db, target.business, row.survey_id, row.survey_version);
  const [first, ...further] = survey?.questions ?? [];
  if (first === undefined) return undefined;
  const kept = await findGiven(db, target);
  const sure = kept.filter(({ suspect }) => !suspect);
  const since = Math.min(...sure.map(({ at }) => at.getTime()));
  const invitation: Invitation = {
    businessId: target.business,
    touchpointId: target.touchpoint,
    customerId: row.customer_id,
    shop: row.name,
    zone: row.zone,
    locale: row.locale,
    language: row.language,
    questions: [first, ...further],
    given: new Map(sure.map(({ question, value, words }) => [question, { value, words: words ?? '' }])),
    kept: kept.find(({ question }) => question === 0)?.value ?? undefined,
    open: now.getTime() < since + CHANGEABLE_DAYS * MS_PER_DAY,
    afterwards: { reviewUrl: row.review_url, referralLine: row.referral_line },
  };
  return { invitation, suspected: sure.length < kept.length };
}

async function findGiven(db: Db, { business, touchpoint }: Target) {
  return db
    .selectFrom('answer as a')
    .leftJoin('answer_text as w', (join) =>
      join
        .onRef('w.business_id', '=', 'a.business_id')
        .onRef('w.touchpoint_id', '=', 'a.touchpoint_id')
        .onRef('w.question', '=', 'a.question'),
    )
    .select(['a.question', 'a.value', 'a.at', 'a.suspect', 'w.words'])
    .where('a.business_id', '=', business)
    .where('a.touchpoint_id', '=', touchpoint)
    .orderBy('a.question')
    .execute();
}

interface Answer {
  place: number;
  value: number | null;
  words: string;
}

/** The answers as they are kept, or a sentence. A question that was passed over has none. */
function readAnswers({ open, questions }: Invitation, said: ReadonlyMap<number, Said>): Answer[] | string {
  if (!open) return 'The answer can no longer be changed.';
  if (said.get(0)?.value === undefined) return 'The first question has no answer.';
  const answers = questions.map(({ kind }, place): Answer => {
    const { value, words = '' } = said.get(place) ?? {};
    return { place, value: kind === 'text' ? null : (value ?? null), words: cleaned(words) };
  });
  const wrong = answers.some(({ place, value }) => value !== null && !questions[place]?.values.includes(value));
  return wrong
    ? 'That is none of the answers.'
    : answers.filter(({ place, value }) => value !== null || questions[place]?.kind === 'text');
}

function differs({ given }: Invitation, { place, value, words }: Answer): boolean {
  const before = given.get(place);
  return before === undefined ? value !== null || words !== '' : before.value !== value || before.words !== words;
}

function isLow({ questions }: Invitation, { place, value }: Answer): boolean {
  return value !== null && value <= (questions[place]?.lowAt ?? -Infinity);
}

async function forget(trx: Db, { businessId, touchpointId }: Invitation): Promise<void> {
  await trx.deleteFrom('answer').where('business_id', '=', businessId).where('touchpoint_id', '=', touchpointId).execute();
}

async function write(trx: Db, invitation: Invitation, answers: Answer[], suspect: boolean, actor: Actor): Promise<void> {
  const { businessId, touchpointId, customerId, given } = invitation;
  for (const { place, value, words } of answers) {
    const key = { business_id: businessId, touchpoint_id: touchpointId, question: place };
    await trx
      .insertInto('answer')
      .values({ ...key, value, at: actor.now, suspect })
      .onConflict((conflict) => conflict.columns(['business_id', 'touchpoint_id', 'question']).doUpdateSet({ value, suspect }))
      .execute();
    await sql`delete from answer_text where business_id = ${businessId} and touchpoint_id = ${touchpointId} and question = ${place}`.execute(
      trx,
    );
    const row = { ...key, customer_id: customerId, words };
    if (words) await trx.insertInto('answer_text').values(row).execute();
  }
  const before = answers.flatMap(({ place }) => given.get(place) ?? []);
  const after = answers.map(({ value, words }) => ({ value, words }));
  const what = before.length > 0 ? 'answer changed' : suspect ? 'answer suspected' : 'answer given';
  await keepChange(trx, { businessId, customerId, what, ...(before.length > 0 ? { before } : {}), after }, actor);
}

/** Somebody gets in touch: a task for tomorrow, and a letter to the person in charge now. */
async function callBack(
  trx: Db,
  { businessId, customerId, touchpointId, zone, locale }: Invitation,
  actor: Actor,
): Promise<void> {
  const dueOn = addDays(localDayOf(actor.now, zone), 1);
  const task = await openFollowUp(trx, businessId, { customerId, touchpointId, reason: 'low answer', dueOn }, actor);
  if (task.ok && task.opened)
    await addLetter(trx, businessId, { kind: 'low answer', followUpId: task.id, language: locale }, actor);
}

function cleaned(words: string): string {
  return words.replaceAll('\0', ' ').toWellFormed().trim().slice(0, LONGEST_WORDS).toWellFormed();
}
