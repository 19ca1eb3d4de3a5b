import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { addBusiness, changeBusiness } from '../../src/businesses/business.ts';
import type { Actor } from '../../src/businesses/commit.ts';
import { addCustomer, changeCustomer } from '../../src/customers/customer.ts';
import { removeDate, setDate } from '../../src/customers/dates.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { closeFollowUp, openFollowUp } from '../../src/customers/follow-ups.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { undoMerge } from '../../src/customers/merge-undo.ts';
import { addPurchase, voidPurchase } from '../../src/customers/purchases.ts';
import { markEveryoneForReplan, markForReplan } from '../../src/customers/replan.ts';
import { addStop, liftStop } from '../../src/customers/stops.ts';
import type { Database } from '../../src/database/schema.ts';
import { addDefaultOccasions, changeOccasion } from '../../src/occasions/occasion.ts';
import { holdTouchpoints, releaseTouchpoints, skipTouchpoints, unskipTouchpoints } from '../../src/touchpoints/decide.ts';
import { expireTouchpoints } from '../../src/touchpoints/expire.ts';
import { writeLine } from '../../src/touchpoints/line.ts';
import { planStep } from '../../src/touchpoints/plan.ts';
import { swapCard } from '../../src/touchpoints/swap.ts';
import { approve, sendAtOnce } from '../support/approve.ts';
import { testDatabase } from '../support/database.ts';
import { SEED } from '../support/seed.ts';

const { db } = await testDatabase();
await sql`insert into installation (salt) values ('salt')`.execute(db);

const HOUR_MS = 3_600_000;
const START = Date.parse('2027-02-10T10:00:00Z');
const RUNS = Number(process.env['REPLAN_RUNS'] ?? 10);

test('after any series of edits, replanning equals planning from nothing, started rows aside', { timeout: 300_000 }, async () => {
  let shops = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('CA', 'DE'),
      fc.array(edit(), { minLength: 20, maxLength: 40, size: 'max' }),
      async (country, edits) => {
        const shop = await openShop(`shop-${shops++}`, country);
        await fillShop(shop);
        for (const each of edits) await applyEdit(shop, each);
        await planAllOf(db, shop);
        expect(await openRows(db, shop)).toEqual(await fromNothing(shop));
      },
    ),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
});

test('two planners at once, and planning twice, change nothing', { timeout: 300_000 }, async () => {
  const shop = await openShop('twice');
  for (let n = 0; n < 30; n++)
    await applyEdit(shop, { kind: 'customer', name: n, address: n % 12, month: 3, day: 1 + (n % 28), zone: n });
  for (let n = 0; n < 30; n++) await applyEdit(shop, { kind: 'purchase', pick: n, daysAgo: n % 5 });
  await Promise.all([planAllOf(db, shop), planAllOf(db, shop), planAllOf(db, shop)]);
  const rows = await openRows(db, shop);
  expect(rows.length).toBeGreaterThan(30);
  await sql`update customer set replan_at = now() where business_id = ${shop.id}`.execute(db);
  await planAllOf(db, shop);
  expect(await openRows(db, shop)).toEqual(rows);
});

interface Shop {
  id: string;
  now: Date;
}

const ZONES = ['Europe/Berlin', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kolkata', 'Pacific/Pago_Pago'];
const NAMES = ['Ada', 'Ben', 'Cem', 'Dora', 'Eli', 'Fay', 'Gus', 'Hana', 'Ian', 'Jo'];
const SLUGS = ['birthday', 'anniversary', 'years-with-us', 'welcome', 'thank-you', 'survey'];

const VERBS = ['approve', 'hold', 'release', 'skip', 'take back', 'swap', 'own card', 'line', 'now'] as const;

type Edit = ReturnType<typeof edit> extends fc.Arbitrary<infer E> ? E : never;

function edit() {
  const pick = fc.nat(1000);
  // Days close to the clock's, so that edits meet: 29 February and the turn of a month among them.
  const near = { month: fc.constantFrom(2, 3), day: fc.integer({ min: 1, max: 29 }) };
  const kindOf = fc.constantFrom('birthday', 'anniversary', 'name-day');
  return fc.oneof(
    fc.record({ kind: fc.constant('customer' as const), name: pick, address: fc.nat(6), ...near, zone: pick }),
    fc.record({ kind: fc.constant('customer' as const), name: pick, address: fc.nat(6), ...near, zone: pick }),
    fc.record({ kind: fc.constant('date' as const), pick, dateKind: kindOf, ...near }),
    fc.record({ kind: fc.constant('no date' as const), pick, dateKind: kindOf }),
    fc.record({
      kind: fc.constant('change' as const),
      pick,
      address: fc.nat(7),
      zone: pick,
      leap: fc.boolean(),
      none: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('purchase' as const), pick, daysAgo: fc.nat(12) }),
    fc.record({ kind: fc.constant('void' as const), pick }),
    // Where Canada's two years end near the clock's day.
    fc.record({
      kind: fc.constant('long ago' as const),
      pick,
      daysAgo: fc.integer({ min: 700, max: 760 }),
      bought: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('long ago' as const),
      pick,
      daysAgo: fc.integer({ min: 700, max: 760 }),
      bought: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('country' as const), country: fc.constantFrom('CA', 'DE') }),
    fc.record({
      kind: fc.constant('stop' as const),
      pick,
      stop: fc.constantFrom('unsubscribed', 'paused', 'occasion', 'date', 'deceased', 'hard bounce'),
      days: fc.nat(30),
    }),
    fc.record({ kind: fc.constant('lift' as const), pick }),
    fc.record({ kind: fc.constant('complaint' as const), pick }),
    occasionEdit(),
    occasionEdit(),
    occasionEdit(),
    fc.record({ kind: fc.constant('decide' as const), pick, verb: fc.constantFrom(...VERBS) }),
    fc.record({ kind: fc.constant('decide' as const), pick, verb: fc.constantFrom(...VERBS) }),
    fc.record({ kind: fc.constant('start' as const), pick }),
    fc.record({ kind: fc.constant('ask' as const), pick }),
    fc.record({ kind: fc.constant('ask' as const), pick }),
    fc.record({ kind: fc.constant('answer' as const), pick, suspect: fc.boolean() }),
    fc.record({ kind: fc.constant('remind' as const), days: fc.constantFrom(1, 3, 5, null) }),
    fc.record({ kind: fc.constant('merge' as const), pick, other: pick }),
    fc.record({ kind: fc.constant('part' as const), pick }),
    fc.record({ kind: fc.constant('erase' as const), pick }),
    fc.record({
      kind: fc.constant('wait' as const),
      hours: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 700, max: 1100 })),
    }),
    fc.record({ kind: fc.constant('plan' as const), steps: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('plan' as const), steps: fc.constant(1000) }),
  );
}

function occasionEdit() {
  return fc.record({
    kind: fc.constant('occasion' as const),
    slug: fc.constantFrom(...SLUGS),
    mode: fc.constantFrom('off' as const, 'ask' as const, 'automatic' as const),
    offsetDays: fc.integer({ min: -9, max: 9 }),
    lateDays: fc.nat(8),
    workdayRule: fc.constantFrom('before' as const, 'after' as const, null),
  });
}

async function openShop(slug: string, country = 'DE'): Promise<Shop> {
  const now = new Date(START);
  const actor = { by: 'fondly', now };
  const from = { name: 'Shop', address: 'shop@example.com' };
  const added = await addBusiness(
    db,
    { name: slug, slug, zone: 'Europe/Berlin', country, from, postalAddress: 'Street 1, Berlin' },
    actor,
  );
  if (!added.ok) throw new Error(added.reason);
  await addDefaultOccasions(db, { id: added.id, zone: 'Europe/Berlin' }, actor);
  await changeOccasion(db, added.id, 'survey', { offsetDays: 1, reminderDays: 3 }, actor);
  return { id: added.id, now };
}

/** Somebody to edit: households, birthdays soon, purchases, two who bought long ago, all planned. */
async function fillShop(shop: Shop): Promise<void> {
  for (let n = 0; n < 6; n++) {
    await applyEdit(shop, { kind: 'customer', name: n, address: n % 4, month: n % 2 === 0 ? 2 : 3, day: 11 + 3 * n, zone: n });
    await applyEdit(shop, { kind: 'purchase', pick: n, daysAgo: n % 4 });
  }
  for (const pick of [1, 4]) await applyEdit(shop, { kind: 'long ago', pick, daysAgo: 700 + 10 * pick, bought: pick === 1 });
  await planAllOf(db, shop);
}

async function applyEdit(shop: Shop, each: Edit): Promise<void> {
  const actor: Actor = { by: 'member:ada', now: shop.now };
  switch (each.kind) {
    case 'customer': {
      const { month, day } = each;
      const own = { givenName: at(NAMES, each.name) ?? null, zone: at(ZONES, each.zone) ?? null, ...addressOf(each.address) };
      await addCustomer(db, shop.id, { ...own, dates: [{ kind: 'birthday', month, day }] }, actor);
      return;
    }
    case 'wait':
      shop.now = new Date(shop.now.getTime() + each.hours * HOUR_MS);
      while (await expireTouchpoints(db, shop.now));
      return;
    case 'plan':
      for (let step = 0; step < each.steps && (await planStep(db, shop.id, shop.now)); step++);
      return;
    case 'occasion': {
      const { slug, mode, offsetDays, lateDays, workdayRule } = each;
      await changeOccasion(db, shop.id, slug, { mode, offsetDays, lateDays, workdayRule }, actor);
      return;
    }
    case 'decide':
      return decide(shop, each, actor);
    case 'start':
      return start(shop, each.pick);
    case 'ask':
      return ask(shop, each.pick);
    case 'answer':
      return answer(shop, each);
    case 'remind':
      await changeOccasion(db, shop.id, 'survey', { reminderDays: each.days }, actor);
      return;
    case 'country': {
      const changed = await changeBusiness(db, shop.id, { country: each.country }, actor);
      if (changed.ok && changed.moved) await markEveryoneForReplan(db, shop.id, actor.now);
      return;
    }
    case 'lift':
    case 'void':
      return undo(shop, each, actor);
    default:
      return editCustomer(shop, each, actor);
  }
}

type OfCustomer = Extract<
  Edit,
  { kind: 'date' | 'no date' | 'change' | 'purchase' | 'long ago' | 'stop' | 'complaint' | 'merge' | 'part' | 'erase' }
>;

async function editCustomer(shop: Shop, each: OfCustomer, actor: Actor): Promise<void> {
  const ids = (await sql<{ id: string }>`select id from customer where business_id = ${shop.id} order by id`.execute(db)).rows;
  const id = at(ids, each.pick)?.id;
  if (id === undefined) return;
  const today = shop.now.toISOString().slice(0, 10);
  switch (each.kind) {
    case 'date':
      return void (await setDate(db, shop.id, id, { kind: each.dateKind, month: each.month, day: each.day }, actor));
    case 'no date':
      return void (await removeDate(db, shop.id, id, { kind: each.dateKind }, actor));
    case 'change': {
      const change = { zone: at(ZONES, each.zone) ?? null, leapRule: each.leap ? ('mar1' as const) : ('feb28' as const) };
      const basis = { basis: { kind: each.none ? ('none' as const) : ('customer' as const) } };
      return void (await changeCustomer(db, shop.id, id, { ...change, ...basis, ...addressOf(each.address) }, actor));
    }
    case 'purchase': {
      const on = new Date(shop.now.getTime() - each.daysAgo * 24 * HOUR_MS).toISOString().slice(0, 10);
      return void (await addPurchase(db, shop.id, id, { on, amount: 1250, currency: 'EUR' }, actor));
    }
    case 'long ago':
      return longAgo(shop, id, each, actor);
    case 'stop':
      return void (await addStop(db, shop.id, { customerId: id, ...(await stopOf(shop, each, today)) }, actor));
    case 'complaint':
      return complain(shop, id, today, actor);
    case 'merge': {
      const other = at(ids, each.other)?.id;
      return other === undefined || other === id ? undefined : void (await mergeCustomers(db, shop.id, id, other, actor));
    }
    case 'part':
      return part(shop, each.pick, actor);
    case 'erase':
      return void (await eraseCustomer(db, shop.id, id, actor));
  }
}

/** All that is known of why they may have mail lies about two years back: the day it was noted, and perhaps one purchase. */
async function longAgo(
  shop: Shop,
  id: string,
  { daysAgo, bought }: Extract<Edit, { kind: 'long ago' }>,
  actor: Actor,
): Promise<void> {
  const on = new Date(shop.now.getTime() - daysAgo * 24 * HOUR_MS).toISOString().slice(0, 10);
  const { rows } = await sql<{ id: string }>`select id from purchase
    where business_id = ${shop.id} and customer_id = ${id} and voided_at is null order by id`.execute(db);
  for (const purchase of rows) await voidPurchase(db, shop.id, purchase.id, actor);
  await changeCustomer(db, shop.id, id, { basis: { kind: 'customer', on: bought ? '2020-01-01' : on } }, actor);
  if (bought) await addPurchase(db, shop.id, id, { on, amount: 1250, currency: 'EUR' }, actor);
}

/** Takes a merge back; one that was followed by another is refused. */
async function part(shop: Shop, pick: number, actor: Actor): Promise<void> {
  const { rows } = await sql<{ id: string; kept_id: string }>`select id, kept_id from customer_merge
    where business_id = ${shop.id} and undone_at is null order by id`.execute(db);
  const merge = at(rows, pick);
  if (merge) await undoMerge(db, shop.id, { customerId: merge.kept_id, mergeId: merge.id }, actor);
}

async function stopOf(shop: Shop, { stop, days }: Extract<Edit, { kind: 'stop' }>, today: string) {
  const until = new Date(Date.parse(today) + days * 24 * HOUR_MS).toISOString().slice(0, 10);
  if (stop === 'paused') return { kind: 'paused' as const, until };
  if (stop === 'date') return { kind: 'date' as const, dateKind: 'birthday' };
  if (stop !== 'occasion') return { kind: stop };
  const { rows } = await sql<{
    id: string;
  }>`select id from occasion where business_id = ${shop.id} and slug = 'birthday'`.execute(db);
  return { kind: 'occasion' as const, occasionId: rows[0]?.id ?? '' };
}

/** Opens a complaint, or closes the one that is open. */
async function complain(shop: Shop, customerId: string, dueOn: string, actor: Actor): Promise<void> {
  const { rows } = await sql<{
    id: string;
  }>`select id from follow_up where customer_id = ${customerId} and closed_at is null`.execute(db);
  if (rows[0] !== undefined) await closeFollowUp(db, shop.id, rows[0].id, { outcome: 'solved' }, actor);
  else await openFollowUp(db, shop.id, { customerId, reason: 'low answer', dueOn }, actor);
}

async function undo(shop: Shop, { kind, pick }: Extract<Edit, { kind: 'lift' | 'void' }>, actor: Actor): Promise<void> {
  const table = kind === 'lift' ? sql`stop where lifted_at is null` : sql`purchase where voided_at is null`;
  const { rows } = await sql<{ id: string }>`select id from ${table} and business_id = ${shop.id} order by id`.execute(db);
  const id = at(rows, pick)?.id;
  if (id !== undefined)
    await (kind === 'lift' ? liftStop(db, shop.id, id, { ...actor, by: 'customer' }) : voidPurchase(db, shop.id, id, actor));
}

async function decide(shop: Shop, { pick, verb }: Extract<Edit, { kind: 'decide' }>, actor: Actor): Promise<void> {
  const open = ['planned', 'waiting', 'held', 'blocked'];
  const states = { approve: ['waiting'], hold: ['planned', 'waiting'], release: ['held'], skip: ['planned', 'blocked'] };
  const id = at(
    await rowsIn(shop, { ...states, 'take back': ['skipped'], swap: open, 'own card': open, line: open, now: open }[verb]),
    pick,
  );
  const of = {
    approve,
    hold: holdTouchpoints,
    release: releaseTouchpoints,
    skip: skipTouchpoints,
    'take back': unskipTouchpoints,
    swap: async (_: unknown, __: unknown, [card = '']: string[]) =>
      swapCard(db, shop.id, card, await someCard(shop, pick), actor),
    'own card': (_: unknown, __: unknown, [card = '']: string[]) => swapCard(db, shop.id, card, null, actor),
    line: (_: unknown, __: unknown, [card = '']: string[]) => writeLine(db, shop.id, card, `Line ${pick}`, actor),
    now: (_: unknown, __: unknown, [card = '']: string[]) => sendAtOnce(db, shop.id, card, actor),
  };
  if (id !== undefined) await of[verb](db, shop.id, [id], actor);
}

async function someCard(shop: Shop, pick: number): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from card where business_id = ${shop.id} order by id`.execute(db);
  return at(rows, pick)?.id ?? '';
}

/** Due rows start, as a sender would have them: what has started stays for good. */
async function start(shop: Shop, pick: number): Promise<void> {
  const ids = (await rowsIn(shop, ['planned'])).filter((_, n) => (n + pick) % 3 !== 0);
  const { rows } = await sql<{
    id: string;
  }>`select id from touchpoint where id = any(${ids}::uuid[]) and due_at <= ${shop.now}`.execute(db);
  await accept(
    shop,
    rows.map(({ id }) => id),
  );
}

async function accept(shop: Shop, ids: string[]): Promise<void> {
  const { rows } = await sql<{ id: string; customer_id: string }>`update touchpoint set state = 'accepted', practice = true
    where id = any(${ids}::uuid[]) returning id, customer_id`.execute(db);
  await sql`insert into message (business_id, touchpoint_id, message_id, date, boundary, card_id, card_version, survey_id, survey_version, language, hash)
    select t.business_id, t.id, t.id, ${shop.now}::timestamptz, '', t.card_id, 1, o.survey_id, 1, 'en', ''
    from touchpoint t join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    where t.id = any(${rows.map(({ id }) => id)}::uuid[]) and o.survey_id is not null`.execute(db);
  const customers = rows.map(({ customer_id: customer }) => customer);
  await markForReplan(db, shop.id, customers, shop.now);
}

/** A survey arrives, whatever its day; what comes of it is planned. */
async function ask(shop: Shop, pick: number): Promise<void> {
  const { rows } = await sql<{ id: string }>`select t.id from touchpoint t join occasion o on o.id = t.occasion_id
    where t.business_id = ${shop.id} and o.slug = 'survey' and t.state = 'planned' and t.reminder_of is null order by t.id`.execute(
    db,
  );
  const id = at(rows, pick)?.id;
  if (id !== undefined) await accept(shop, [id]);
}

/** A person or a filter answers a survey that has arrived, as answers/ would have it. */
async function answer(shop: Shop, { pick, suspect }: Extract<Edit, { kind: 'answer' }>): Promise<void> {
  const { rows } = await sql<{ id: string; customer_id: string }>`select t.id, t.customer_id from touchpoint t
    join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    where t.business_id = ${shop.id} and t.reminder_of is null order by t.id`.execute(db);
  const asked = at(rows, pick);
  if (asked === undefined) return;
  await sql`insert into answer (business_id, touchpoint_id, question, value, at, suspect)
    values (${shop.id}, ${asked.id}, 0, 5, ${shop.now}, ${suspect}) on conflict do nothing`.execute(db);
  await markForReplan(db, shop.id, [asked.customer_id], shop.now);
}

async function rowsIn(shop: Shop, states: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from touchpoint where business_id = ${shop.id}
    and state = any(${states}) order by id`.execute(db);
  return rows.map(({ id }) => id);
}

async function planAllOf(on: Kysely<Database>, shop: Shop): Promise<void> {
  while (await planStep(on, shop.id, shop.now));
}

/** Throws away all that has neither started nor was decided by a person, plans from nothing, and takes it back. */
async function fromNothing(shop: Shop): Promise<unknown[]> {
  return db
    .transaction()
    .execute(async (trx) => {
      await sql`delete from touchpoint where business_id = ${shop.id} and held_at is null and approved_at is null
        and swapped_at is null and hurried_at is null and state in ('planned', 'waiting', 'blocked', 'cancelled', 'expired')`.execute(
        trx,
      );
      await sql`delete from horizon where business_id = ${shop.id}`.execute(trx);
      await planAllOf(trx, shop);
      throw new Undone(await openRows(trx, shop));
    })
    .catch((undone: unknown) => {
      if (undone instanceof Undone) return undone.rows;
      throw undone;
    });
}

class Undone extends Error {
  readonly rows: unknown[];
  constructor(rows: unknown[]) {
    super('undone');
    this.rows = rows;
  }
}

async function openRows(on: Kysely<Database>, shop: Shop): Promise<unknown[]> {
  const { rows } =
    await sql`select customer_id, occasion_id, cause, occurs_on, send_on, due_at, late_at, state, reason, card_id, card_version
    from touchpoint where business_id = ${shop.id} and late_at > ${shop.now}
    and state in ('planned', 'waiting', 'held', 'blocked') order by customer_id, occasion_id, cause`.execute(on);
  return rows;
}

function addressOf(n: number): { email?: string | null } {
  return n === 6 ? { email: null } : n > 6 ? {} : { email: `house${n}@example.com` };
}

function at<T>(list: readonly T[], n: number): T | undefined {
  return list[n % Math.max(1, list.length)];
}
