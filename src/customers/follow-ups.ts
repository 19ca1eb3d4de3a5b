import type { Selectable } from 'kysely';
import { v7 } from 'uuid';
import { businessById } from '../businesses/business.ts';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import type { Database, Day } from '../database/schema.ts';
import { holdCustomer, onCustomer, touchCustomers } from './lock.ts';

export type FollowUp = Selectable<Database['follow_up']>;

export interface NewFollowUp {
  customerId: string;
  touchpointId?: string;
  reason: FollowUp['reason'];
  dueOn: Day;
  /** A member's id. */
  assignedTo?: string;
}

export interface Closing {
  outcome: NonNullable<FollowUp['outcome']>;
  /** Why the customer is lost: one of the business's own short list. */
  lostReason?: string;
}

/** Opens a task for a member. One that is open for the same reason (for answers: of the same touchpoint) is enough; `opened` says which. */
export async function openFollowUp(
  db: Db,
  businessId: string,
  asked: NewFollowUp,
  actor: Actor,
): Promise<Outcome<{ id: string; opened: boolean }>> {
  return onCustomer(db, businessId, asked.customerId, async (trx, { customer }) => {
    const open = await openLike(trx, businessId, { ...asked, customerId: customer.id });
    if (open) return { ok: true, id: open.id, opened: false };
    const id = v7();
    const row = { business_id: businessId, id, customer_id: customer.id, touchpoint_id: asked.touchpointId ?? null };
    await trx
      .insertInto('follow_up')
      .values({ ...row, reason: asked.reason, due_on: asked.dueOn, assigned_to: asked.assignedTo ?? null, opened_at: actor.now })
      .execute();
    await touchCustomers(trx, businessId, [customer.id], actor);
    const after = { id, reason: asked.reason, dueOn: asked.dueOn };
    await keepChange(trx, { businessId, customerId: customer.id, what: 'follow-up opened', after }, actor);
    return { ok: true, id, opened: true };
  });
}

/** Closes a task with what came of it. The first to close it is kept. */
export async function closeFollowUp(
  db: Db,
  businessId: string,
  followUpId: string,
  closing: Closing,
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  return inOneCommit(db, async (trx) => {
    const problem = await unknownReason(trx, businessId, closing);
    if (problem) return refused(problem);
    const found = await ownerOf(trx, businessId, followUpId);
    if (!found) return refused('There is no such task.');
    const held = await holdCustomer(trx, businessId, found.customer_id);
    if ('reason' in held) return held;
    const { numUpdatedRows } = await trx
      .updateTable('follow_up')
      .set({
        closed_at: actor.now,
        closed_by: actor.by,
        outcome: closing.outcome,
        lost_reason: closing.lostReason ?? null,
      })
      .where('business_id', '=', businessId)
      .where('id', '=', followUpId)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return { ok: true, changed: false };
    const customerId = held.customer.id;
    await touchCustomers(trx, businessId, [customerId], actor);
    await keepChange(trx, { businessId, customerId, what: 'follow-up closed', after: { id: followUpId, ...closing } }, actor);
    return { ok: true, changed: true };
  });
}

async function unknownReason(trx: Db, businessId: string, { lostReason }: Closing): Promise<string | undefined> {
  const reasons = (await businessById(trx, businessId))?.lost_reasons ?? [];
  if (lostReason === undefined || reasons.includes(lostReason)) return undefined;
  return `"${lostReason}" is none of your reasons. There are: ${reasons.join(', ')}.`;
}

async function openLike(trx: Db, businessId: string, { customerId, reason, touchpointId }: NewFollowUp) {
  let query = trx
    .selectFrom('follow_up')
    .select('id')
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId)
    .where('reason', '=', reason)
    .where('closed_at', 'is', null);
  if (reason === 'low answer') query = query.where('touchpoint_id', 'is not distinct from', touchpointId ?? null);
  return query.executeTakeFirst();
}

async function ownerOf(trx: Db, businessId: string, followUpId: string) {
  const query = trx.selectFrom('follow_up').select('customer_id').where('business_id', '=', businessId);
  return query.where('id', '=', followUpId).executeTakeFirst();
}
