import type { Selectable } from 'kysely';
import { v7 } from 'uuid';
import { businessById } from '../businesses/business.ts';
import { difference, keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, type Refusal, refused } from '../businesses/commit.ts';
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
  return onFollowUp(db, businessId, followUpId, async (trx, customerId) => {
    const problem = await unknownReason(trx, businessId, closing);
    if (problem) return refused(problem);
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
    await touchCustomers(trx, businessId, [customerId], actor);
    await keepChange(trx, { businessId, customerId, what: 'follow-up closed', after: { id: followUpId, ...closing } }, actor);
    return { ok: true, changed: true };
  });
}

/** Opens a closed task again, as it was: the way back from a slip. One that is open stays as it is. */
export async function reopenFollowUp(
  db: Db,
  businessId: string,
  followUpId: string,
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  return onFollowUp(db, businessId, followUpId, async (trx, customerId) => {
    const { numUpdatedRows } = await trx
      .updateTable('follow_up')
      .set({ closed_at: null, closed_by: null, outcome: null, lost_reason: null })
      .where('business_id', '=', businessId)
      .where('id', '=', followUpId)
      .where('closed_at', 'is not', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return { ok: true, changed: false };
    await touchCustomers(trx, businessId, [customerId], actor);
    await keepChange(trx, { businessId, customerId, what: 'follow-up reopened', after: { id: followUpId } }, actor);
    return { ok: true, changed: true };
  });
}

/** What a member may set on an open task: who cares for it, by when, and what there is to know. */
export interface FollowUpChange {
  /** A member's id; nobody for null. */
  assignedTo?: string | null;
  dueOn?: Day;
  note?: string;
}

/** Words beyond this are refused. */
export const LONGEST_NOTE = 2_000;

/** Changes an open task; cards are not planned anew for it. `before` holds what was changed, for the way back. */
export async function changeFollowUp(
  db: Db,
  businessId: string,
  followUpId: string,
  change: FollowUpChange,
  actor: Actor,
): Promise<Outcome<{ changed: boolean; before: FollowUpChange }>> {
  if ((change.note?.length ?? 0) > LONGEST_NOTE)
    return refused(`The note is longer than ${LONGEST_NOTE} letters. Make it shorter.`);
  return onFollowUp(db, businessId, followUpId, async (trx, customerId) => {
    const row = await lockFollowUp(trx, businessId, followUpId);
    if (!row || row.closed_at !== null) return refused('This task is closed. Open it again to change it.');
    if (change.assignedTo && !(await isMember(trx, businessId, change.assignedTo))) return refused('There is no such member.');
    const { before, after } = difference(columnsOf(row), changeColumns(change));
    if (Object.keys(after).length === 0) return { ok: true, changed: false, before: {} };
    const query = trx.updateTable('follow_up').set(after).where('business_id', '=', businessId);
    await query.where('id', '=', followUpId).execute();
    const what = { what: 'follow-up changed', before: { id: followUpId, ...before }, after: { id: followUpId, ...after } };
    await keepChange(trx, { businessId, customerId, ...what }, actor);
    return { ok: true, changed: true, before: asChange(before) };
  });
}

async function onFollowUp<R extends Outcome>(
  db: Db,
  businessId: string,
  followUpId: string,
  work: (trx: Db, customerId: string) => Promise<R>,
): Promise<R | Refusal> {
  return inOneCommit(db, async (trx) => {
    const found = await ownerOf(trx, businessId, followUpId);
    if (!found) return refused('There is no such task.');
    const held = await holdCustomer(trx, businessId, found.customer_id);
    return 'reason' in held ? held : work(trx, held.customer.id);
  });
}

type Columns = Pick<FollowUp, 'assigned_to' | 'due_on' | 'note'>;

function columnsOf({ assigned_to, due_on, note }: FollowUp): Columns {
  return { assigned_to, due_on, note };
}

function changeColumns({ assignedTo, dueOn, note }: FollowUpChange): Partial<Columns> {
  return {
    ...(assignedTo === undefined ? {} : { assigned_to: assignedTo }),
    ...(dueOn === undefined ? {} : { due_on: dueOn }),
    ...(note === undefined ? {} : { note: note.trim() || null }),
  };
}

function asChange(columns: Partial<Columns>): FollowUpChange {
  return {
    ...(columns.assigned_to === undefined ? {} : { assignedTo: columns.assigned_to }),
    ...(columns.due_on === undefined ? {} : { dueOn: columns.due_on }),
    ...(columns.note === undefined ? {} : { note: columns.note ?? '' }),
  };
}

async function lockFollowUp(trx: Db, businessId: string, id: string): Promise<FollowUp | undefined> {
  const query = trx.selectFrom('follow_up').selectAll().where('business_id', '=', businessId).where('id', '=', id);
  return query.forUpdate().executeTakeFirst();
}

async function isMember(trx: Db, businessId: string, id: string): Promise<boolean> {
  const query = trx.selectFrom('member').select('id').where('business_id', '=', businessId).where('id', '=', id);
  return (await query.where('ended_at', 'is', null).executeTakeFirst()) !== undefined;
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
