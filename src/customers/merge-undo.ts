import { sql } from 'kysely';
import { keepChanges } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { idsAtAddress, lockCustomers, lockKeys } from './lock.ts';
import { type Fields, type Merge, oldest, sideOf } from './merge-memory.ts';
import { fieldsBack, writeDates, writeFields } from './merge-undo-fields.ts';
import { nameOf } from './profile.ts';
import { countPurchases } from './purchases.ts';
import { markForReplan } from './replan.ts';
import { holdSince, returnStops } from './merge-undo-stops.ts';

/**
 * `kept` and `other` are what the two are called again. `since`: something happened while they were one; `stopped`: some of it was a stop, which
 * holds for both now.
 */
export type Parted = Outcome<{
  otherId: string;
  kept: string;
  other: string;
  fromOther: string[];
  since: boolean;
  stopped: boolean;
}>;

/**
 * Makes two customers of one again, as they were before that merge. What happened since stays with the kept one: a field or day that was changed,
 * purchases, notes; but who was stopped since is stopped twice, an answer stays with the card that asked for it, and what was lifted since stands
 * again for the other. Only the latest merge of somebody present can be undone. Ledger rows are touchpoints/' to part: both are marked for it.
 * Undefined: there is no such merge of this customer, or none that is kept.
 */
export async function undoMerge(
  db: Db,
  businessId: string,
  { customerId, mergeId }: { customerId: string; mergeId: string },
  actor: Actor,
): Promise<Parted | undefined> {
  return inOneCommit(db, async (trx): Promise<Parted | undefined> => {
    const merge = await holdMerge(trx, businessId, mergeId);
    if (merge?.keptId !== customerId) return undefined;
    const problem = await problemWith(trx, businessId, merge, actor.now);
    if (problem) return refused(problem);
    const { keptId, otherId, was } = merge;
    const since = await hasHappened(trx, businessId, merge);
    const now = await sideOf(trx, businessId, keptId);
    const stops = await holdSince(trx, businessId, { ...merge, email: now.fields.email_key }, actor);
    await giveBack(trx, businessId, merge);
    await returnStops(trx, businessId, merge);
    const ended = now.fields.basis_kind === 'none' && was.left.fields.basis_kind !== 'none';
    const kept = fieldsBack(was, now.fields);
    const other = ended ? { ...was.other.fields, basis_kind: 'none' as const } : was.other.fields;
    await writeFields(trx, businessId, { keptId, kept, otherId, other }, actor);
    await writeDates(trx, businessId, merge, now.dates);
    for (const id of [keptId, otherId]) await countPurchases(trx, businessId, id, actor);
    await markMates(trx, businessId, [now.fields, kept, other], actor);
    await forgetHow(trx, businessId, mergeId, actor);
    const changes = [keptId, otherId].map((id) => ({ businessId, customerId: id, what: 'merge undone' }));
    await keepChanges(trx, changes, actor);
    const names = { kept: nameOf(kept), other: nameOf(other) };
    return { ok: true, otherId, ...names, fromOther: was.fromOther, since, stopped: stops > 0 };
  });
}

/** Takes what was undone and whose ledger is still one, the latest first. The caller parts it in this transaction. */
export async function claimParted(
  trx: Db,
  businessId: string,
  ids: readonly string[],
): Promise<{ keptId: string; otherId: string; at: Date }[]> {
  const { rows } = await sql<{ id: string; keptId: string; otherId: string; at: Date }>`
    delete from customer_merge where business_id = ${businessId} and undone_at is not null
      and (kept_id = any(${[...ids]}::uuid[]) or other_id = any(${[...ids]}::uuid[]))
    returning id, kept_id as "keptId", other_id as "otherId", at`.execute(trx);
  return rows.toSorted((one, two) => (one.id < two.id ? 1 : -1));
}

/** Locks both, and the addresses and numbers that they get back. */
async function holdMerge(trx: Db, businessId: string, id: string): Promise<Merge | undefined> {
  const look = async (): Promise<Merge | undefined> => {
    const { rows } = await sql<Merge>`select id, kept_id as "keptId", other_id as "otherId", at, was from customer_merge
      where business_id = ${businessId} and id = ${id} and undone_at is null`.execute(trx);
    return rows[0];
  };
  const merge = await look();
  if (!merge) return undefined;
  const { keep, other } = merge.was;
  const keys = [keep, other].flatMap(({ fields: { email_key: email, reference } }) => [email, reference && `#${reference}`]);
  await lockKeys(
    trx,
    businessId,
    keys.filter((key) => key !== null),
  );
  await lockCustomers(trx, businessId, [merge.keptId, merge.otherId]);
  // Undone, or gone with one of them, between the look and the lock.
  return look();
}

async function problemWith(trx: Db, businessId: string, { id, keptId, at }: Merge, now: Date): Promise<string | undefined> {
  if (at <= oldest(now)) return 'This was too long ago: how the two were before is not kept any more.';
  const { rows } = await sql<{ later: boolean }>`
    select c.merged_into is not null or exists (select from customer_merge l where l.business_id = c.business_id and l.kept_id = c.id
      and l.undone_at is null and l.id > ${id}) as later
    from customer c where c.business_id = ${businessId} and c.id = ${keptId}`.execute(trx);
  return rows[0]?.later === false ? undefined : 'They were joined with yet another entry since. Undo that first.';
}

/** Whatever is told of the kept one since, and cards that went to both as one. */
async function hasHappened(trx: Db, businessId: string, { id, keptId, at }: Merge): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`
    select exists (select from change h where h.business_id = ${businessId} and h.customer_id = ${keptId} and h.at >= ${at}
        and h.what not in ('customers merged', 'merge undone') and h.id > (select max(m.id::text)::uuid from change m
          where m.business_id = h.business_id and m.customer_id = h.customer_id and m.after ->> 'merge' = ${id}))
      or exists (select from message_data d join message m on m.business_id = d.business_id and m.touchpoint_id = d.touchpoint_id
        where d.business_id = ${businessId} and d.customer_id = ${keptId} and m.date >= ${at}) as yes`.execute(trx);
  return rows[0]?.yes ?? true;
}

async function giveBack(trx: Db, businessId: string, { keptId, otherId, was: { moved } }: Merge): Promise<void> {
  for (const table of ['purchase', 'follow_up', 'change'] as const) {
    const query = trx.updateTable(table).set({ customer_id: otherId }).where('business_id', '=', businessId);
    await query
      .where('customer_id', '=', keptId)
      .where(sql<boolean>`id = any(${moved[table]}::uuid[])`)
      .execute();
  }
  await sql`
    update import_row r set customer_id = ${otherId} from jsonb_to_recordset(${JSON.stringify(moved.import_row)}::jsonb) as x(import_id uuid, line int)
    where r.business_id = ${businessId} and r.import_id = x.import_id and r.line = x.line and r.customer_id = ${keptId}`.execute(
    trx,
  );
  await sql`update customer set merged_into = ${otherId}
    where business_id = ${businessId} and merged_into = ${keptId} and id = any(${moved.customer}::uuid[])`.execute(trx);
  // A task opened since about one of the other's cards goes with the card, as its answer does.
  await sql`
    update follow_up f set customer_id = ${otherId} from touchpoint t
    left join message_data d on d.business_id = t.business_id and d.touchpoint_id = t.id
    where f.business_id = ${businessId} and f.customer_id = ${keptId} and t.business_id = f.business_id and t.id = f.touchpoint_id
      and (t.customer_id = ${otherId} or (d.customer_id is distinct from ${keptId}
        and t.merged_from = any(${[otherId, ...moved.customer]}::uuid[])))`.execute(trx);
}

/** Who shares an address with one of them, or no longer does. */
async function markMates(trx: Db, businessId: string, all: Fields[], actor: Actor): Promise<void> {
  const keys = [...new Set(all.map(({ email_key: key }) => key).filter((key) => key !== null))];
  const mates = await Promise.all(keys.map((key) => idsAtAddress(trx, businessId, key)));
  await markForReplan(trx, businessId, mates.flat(), actor.now);
}

/** That it was undone stays until the ledger is parted too; how it was does not. */
async function forgetHow(trx: Db, businessId: string, id: string, { now }: Actor): Promise<void> {
  await sql`update customer_merge set was = null, undone_at = ${now} where business_id = ${businessId} and id = ${id}`.execute(
    trx,
  );
}
