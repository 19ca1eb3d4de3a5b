import { sql, type Updateable } from 'kysely';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import type { Database } from '../database/schema.ts';
import { toldByOther } from './dates.ts';
import { type Customer, idsAtAddress, lockCustomers, type Person, presentId, touchCustomers } from './lock.ts';
import { type MergeMemory, type Moved, rememberMerge, sideOf as memoryOf } from './merge-memory.ts';
import { nameKey } from './name-key.ts';
import { countPurchases } from './purchases.ts';
import { markForReplan } from './replan.ts';

/**
 * Makes one customer of two. The kept one's own fields and dates win, the other's fill its gaps; all stops, purchases, tasks and
 * history come together, and the earliest day of joining counts. `chosen` names what is to be the other's instead: fields ('given_name',
 * 'family_name', 'email', 'phone', 'language', 'zone', 'reference', 'basis') and dates ('date:birthday/'); unless said, `toldByOther`.
 * The other's `person` stays as an alias, so that a repeated import finds whom it became by the address or number it knew; it goes
 * with the kept one when that is erased. Ledger rows are touchpoints/' to re-point: both customers are marked for it. How both were before
 * is kept for a while, so that `undoMerge` can part them again.
 */
export async function mergeCustomers(
  db: Db,
  businessId: string,
  keepId: string,
  otherId: string,
  actor: Actor,
  chosen?: ReadonlySet<string>,
): Promise<Outcome<{ id: string }>> {
  return inOneCommit(db, async (trx) => {
    const pair = await holdPair(trx, businessId, keepId, otherId);
    if (typeof pair === 'string') return refused(pair);
    const { keep, other } = pair;
    const mates = other.person.email_key === null ? [] : await idsAtAddress(trx, businessId, other.person.email_key);
    const before = await memoryBefore(trx, businessId, keep.customer.id, other.customer.id);
    const fromOther = chosen ?? toldByOther(before.keep.dates, before.other.dates);
    await fillPerson(trx, keep, other, fromOther);
    await mergeDates(trx, businessId, keep.customer.id, other.customer.id, fromOther);
    const moved = await repoint(trx, businessId, other.customer.id, keep.customer.id);
    await touchCustomers(trx, businessId, [other.customer.id], actor, {
      merged_into: keep.customer.id,
      joined_on: null,
      first_purchase_on: null,
    });
    await touchCustomers(
      trx,
      businessId,
      [keep.customer.id],
      actor,
      mergedColumns(keep.customer, other.customer, fromOther.has('basis')),
    );
    await countPurchases(trx, businessId, keep.customer.id, actor);
    await markForReplan(trx, businessId, mates, actor.now);
    const left = await memoryOf(trx, businessId, keep.customer.id);
    const was = { ...before, left, moved, fromOther: [...fromOther] };
    const merge = await rememberMerge(trx, businessId, { keepId: keep.customer.id, otherId: other.customer.id, was }, actor);
    await keepChange(trx, { businessId, customerId: keep.customer.id, what: 'customers merged', after: { merge } }, actor);
    return { ok: true, id: keep.customer.id };
  });
}

interface Side {
  customer: Customer;
  person: Person;
}

async function holdPair(
  trx: Db,
  businessId: string,
  keepId: string,
  otherId: string,
): Promise<{ keep: Side; other: Side } | string> {
  for (;;) {
    const ids = [await presentId(trx, businessId, keepId), await presentId(trx, businessId, otherId)];
    const [keep, other] = ids;
    if (keep === undefined || other === undefined) return 'There is no such customer.';
    if (keep === other) return 'These are the same customer already.';
    const locked = await lockCustomers(trx, businessId, [keep, other]);
    if (locked.some((customer) => customer.erased_at !== null)) return 'One of them was erased at their own wish.';
    // Merged elsewhere between the look and the lock: look again.
    if (locked.every((customer) => customer.merged_into === null)) {
      return { keep: await sideOf(trx, locked, keep), other: await sideOf(trx, locked, other) };
    }
  }
}

async function sideOf(trx: Db, locked: Customer[], id: string): Promise<Side> {
  const customer = locked.find((row) => row.id === id);
  if (!customer) throw new Error('A customer went while it was locked');
  const query = trx.selectFrom('person').selectAll().where('business_id', '=', customer.business_id);
  return { customer, person: await query.where('customer_id', '=', id).executeTakeFirstOrThrow() };
}

async function memoryBefore(
  trx: Db,
  businessId: string,
  keepId: string,
  otherId: string,
): Promise<Pick<MergeMemory, 'keep' | 'other' | 'stood' | 'keptStops'>> {
  const query = trx.selectFrom('stop').select(['id', 'customer_id', 'lifted_at']).where('business_id', '=', businessId);
  const stops = await query.where('customer_id', 'in', [keepId, otherId]).execute();
  return {
    keep: await memoryOf(trx, businessId, keepId),
    other: await memoryOf(trx, businessId, otherId),
    stood: stops.filter((stop) => stop.customer_id === otherId && stop.lifted_at === null).map(({ id }) => id),
    keptStops: stops.filter((stop) => stop.customer_id === keepId).map(({ id }) => id),
  };
}

async function fillPerson(
  trx: Db,
  { person: keep }: Side,
  { person: other }: Side,
  fromOther: ReadonlySet<string>,
): Promise<void> {
  const pick = <K extends keyof Person>(field: K, as: string = field): Person[K] =>
    fromOther.has(as) ? (other[field] ?? keep[field]) : (keep[field] ?? other[field]);
  const reference = pick('reference');
  // A number belongs to one row, so the alias gives it up first, and keeps the one that is not chosen.
  if (reference !== keep.reference) await updatePerson(trx, other, { reference: null });
  const emailFrom = (fromOther.has('email') && other.email !== null) || keep.email === null ? other : keep;
  const filled = {
    given_name: pick('given_name'),
    family_name: pick('family_name'),
    phone: pick('phone'),
    language: pick('language'),
    zone: pick('zone'),
    leap_rule: keep.leap_rule ?? other.leap_rule,
    reference,
    notes: bothNotes(keep.notes, other.notes),
    basis_source: pick('basis_source', 'basis'),
    basis_wording: pick('basis_wording', 'basis'),
  };
  await updatePerson(trx, keep, {
    ...filled,
    email: emailFrom.email,
    email_key: emailFrom.email_key,
    name_key: nameKey(filled.given_name, filled.family_name),
    custom: JSON.stringify({ ...other.custom, ...keep.custom }),
  });
  if (reference !== keep.reference && keep.reference !== null) await updatePerson(trx, other, { reference: keep.reference });
}

function bothNotes(one: string | null, other: string | null): string | null {
  return one !== null && other !== null && one !== other ? `${one}\n\n${other}` : (one ?? other);
}

async function updatePerson(trx: Db, { business_id, customer_id }: Person, set: Updateable<Database['person']>): Promise<void> {
  const query = trx.updateTable('person').set(set).where('business_id', '=', business_id);
  await query.where('customer_id', '=', customer_id).execute();
}

// No basis is a gap, which the other's fills; any basis of the kept one's own stays.
function mergedColumns(keep: Customer, other: Customer, othersBasis: boolean): Updateable<Database['customer']> {
  const from = keep.basis_kind === 'none' || (othersBasis && other.basis_kind !== 'none') ? other : keep;
  const joined = [keep.joined_on, other.joined_on].filter((day) => day !== null).toSorted();
  return { joined_on: joined[0] ?? null, basis_kind: from.basis_kind, basis_on: from.basis_on };
}

async function mergeDates(
  trx: Db,
  businessId: string,
  keepId: string,
  otherId: string,
  fromOther: ReadonlySet<string>,
): Promise<void> {
  const chosen = Array.from(fromOther, (name) => /^date:(.*)$/s.exec(name)?.[1]).filter((name) => name !== undefined);
  await sql`
    delete from date k where k.business_id = ${businessId} and k.customer_id = ${keepId} and k.kind || '/' || k.label = any(${chosen}::text[])
      and exists (select from date o where o.business_id = k.business_id and o.customer_id = ${otherId} and o.kind = k.kind
        and o.label = k.label)`.execute(trx);
  // The same day with a year fills the gap of one without.
  await sql`
    update date k set year = o.year from date o
    where k.business_id = ${businessId} and k.customer_id = ${keepId} and k.year is null
      and o.business_id = k.business_id and o.customer_id = ${otherId} and o.kind = k.kind and o.label = k.label
      and o.month = k.month and o.day = k.day`.execute(trx);
  await sql`
    update date o set customer_id = ${keepId}
    where o.business_id = ${businessId} and o.customer_id = ${otherId} and not exists (
      select from date k where k.business_id = o.business_id and k.customer_id = ${keepId} and k.kind = o.kind and k.label = o.label
    )`.execute(trx);
  await trx.deleteFrom('date').where('business_id', '=', businessId).where('customer_id', '=', otherId).execute();
}

/** Everything that customers/ keeps about the other, and those who had been merged into it before. */
async function repoint(trx: Db, businessId: string, from: string, to: string): Promise<Moved> {
  const move = async (table: 'stop' | 'purchase' | 'follow_up' | 'change'): Promise<string[]> => {
    const query = trx.updateTable(table).set({ customer_id: to }).where('business_id', '=', businessId);
    return (await query.where('customer_id', '=', from).returning('id').execute()).map(({ id }) => id);
  };
  const rows = trx.updateTable('import_row').set({ customer_id: to }).where('business_id', '=', businessId);
  const earlier = trx.updateTable('customer').set({ merged_into: to }).where('business_id', '=', businessId);
  return {
    stop: await move('stop'),
    purchase: await move('purchase'),
    follow_up: await move('follow_up'),
    change: await move('change'),
    import_row: await rows.where('customer_id', '=', from).returning(['import_id', 'line']).execute(),
    customer: (await earlier.where('merged_into', '=', from).returning('id').execute()).map(({ id }) => id),
  };
}
