import { type Selectable, sql } from 'kysely';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { MS_PER_DAY } from '../calendar/day.ts';
import type { Database } from '../database/schema.ts';
import { changeCustomer } from './customer.ts';
import { type NewDate, removeDate, setDate } from './dates.ts';
import { type Customer, type Held, holdCustomer, idsAtAddress, touchCustomers } from './lock.ts';
import { datesOf } from './profile.ts';
import { restorePurchase, voidPurchase } from './purchases.ts';
import type { PersonFields } from './read-person.ts';
import { resetStops, takeBackStop } from './stops-back.ts';

type Change = Selectable<Database['change']>;

/** `customerId` is undefined once the customer is gone with the undoing. */
export type Undone = Outcome<{ customerId: string | undefined }>;

const TOO_LATE = 'This was changed again since. Look at the page as it is now.';
const HOURS_OF_GRACE = 24;

/** What can be taken back by `undoChange`; the rest of the history is only told. */
export const UNDOABLE: readonly string[] = [
  'customer added',
  'customer changed',
  'date set',
  'date removed',
  'purchase added',
  'purchase voided',
  'stop added',
  'stop lifted',
];

/**
 * Takes one entry of a customer's history back, as a change of its own that can be taken back in turn. Refuses, in a sentence, where the same
 * thing was changed since, where an import or the customer themselves did it, and a customer on whom something hangs already. Undefined: there is
 * no such change of this customer.
 */
export async function undoChange(
  db: Db,
  businessId: string,
  customerId: string,
  changeId: string,
  actor: Actor,
): Promise<Undone | undefined> {
  return inOneCommit(db, async (trx): Promise<Undone | undefined> => {
    const held = await holdCustomer(trx, businessId, customerId);
    const change = await findChange(trx, businessId, changeId);
    if ('reason' in held || change?.customer_id !== held.customer.id) return undefined;
    if (!UNDOABLE.includes(change.what)) return refused('There is nothing to take back here.');
    if (!change.by.startsWith('member:')) return refused('Only what a member did can be taken back here.');
    const undone = await ways[change.what]?.(trx, held, change, actor);
    if (!undone) return refused('There is nothing to take back here.');
    return undone.ok ? { ok: true, customerId: change.what === 'customer added' ? undefined : held.customer.id } : undone;
  });
}

/** The newest entry of this customer's history by this actor: asked right after a verb, it is what that verb wrote. */
export async function lastChangeBy(
  db: Db,
  businessId: string,
  customerId: string,
  { by, now }: Actor,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from change where business_id = ${businessId} and customer_id = ${customerId} and at = ${now} and by = ${by}
    order by id desc limit 1`.execute(db);
  return rows[0]?.id;
}

async function findChange(trx: Db, businessId: string, id: string): Promise<Change | undefined> {
  return trx.selectFrom('change').selectAll().where('business_id', '=', businessId).where('id', '=', id).executeTakeFirst();
}

type Way = (trx: Db, held: Held, change: Change, actor: Actor) => Promise<{ ok: true } | { ok: false; reason: string }>;

const ways: Record<string, Way> = {
  'customer added': removeAdded,
  'customer changed': changeBack,
  'date set': async (trx, held, { before, after }, actor) => {
    const [was, is] = [before as NewDate | null, after as NewDate];
    if (!(await isDateNow(trx, held.customer, is))) return refused(TOO_LATE);
    const { business_id: businessId, id } = held.customer;
    return was ? setDate(trx, businessId, id, was, actor) : removeDate(trx, businessId, id, is, actor);
  },
  'date removed': async (trx, held, { before }, actor) => {
    const was = before as NewDate;
    if (await isDateNow(trx, held.customer, was, true)) return refused(TOO_LATE);
    return setDate(trx, held.customer.business_id, held.customer.id, was, actor);
  },
  'purchase added': (trx, held, { after }, actor) =>
    voidPurchase(trx, held.customer.business_id, (after as { id: string }).id, actor),
  'purchase voided': (trx, held, { before }, actor) =>
    restorePurchase(trx, held.customer.business_id, (before as { id: string }).id, actor),
  'stop added': async (trx, held, { after, at, by }, actor) => {
    if (actor.now.getTime() - at.getTime() > HOURS_OF_GRACE * 3_600_000)
      return refused('This was more than a day ago. Lift the stop on the page, where that is allowed.');
    return takeBackStop(trx, held.customer, { kind: (after as { kind: string }).kind, at, by }, actor);
  },
  'stop lifted': (trx, held, { at, by }, actor) => resetStops(trx, held.customer, { at, by }, actor),
};

const columns: Record<string, keyof PersonFields> = {
  given_name: 'givenName',
  family_name: 'familyName',
  email: 'email',
  phone: 'phone',
  language: 'language',
  zone: 'zone',
  leap_rule: 'leapRule',
  reference: 'reference',
  notes: 'notes',
  joined_on: 'joinedOn',
};

async function changeBack(trx: Db, held: Held, change: Change, actor: Actor): ReturnType<Way> {
  const [before, after] = [change.before as Record<string, unknown>, change.after as Record<string, unknown>];
  const now: Record<string, unknown> = { ...held.person, ...held.customer, custom: JSON.stringify(held.person.custom) };
  const changedSince = Object.entries(after).some(([column, value]) => (now[column] ?? null) !== (value ?? null));
  if (changedSince) return refused(TOO_LATE);
  const plain = Object.entries(before).flatMap(([column, value]) => (columns[column] ? [[columns[column], value ?? null]] : []));
  const custom = 'custom' in before ? { custom: JSON.parse(String(before['custom'])) as Record<string, string> } : {};
  const fields: PersonFields = { ...Object.fromEntries(plain), ...custom, ...basisBefore(held, before) };
  return changeCustomer(trx, held.customer.business_id, held.customer.id, fields, actor);
}

function basisBefore({ customer, person }: Held, before: Record<string, unknown>): Pick<PersonFields, 'basis'> {
  if (!Object.keys(before).some((column) => column.startsWith('basis_'))) return {};
  const now = {
    basis_kind: customer.basis_kind,
    basis_on: customer.basis_on,
    basis_source: person.basis_source,
    basis_wording: person.basis_wording,
  };
  const was = { ...now, ...before };
  return { basis: { kind: was.basis_kind, on: was.basis_on, source: was.basis_source, wording: was.basis_wording } };
}

async function isDateNow(trx: Db, { business_id, id }: Customer, date: NewDate, anyDay = false): Promise<boolean> {
  const dates = await datesOf(trx, business_id, id);
  const now = dates.find(({ kind, label }) => kind === date.kind && label === (date.label ?? ''));
  return now !== undefined && (anyDay || (now.month === date.month && now.day === date.day && now.year === (date.year ?? null)));
}

/** The row stays as an empty place, which planning clears of what it had planned; everything of the person goes. */
async function removeAdded(trx: Db, { customer, person }: Held, { at }: Change, actor: Actor): ReturnType<Way> {
  if (actor.now.getTime() - at.getTime() > MS_PER_DAY) return refused('This was more than a day ago. The customer stays.');
  if (await hangsOn(trx, customer))
    return refused('Something hangs on this customer by now: a card, a purchase or a later change. So they stay.');
  const { business_id: businessId, id } = customer;
  await trx.deleteFrom('person').where('business_id', '=', businessId).where('customer_id', '=', id).execute();
  await touchCustomers(trx, businessId, [id], actor, { erased_at: actor.now });
  const mates = person.email_key === null ? [] : await idsAtAddress(trx, businessId, person.email_key);
  await touchCustomers(trx, businessId, mates, actor);
  await keepChange(trx, { businessId, what: 'customer taken back', after: { id } }, actor);
  return { ok: true };
}

async function hangsOn(trx: Db, { business_id: businessId, id }: Customer): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select from purchase where business_id = ${businessId} and customer_id = ${id})
      or exists (select from follow_up where business_id = ${businessId} and customer_id = ${id})
      or exists (select from customer where business_id = ${businessId} and merged_into = ${id})
      or exists (select from touchpoint where business_id = ${businessId} and customer_id = ${id}
        and state not in ('planned', 'waiting', 'held', 'blocked', 'cancelled', 'expired', 'skipped'))
      or (select count(*) from change where business_id = ${businessId} and customer_id = ${id}) > 1 as any`.execute(trx);
  return rows[0]?.any ?? true;
}
