import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../database/schema.ts';
import { isReminder, type PlanOccasion } from './candidates.ts';
import type { Wanted } from './allocate.ts';
import { isFinal, type LedgerRow, type PlanCustomer } from './household.ts';
import type { Reason } from './reasons.ts';

type Trx = Transaction<Database>;

/** Rows that planning may write: nothing that has started, nothing that a person ended. A message means it has started. */
const OPEN = sql`t.state in ('planned', 'waiting', 'held', 'blocked', 'cancelled', 'expired')
  and not exists (select from message m where m.business_id = t.business_id and m.touchpoint_id = t.id)`;

/** Brings the ledger of these customers to what is wanted: adds, moves, cancels; a row that has started meanwhile stays as it is. */
export async function writeLedger(trx: Trx, businessId: string, plan: Plan, now: Date): Promise<void> {
  const difference = compareLedger(plan, now);
  await cancelRows(trx, businessId, difference.cancel);
  await moveRows(trx, businessId, difference.move);
  await addRows(trx, businessId, difference.add, now);
}

interface Plan {
  customers: PlanCustomer[];
  occasions: PlanOccasion[];
  wanted: Wanted[];
}

interface Difference {
  add: Wanted[];
  move: (Wanted & { id: string })[];
  cancel: { id: string; reason: Reason }[];
}

/** What must change; pure. A row past its late limit is left to expire. */
function compareLedger({ customers, occasions, wanted }: Plan, now: Date): Difference {
  const difference: Difference = { add: [], move: [], cancel: [] };
  const byCustomer = Map.groupBy(wanted, ({ customerId }) => customerId);
  for (const who of customers) {
    const left = new Map(who.rows.map((row) => [`${row.occasionId} ${row.cause}`, row]));
    for (const want of byCustomer.get(who.id) ?? []) {
      const key = `${want.occasionId} ${want.cause}`;
      const row = left.get(key);
      left.delete(key);
      if (row === undefined) difference.add.push(want);
      else if (!isSame(row, want)) difference.move.push({ ...want, id: row.id });
    }
    const cancelled = [...left.values()].filter((row) => isCancelled(who, row, now));
    difference.cancel.push(...cancelled.map((row) => ({ id: row.id, reason: who.gone ?? cancelReason(row, occasions) })));
  }
  return difference;
}

function isCancelled(who: PlanCustomer, row: LedgerRow, now: Date): boolean {
  const open = row.state === 'planned' || row.state === 'waiting' || row.state === 'held' || row.state === 'blocked';
  return open && !isFinal(row) && (row.lateAt > now || who.gone !== null);
}

function cancelReason(row: LedgerRow, occasions: PlanOccasion[]): Reason {
  const occasion = occasions.find(({ id }) => id === row.occasionId);
  if (occasion === undefined || occasion.mode === 'off') return 'off';
  if (isReminder(row.cause)) return occasion.reminderDays === null ? 'off' : 'answered';
  return occasion.trigger === 'purchase' ? 'purchase voided' : 'day changed';
}

function isSame(row: LedgerRow, want: Wanted): boolean {
  return (
    row.state === want.state &&
    row.reason === want.reason &&
    row.occursOn === want.occursOn &&
    row.sendOn === want.sendOn &&
    row.cardId === want.cardId &&
    row.approvedVersion === want.cardVersion &&
    row.dueAt.getTime() === want.dueAt.getTime() &&
    row.lateAt.getTime() === want.lateAt.getTime()
  );
}

async function cancelRows(trx: Trx, businessId: string, rows: Difference['cancel']): Promise<void> {
  if (rows.length === 0) return;
  await sql`update touchpoint t set state = 'cancelled', reason = x.reason, queued_until = null
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id uuid, reason text)
    where t.business_id = ${businessId} and t.id = x.id and ${OPEN}`.execute(trx);
}

/** Two statements, because one message a day is a unique index: first all step aside, then each takes its new day. */
async function moveRows(trx: Trx, businessId: string, rows: Difference['move']): Promise<void> {
  if (rows.length === 0) return;
  await sql`update touchpoint t set state = 'blocked' where t.business_id = ${businessId}
    and t.id = any(${rows.map(({ id }) => id)}::uuid[]) and ${OPEN}`.execute(trx);
  await sql`update touchpoint t set state = x.state, reason = x.reason, occurs_on = x.occurs_on, send_on = x.send_on,
      due_at = x.due_at, late_at = x.late_at, card_id = x.card_id, card_version = x.card_version, queued_until = null
    from ${recordset(rows)} where t.business_id = ${businessId} and t.id = x.id and ${OPEN}`.execute(trx);
}

async function addRows(trx: Trx, businessId: string, rows: Wanted[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  const withIds = rows.map((row) => ({ ...row, id: v7() }));
  await sql`insert into touchpoint
      (business_id, id, customer_id, occasion_id, cause, occurs_on, send_on, due_at, late_at, state, reason, card_id, reminder_of, created_at)
    select ${businessId}::uuid, x.id, x.customer_id, x.occasion_id, x.cause, x.occurs_on, x.send_on, x.due_at, x.late_at, x.state,
      x.reason, x.card_id, case when x.cause like 'reminder:%' then substring(x.cause from 10)::uuid end, ${now}::timestamptz
    from ${recordset(withIds)}
    on conflict (business_id, customer_id, occasion_id, cause) do nothing`.execute(trx);
}

function recordset(rows: (Wanted & { id: string })[]) {
  const records = rows.map((row) => ({
    id: row.id,
    customer_id: row.customerId,
    occasion_id: row.occasionId,
    cause: row.cause,
    occurs_on: row.occursOn,
    send_on: row.sendOn,
    due_at: row.dueAt,
    late_at: row.lateAt,
    state: row.state,
    reason: row.reason,
    card_id: row.cardId,
    card_version: row.cardVersion,
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as x(id uuid, customer_id uuid, occasion_id uuid, cause text,
    occurs_on date, send_on date, due_at timestamptz, late_at timestamptz, state text, reason text, card_id uuid, card_version integer)`;
}
