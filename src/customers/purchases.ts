import { sql } from 'kysely';
import { v7 } from 'uuid';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { addDays, parseDay } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Day } from '../database/schema.ts';
import { holdCustomer, lockKeys, onCustomer, touchCustomers } from './lock.ts';

export interface NewPurchase {
  on: Day;
  /** Minor units: 1250 is 12.50 where the currency has two digits. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  category?: string;
  /** The shop's own, such as an order number: the same one again is the same purchase. */
  reference?: string;
}

const LONGEST = 200;

/** Adds what a customer bought. `added` is false when a purchase with this reference is here already, voided or not. */
export async function addPurchase(
  db: Db,
  businessId: string,
  customerId: string,
  asked: NewPurchase,
  actor: Actor,
): Promise<Outcome<{ id: string; added: boolean }>> {
  const problem = problemWith(asked, actor.now);
  if (problem) return refused(problem);
  return inOneCommit(db, async (trx) => {
    const reference = tidy(asked.reference);
    if (reference !== null) await lockKeys(trx, businessId, [`purchase ${reference}`]);
    return onCustomer(trx, businessId, customerId, async (_, { customer }) => {
      const known = reference === null ? undefined : await findByReference(trx, businessId, reference);
      if (known && known.customer_id !== customer.id)
        return refused('Another customer has a purchase with this reference already.');
      if (known) return { ok: true, id: known.id, added: false };
      const id = await insertPurchase(trx, businessId, customer.id, { ...asked, reference }, actor);
      await countPurchases(trx, businessId, customer.id, actor);
      await keepChange(trx, { businessId, customerId: customer.id, what: 'purchase added', after: { id, ...asked } }, actor);
      return { ok: true, id, added: true };
    });
  });
}

/** Takes a purchase back: it stays in the books and counts no more. */
export async function voidPurchase(
  db: Db,
  businessId: string,
  purchaseId: string,
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  return setVoided(db, businessId, purchaseId, { voided: true, what: 'purchase voided' }, actor);
}

/** Has a purchase count again that was taken back. */
export async function restorePurchase(
  db: Db,
  businessId: string,
  purchaseId: string,
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  return setVoided(db, businessId, purchaseId, { voided: false, what: 'purchase restored' }, actor);
}

export async function isPurchaseOf(db: Db, businessId: string, customerId: string, purchaseId: string): Promise<boolean> {
  return (await ownerOf(db, businessId, purchaseId))?.customer_id === customerId;
}

/** Numbers a customer's purchases by day, voided ones 0, and keeps the day of the first. The caller holds the customer. */
export async function countPurchases(trx: Db, businessId: string, customerId: string, actor: Actor): Promise<void> {
  await sql`
    update purchase p set nth = counted.nth
    from (
      select id, case when voided_at is null
        then row_number() over (partition by voided_at is null order by "on", created_at, id) else 0 end as nth
      from purchase where business_id = ${businessId} and customer_id = ${customerId}
    ) counted
    where p.business_id = ${businessId} and p.id = counted.id and p.nth <> counted.nth`.execute(trx);
  const first = await trx
    .selectFrom('purchase')
    .select(({ fn }) => fn.min<Day | null>('on').as('on'))
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId)
    .where('voided_at', 'is', null)
    .executeTakeFirst();
  await touchCustomers(trx, businessId, [customerId], actor, { first_purchase_on: first?.on ?? null });
}

async function setVoided(
  db: Db,
  businessId: string,
  purchaseId: string,
  { voided, what }: { voided: boolean; what: string },
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  return inOneCommit(db, async (trx) => {
    const found = await ownerOf(trx, businessId, purchaseId);
    if (!found) return refused('There is no such purchase.');
    const held = await holdCustomer(trx, businessId, found.customer_id);
    if ('reason' in held) return held;
    const { numUpdatedRows } = await trx
      .updateTable('purchase')
      .set({ voided_at: voided ? actor.now : null })
      .where('business_id', '=', businessId)
      .where('id', '=', purchaseId)
      .where('voided_at', voided ? 'is' : 'is not', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return { ok: true, changed: false };
    const customerId = held.customer.id;
    await countPurchases(trx, businessId, customerId, actor);
    await keepChange(trx, { businessId, customerId, what, before: { id: purchaseId } }, actor);
    return { ok: true, changed: true };
  });
}

function problemWith({ on, amount, currency, category, reference }: NewPurchase, now: Date): string | undefined {
  if (parseDay(on) === undefined) return `"${on}" is no day. Write it like 2027-03-14.`;
  if (on > addDays(localDayOf(now, 'UTC'), 1)) return 'A purchase cannot lie in the future. Check the day.';
  if (!Number.isSafeInteger(amount) || amount < 0)
    return 'The amount is a number, 0 or more. A refund is entered by taking the purchase back.';
  if (!isCurrency(currency)) return `"${currency}" is no currency. Use three letters, such as EUR or GBP.`;
  if ((category?.length ?? 0) > LONGEST) return `The category is longer than ${LONGEST} letters. Make it shorter.`;
  if ((reference?.length ?? 0) > LONGEST) return `The reference is longer than ${LONGEST} letters. Make it shorter.`;
  return undefined;
}

function isCurrency(code: string): boolean {
  return /^[A-Z]{3}$/.test(code) && new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' }).of(code) !== undefined;
}

async function findByReference(trx: Db, businessId: string, reference: string) {
  const query = trx.selectFrom('purchase').select(['id', 'customer_id']).where('business_id', '=', businessId);
  return query.where('reference', '=', reference).executeTakeFirst();
}

async function insertPurchase(
  trx: Db,
  businessId: string,
  customerId: string,
  { on, amount, currency, category, reference }: Omit<NewPurchase, 'reference'> & { reference: string | null },
  actor: Actor,
): Promise<string> {
  const id = v7();
  const own = { on, amount, currency, category: tidy(category), reference };
  const importId = actor.by.startsWith('import:') ? actor.by.slice('import:'.length) : null;
  const row = { ...own, business_id: businessId, id, customer_id: customerId, import_id: importId };
  await trx
    .insertInto('purchase')
    .values({ ...row, nth: 0, created_at: actor.now })
    .execute();
  return id;
}

async function ownerOf(trx: Db, businessId: string, purchaseId: string) {
  const query = trx.selectFrom('purchase').select('customer_id').where('business_id', '=', businessId);
  return query.where('id', '=', purchaseId).executeTakeFirst();
}

// PostgreSQL takes no NUL.
function tidy(text: string | undefined): string | null {
  return text?.replaceAll('\0', '').trim() || null;
}
