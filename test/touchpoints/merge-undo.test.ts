import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addBusiness } from '../../src/businesses/business.ts';
import type { Actor } from '../../src/businesses/commit.ts';
import { addCustomer, changeCustomer } from '../../src/customers/customer.ts';
import { removeDate, setDate } from '../../src/customers/dates.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { type CustomerExport, exportCustomer } from '../../src/customers/export.ts';
import { closeFollowUp, openFollowUp } from '../../src/customers/follow-ups.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { forgetMerges, openMerge } from '../../src/customers/merge-memory.ts';
import { undoMerge } from '../../src/customers/merge-undo.ts';
import { addPurchase, voidPurchase } from '../../src/customers/purchases.ts';
import { markForReplan } from '../../src/customers/replan.ts';
import { addStop, liftStop, listStops } from '../../src/customers/stops.ts';
import { addDefaultOccasions } from '../../src/occasions/occasion.ts';
import { holdTouchpoints, skipTouchpoints } from '../../src/touchpoints/decide.ts';
import { planStep, planWith } from '../../src/touchpoints/plan.ts';
import { approve } from '../support/approve.ts';
import { testDatabase } from '../support/database.ts';
import { SEED } from '../support/seed.ts';

const { db } = await testDatabase();
await sql`insert into installation (salt) values ('salt')`.execute(db);

const HOUR_MS = 3_600_000;
const START = new Date('2027-03-10T10:00:00Z');
const RUNS = Number(process.env['MERGE_RUNS'] ?? 12);
let shops = 0;

interface Shop {
  id: string;
  now: Date;
  occasion: string;
}

interface Pair {
  keep: string;
  other: string;
}

const fields = fc.record({
  givenName: fc.constantFrom('Mia', 'Maria', 'Tom'),
  familyName: fc.constantFrom('Berg', 'Okafor', null),
  email: fc.constantFrom('a@example.com', 'b@example.com', 'A@example.com', null),
  phone: fc.constantFrom('030 1', '030 2', null),
  language: fc.constantFrom('de', 'fr', null),
  zone: fc.constantFrom('Europe/Berlin', 'Asia/Kolkata', null),
  notes: fc.constantFrom('likes tulips', 'pays by card', null),
  joinedOn: fc.constantFrom('2024-03-12', '2025-03-11', null),
  custom: fc.dictionary(fc.constantFrom('shoe', 'hat', '__proto'), fc.constantFrom('39', '40'), { maxKeys: 2 }),
  basis: fc.constantFrom({ kind: 'customer' as const }, { kind: 'consent' as const, wording: 'Yes' }, { kind: 'none' as const }),
});
const date = fc.record({
  kind: fc.constantFrom('birthday', 'anniversary', 'name-day'),
  month: fc.constant(3),
  day: fc.integer({ min: 9, max: 14 }),
  year: fc.constantFrom(1980, null),
  source: fc.constantFrom('import', 'customer'),
});
const STOPS = ['unsubscribed', 'complained', 'deceased', 'consent ended', 'occasion', 'date', 'paused', 'hard bounce'] as const;
const stop = fc.record({ kind: fc.constantFrom(...STOPS), by: fc.constantFrom('customer', 'member:ada') });
const event = fc.oneof(
  fc.record({ do: fc.constant('change' as const), fields: fc.record(fieldsOf(), { requiredKeys: [] }) }),
  fc.record({ do: fc.constant('date' as const), date }),
  fc.record({ do: fc.constant('no date' as const), date }),
  fc.record({ do: fc.constant('purchase' as const), daysAgo: fc.nat(6) }),
  fc.record({ do: fc.constant('void' as const), pick: fc.nat(9) }),
  fc.record({ do: fc.constant('stop' as const), stop }),
  fc.record({ do: fc.constant('lift' as const), pick: fc.nat(9) }),
  fc.record({ do: fc.constant('task' as const) }),
  fc.record({ do: fc.constant('decide' as const), pick: fc.nat(9), verb: fc.constantFrom('approve', 'hold', 'skip') }),
  fc.record({ do: fc.constant('send' as const), pick: fc.nat(9) }),
  fc.record({ do: fc.constant('plan' as const) }),
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

function fieldsOf() {
  return {
    phone: fc.constantFrom('030 3', null),
    notes: fc.constantFrom('new', null),
    email: fc.constantFrom('c@example.com', 'b@example.com'),
    familyName: fc.constantFrom('Lee', 'Berg'),
    custom: fc.dictionary(fc.constantFrom('shoe', 'bag'), fc.constantFrom('41', '42'), { maxKeys: 2 }),
    basis: fc.constantFrom({ kind: 'customer' as const }, { kind: 'none' as const }),
    reference: fc.constantFrom('N1', 'N2', 'N3', null),
  };
}

const CHOICES = ['given_name', 'family_name', 'email', 'phone', 'reference', 'basis', 'date:birthday/', 'date:anniversary/'];
const someone = fc.record({
  fields,
  dates: fc.uniqueArray(date, { selector: ({ kind }) => kind, maxLength: 3 }),
  past: fc.array(event, { maxLength: 6 }),
});
const story = fc.record({
  keep: someone,
  other: someone,
  earlier: fc.option(someone, { nil: undefined }),
  chosen: fc.option(fc.uniqueArray(fc.constantFrom(...CHOICES), { maxLength: 4 }), { nil: undefined }),
  atOnce: fc.boolean(),
});

describe('a merge that is undone', () => {
  test('leaves both exactly as they were when nothing happened in between', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const { shop, pair } = await tell(told);
        const before = { keep: await exported(shop, pair.keep), other: await exported(shop, pair.other) };
        await join(shop, pair, told);
        if (!told.atOnce) await planAll(shop);
        await part(shop, pair.keep);
        await planAll(shop);
        expect({ keep: await exported(shop, pair.keep), other: await exported(shop, pair.other) }).toEqual(before);
        expect(await db.selectFrom('customer_merge').select('id').where('other_id', '=', pair.other).execute()).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  });

  test('keeps what happened since where it happened, every no for both, and no card twice', { timeout: 300_000 }, async () => {
    const since = fc.array(fc.tuple(fc.boolean(), event), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(story, since, async (told, events) => {
        const { shop, pair } = await tell(told);
        const before = await exported(shop, pair.other);
        const stopsBefore = { keep: await holding(shop, pair.keep), other: await holding(shop, pair.other) };
        const started = await startedRows(shop);
        await join(shop, pair, told);
        if (!told.atOnce) await planAll(shop);
        const idsBefore = new Set((await stopRows(shop)).map(({ id }) => id));
        for (const [onKeep, one] of events) await live(shop, onKeep ? pair.keep : pair.other, one);
        const added = (await stopRows(shop)).filter(({ id, lifted_at: lifted }) => !idsBefore.has(id) && lifted === null);
        const lifted = (await stopRows(shop)).some(({ lifted_at: at }) => at !== null);
        await part(shop, pair.keep);
        await planAll(shop);
        await isAsItMust(shop, pair, { before, stopsBefore, started, added, lifted });
        expect(await twice(shop, pair), 'a card that went to both as one is planned for the other again').toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  });
});

interface Then {
  before: CustomerExport;
  stopsBefore: { keep: string[]; other: string[] };
  started: Map<string, string>;
  added: StopRow[];
  lifted: boolean;
}

async function isAsItMust(shop: Shop, { keep, other }: Pair, then: Then): Promise<void> {
  const after = await exported(shop, other);
  expect(after['date']).toEqual(then.before['date']);
  expect(after['person']?.map(withoutNumber)).toEqual(then.before['person']?.map(withoutNumber));
  expect(after['purchase']?.map(({ id }) => id)).toEqual(then.before['purchase']?.map(({ id }) => id));
  // Every no: those of before, and those since for both, whatever address they have.
  expect(await holding(shop, other)).toEqual(expect.arrayContaining(then.stopsBefore.other));
  if (!then.lifted) expect(await holding(shop, keep)).toEqual(expect.arrayContaining(then.stopsBefore.keep));
  for (const { kind } of then.added.filter((row) => row.customer_id !== null)) {
    expect(await holding(shop, keep)).toContain(kind);
    expect(await holding(shop, other)).toContain(kind);
  }
  // What was sent before is whose it was, what was sent since is the kept one's, and nothing of it is lost.
  for (const [id, of] of await startedRows(shop)) expect(of).toBe(then.started.get(id) ?? keep);
  expect([...(await startedRows(shop)).keys()]).toEqual(expect.arrayContaining([...then.started.keys()]));
  const { rows } = await sql`select id from touchpoint where business_id = ${shop.id} and cause like 'parting:%'`.execute(db);
  expect(rows).toEqual([]);
}

test('gives a card back its turn that had lost it to one of the other’s on a taken day', async () => {
  const shop = await openShop();
  const [keep = '', other = ''] = await Promise.all(['keep', 'other'].map((name) => addNamed(shop, name)));
  const actor: Actor = { by: 'member:ada', now: shop.now };
  for (const id of [keep, other]) await setDate(db, shop.id, id, { kind: 'birthday', month: 3, day: 12 }, actor);
  await setDate(db, shop.id, keep, { kind: 'anniversary', month: 3, day: 12 }, actor);
  await planAll(shop);
  await sql`update touchpoint set state = 'blocked' where customer_id = ${keep}`.execute(db);
  const [anniversary, birthday] = [sql`cause = 'date:anniversary:2027'`, sql`cause = 'date:birthday:2027'`];
  await sql`update touchpoint set state = 'accepted', reason = null where customer_id = ${keep} and ${anniversary}`.execute(db);
  await sql`update touchpoint set state = 'accepted' where customer_id = ${other} and ${birthday}`.execute(db);
  await markForReplan(db, shop.id, [keep, other], shop.now);
  await planAll(shop);
  const stand = async () =>
    (
      await sql`select customer_id, state, reason from touchpoint where business_id = ${shop.id} and ${birthday} order by state`.execute(
        db,
      )
    ).rows;
  const before = await stand();
  expect(before).toEqual([
    { customer_id: other, state: 'accepted', reason: null },
    { customer_id: keep, state: 'blocked', reason: 'capped' },
  ]);
  await mergeCustomers(db, shop.id, keep, other, actor);
  await planAll(shop);
  expect(await stand()).toMatchObject([{ state: 'accepted' }, { customer_id: keep, state: 'skipped', reason: 'merged' }]);
  await part(shop, keep);
  await planAll(shop);
  expect(await stand()).toEqual(before);
});

test('has an answer, and the task it opened, go with the card that asked, and both are erased with its customer', async () => {
  const shop = await openShop();
  const actor: Actor = { by: 'member:ada', now: shop.now };
  const other = await addNamed(shop, 'other');
  await setDate(db, shop.id, other, { kind: 'anniversary', month: 3, day: 12 }, actor);
  await planAll(shop);
  await send(shop, 0);
  const keep = await addNamed(shop, 'keep');
  await mergeCustomers(db, shop.id, keep, other, actor);
  await planAll(shop);
  const [touchpointId = ''] = (await startedRows(shop)).keys();
  const answer = { business_id: shop.id, touchpoint_id: touchpointId, question: 0 };
  await db
    .insertInto('answer')
    .values({ ...answer, value: 1, at: shop.now })
    .execute();
  await db
    .insertInto('answer_text')
    .values({ ...answer, customer_id: keep, words: 'wilted' })
    .execute();
  await openFollowUp(db, shop.id, { customerId: keep, touchpointId, reason: 'low answer', dueOn: '2027-03-12' }, actor);
  await part(shop, keep);
  await planAll(shop);
  expect([...(await startedRows(shop)).values()]).toEqual([other]);
  const words = async () => (await exported(shop, keep))['answer_text'];
  expect(await words()).toEqual([]);
  expect(await exported(shop, other)).toMatchObject({
    answer_text: [{ words: 'wilted' }],
    follow_up: [{ reason: 'low answer' }],
  });
  await eraseCustomer(db, shop.id, other, actor);
  expect(await db.selectFrom('answer_text').select('words').where('business_id', '=', shop.id).execute()).toEqual([]);
  expect(await exported(shop, keep)).toMatchObject({ person: [{ given_name: 'keep' }], follow_up: [] });
});

test.each([
  { email: 'other@example.com', theirs: { state: 'skipped', reason: 'sent as one' } },
  { email: 'keep@example.com', theirs: { state: 'planned', reason: null } },
])('leaves a card that went to both at $email with the kept one, the other $theirs.state', async ({ email, theirs }) => {
  const shop = await openShop();
  const actor: Actor = { by: 'member:ada', now: shop.now };
  const [keep, other] = [await addNamed(shop, 'keep'), await addNamed(shop, 'other')];
  await changeCustomer(db, shop.id, keep, { email }, actor);
  await sql`update occasion set mode = 'off' where business_id = ${shop.id} and slug <> 'anniversary'`.execute(db);
  await setDate(db, shop.id, other, { kind: 'anniversary', month: 3, day: 12 }, actor);
  await planAll(shop);
  await mergeCustomers(db, shop.id, keep, other, actor);
  await planAll(shop);
  await send(shop, 0);
  await part(shop, keep);
  await planAll(shop);
  const { rows } = await sql`select customer_id, state, reason from touchpoint
    where business_id = ${shop.id} and cause = 'date:anniversary:2027' order by state`.execute(db);
  expect(rows).toEqual([
    { customer_id: keep, state: 'accepted', reason: null },
    { customer_id: other, ...theirs },
  ]);
});

test('is kept for thirty days, for whoever was not erased, and only the latest can be undone', async () => {
  const shop = await openShop();
  const [a = '', b = '', c = ''] = await Promise.all(['a', 'b', 'c'].map((name) => addNamed(shop, name)));
  const actor: Actor = { by: 'member:ada', now: shop.now };
  await mergeCustomers(db, shop.id, a, b, actor);
  const first = await openMerge(db, shop.id, a, shop.now);
  await mergeCustomers(db, shop.id, a, c, actor);
  const refused = await undoMerge(db, shop.id, { customerId: a, mergeId: first?.id ?? '' }, actor);
  expect(refused).toMatchObject({ ok: false, reason: expect.stringContaining('Undo that first') });
  await part(shop, a);
  expect(await openMerge(db, shop.id, a, shop.now)).toEqual(first);
  const later = new Date(shop.now.getTime() + 30 * 24 * HOUR_MS);
  expect(await openMerge(db, shop.id, a, later)).toBeUndefined();
  expect(await undoMerge(db, shop.id, { customerId: a, mergeId: first?.id ?? '' }, { ...actor, now: later })).toMatchObject({
    ok: false,
  });
  await forgetMerges(db, new Date(later.getTime() - 1));
  expect(await openMerge(db, shop.id, a, shop.now)).toEqual(first);
  await forgetMerges(db, later);
  expect(await openMerge(db, shop.id, a, shop.now)).toBeUndefined();
  await planAll(shop);
  await mergeCustomers(db, shop.id, a, c, actor);
  await eraseCustomer(db, shop.id, a, actor);
  expect(await db.selectFrom('customer_merge').selectAll().where('business_id', '=', shop.id).execute()).toEqual([]);
});

test('two who undo at once undo it once', async () => {
  const shop = await openShop();
  const [a = '', b = ''] = await Promise.all(['a', 'b'].map((name) => addNamed(shop, name)));
  const actor: Actor = { by: 'member:ada', now: shop.now };
  await mergeCustomers(db, shop.id, a, b, actor);
  const open = await openMerge(db, shop.id, a, shop.now);
  const press = () =>
    planWith(db, shop.id, [a, b], shop.now, (trx) => undoMerge(trx, shop.id, { customerId: a, mergeId: open?.id ?? '' }, actor));
  const both = await Promise.all([press(), press()]);
  expect(both.filter((one) => one?.ok)).toHaveLength(1);
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from change where business_id = ${shop.id} and what = 'merge undone'`.execute(db);
  expect(rows).toEqual([{ n: 2 }]);
});

async function openShop(): Promise<Shop> {
  const slug = `undo-${shops++}`;
  const actor = { by: 'fondly', now: START };
  const from = { name: 'Shop', address: 'shop@example.com' };
  const added = await addBusiness(
    db,
    { name: slug, slug, zone: 'Europe/Berlin', from, postalAddress: 'Street 1, Berlin' },
    actor,
  );
  if (!added.ok) throw new Error(added.reason);
  await addDefaultOccasions(db, { id: added.id, zone: 'Europe/Berlin' }, actor);
  await sql`update occasion set mode = 'automatic', late_days = 3 where business_id = ${added.id} and slug <> 'birthday'`.execute(
    db,
  );
  const { rows } = await sql<{
    id: string;
  }>`select id from occasion where business_id = ${added.id} and slug = 'birthday'`.execute(db);
  return { id: added.id, now: START, occasion: rows[0]?.id ?? '' };
}

async function addNamed(shop: Shop, name: string): Promise<string> {
  const added = await addCustomer(
    db,
    shop.id,
    { givenName: name, email: `${name}@example.com` },
    { by: 'member:ada', now: shop.now },
  );
  if (!added.ok) throw new Error(added.reason);
  return added.id;
}

type Told = typeof story extends fc.Arbitrary<infer S> ? S : never;

async function tell({ keep, other, earlier }: Told): Promise<{ shop: Shop; pair: Pair }> {
  const shop = await openShop();
  const pair = { keep: await addSomebody(shop, keep, 'N1'), other: await addSomebody(shop, other, 'N2') };
  if (earlier) {
    const third = await addSomebody(shop, earlier, null);
    await mergeCustomers(db, shop.id, pair.other, third, { by: 'member:ada', now: shop.now });
  }
  await planAll(shop);
  for (const [id, past] of [
    [pair.keep, keep.past],
    [pair.other, other.past],
  ] as const)
    for (const one of past) await live(shop, id, one);
  await planAll(shop);
  shop.now = new Date(shop.now.getTime() + HOUR_MS);
  await planAll(shop);
  return { shop, pair };
}

// Added nameless first: whoever has the same name at the same address would not be added twice.
async function addSomebody(shop: Shop, { fields: own, dates }: Told['keep'], reference: string | null): Promise<string> {
  const actor: Actor = { by: 'member:ada', now: shop.now };
  const added = await addCustomer(db, shop.id, { givenName: 'New', dates: dates.map((one) => ({ ...one, year: null })) }, actor);
  if (!added.ok) throw new Error(added.reason);
  const changed = await changeCustomer(db, shop.id, added.id, { ...own, reference }, actor);
  if (!changed.ok) throw new Error(changed.reason);
  return added.id;
}

async function join(shop: Shop, { keep, other }: Pair, { chosen }: Told): Promise<void> {
  const names = chosen && new Set(chosen);
  const merged = await mergeCustomers(db, shop.id, keep, other, { by: 'member:ada', now: shop.now }, names);
  if (!merged.ok) throw new Error(merged.reason);
}

async function part(shop: Shop, customerId: string): Promise<void> {
  const merge = await openMerge(db, shop.id, customerId, shop.now);
  const by: Actor = { by: 'member:ada', now: shop.now };
  const undone = await undoMerge(db, shop.id, { customerId, mergeId: merge?.id ?? '' }, by);
  if (!undone?.ok) throw new Error(undone?.reason ?? 'Nothing to undo');
}

async function planAll(shop: Shop): Promise<void> {
  while (await planStep(db, shop.id, shop.now));
}

async function live(shop: Shop, customerId: string, one: Event): Promise<void> {
  const { id: business, now } = shop;
  const actor: Actor = { by: 'member:ada', now };
  switch (one.do) {
    case 'change':
      return void (await changeCustomer(db, business, customerId, one.fields, actor));
    case 'date':
      return void (await setDate(db, business, customerId, { ...one.date, year: null }, actor));
    case 'no date':
      return void (await removeDate(db, business, customerId, one.date, actor));
    case 'purchase': {
      const on = new Date(now.getTime() - one.daysAgo * 24 * HOUR_MS).toISOString().slice(0, 10);
      return void (await addPurchase(db, business, customerId, { on, amount: 1250, currency: 'EUR' }, actor));
    }
    case 'void': {
      const id = await pickOf(
        sql`select id from purchase where business_id = ${business} and voided_at is null order by id`,
        one.pick,
      );
      return void (id && (await voidPurchase(db, business, id, actor)));
    }
    case 'stop':
      return stopThem(shop, customerId, one.stop);
    case 'lift': {
      const id = await pickOf(
        sql`select id from stop where business_id = ${business} and lifted_at is null order by id`,
        one.pick,
      );
      return void (id && (await liftStop(db, business, id, { by: 'customer', now })));
    }
    case 'task':
      return task(shop, customerId, actor);
    case 'decide':
      return decide(shop, one, actor);
    case 'send':
      return send(shop, one.pick);
    case 'plan':
      return planAll(shop);
  }
}

async function stopThem(
  shop: Shop,
  customerId: string,
  { kind, by }: { kind: (typeof STOPS)[number]; by: string },
): Promise<void> {
  const what = { kind, occasionId: shop.occasion, dateKind: 'birthday', until: '2027-03-20', customerId };
  await addStop(db, shop.id, what, { by, now: shop.now });
}

async function task(shop: Shop, customerId: string, actor: Actor): Promise<void> {
  const open = await pickOf(sql`select id from follow_up where business_id = ${shop.id} and closed_at is null order by id`, 0);
  if (open) await closeFollowUp(db, shop.id, open, { outcome: 'solved' }, actor);
  else await openFollowUp(db, shop.id, { customerId, reason: 'lapse', dueOn: '2027-03-12' }, actor);
}

async function decide(shop: Shop, { pick, verb }: { pick: number; verb: string }, actor: Actor): Promise<void> {
  const id = await pickOf(
    sql`select id from touchpoint where business_id = ${shop.id} and state in ('planned', 'waiting') order by id`,
    pick,
  );
  const verbs: Record<string, typeof holdTouchpoints> = {
    approve,
    hold: holdTouchpoints,
    skip: skipTouchpoints,
  };
  if (id) await verbs[verb]?.(db, shop.id, [id], actor);
}

/** A planned card leaves, to the address that they have now. */
async function send(shop: Shop, pick: number): Promise<void> {
  const id = await pickOf(
    sql`select t.id from touchpoint t join customer c on c.id = t.customer_id join person p on p.customer_id = c.id
      where t.business_id = ${shop.id} and t.state = 'planned' and c.merged_into is null and p.email is not null order by t.id`,
    pick,
  );
  if (!id) return;
  await sql`update touchpoint set state = 'accepted' where id = ${id}`.execute(db);
  await sql`insert into message (business_id, touchpoint_id, message_id, date, boundary, card_id, card_version, language, hash)
    select business_id, id, id, ${shop.now}::timestamptz, '', card_id, 1, 'en', '' from touchpoint where id = ${id}`.execute(db);
  await sql`insert into message_data (business_id, touchpoint_id, customer_id, data, addresses)
    select t.business_id, t.id, t.customer_id, '{}', jsonb_build_object('to', jsonb_build_object('address', p.email))
    from touchpoint t join person p on p.customer_id = t.customer_id where t.id = ${id}`.execute(db);
  const { rows } = await sql<{ customer_id: string }>`select customer_id from touchpoint where id = ${id}`.execute(db);
  await markForReplan(
    db,
    shop.id,
    rows.map((row) => row.customer_id),
    shop.now,
  );
}

async function pickOf(query: ReturnType<typeof sql>, pick: number): Promise<string | undefined> {
  const { rows } = await (query as ReturnType<typeof sql<{ id: string }>>).execute(db);
  return rows[pick % Math.max(1, rows.length)]?.id;
}

/** All that is kept of them but the two lines that tell of the merge itself, and cards that were planned and are not. */
async function exported(shop: Shop, id: string): Promise<CustomerExport> {
  const out = await exportCustomer(db, shop.id, id);
  if (!out.ok) throw new Error(out.reason);
  const kept: CustomerExport = {};
  for (const [table, rows] of Object.entries(out.data)) {
    const some = rows.filter((row) => {
      if (table === 'change') return row['what'] !== 'customers merged' && row['what'] !== 'merge undone';
      return table !== 'touchpoint' || row['state'] !== 'cancelled';
    });
    kept[table] = some.toSorted((one, two) => (JSON.stringify(one) < JSON.stringify(two) ? -1 : 1));
  }
  return kept;
}

function withoutNumber({ reference: _number, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

/** What holds them on their own, whatever their address. */
async function holding(shop: Shop, id: string): Promise<string[]> {
  const stops = await listStops(db, shop.id, id);
  return [...new Set(stops.filter(({ customer_id: own }) => own !== null).map(({ kind }) => kind))].toSorted();
}

interface StopRow {
  id: string;
  kind: string;
  customer_id: string | null;
  lifted_at: Date | null;
}

async function stopRows(shop: Shop): Promise<StopRow[]> {
  return db.selectFrom('stop').select(['id', 'kind', 'customer_id', 'lifted_at']).where('business_id', '=', shop.id).execute();
}

/** Whose each card is that was written. */
async function startedRows(shop: Shop): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; of: string }>`select t.id, coalesce(c.merged_into, c.id) as of
    from touchpoint t join customer c on c.id = t.customer_id
    where t.business_id = ${shop.id} and exists (select from message m where m.touchpoint_id = t.id)`.execute(db);
  return new Map(rows.map(({ id, of }) => [id, of]));
}

/** Cards that went to the two as one at the other's address, and are to go to the other for the same cause again. */
async function twice(shop: Shop, { keep, other }: Pair): Promise<unknown[]> {
  const { rows } = await sql`select t.cause from touchpoint t
    join message_data d on d.touchpoint_id = t.id and d.customer_id = ${keep}
    join message m on m.touchpoint_id = t.id
    join touchpoint o on o.customer_id = ${other} and o.occasion_id = t.occasion_id and o.cause = t.cause
      and o.state in ('planned', 'waiting', 'held')
    join person p on p.customer_id = ${other}
    join customer c on c.id = ${keep}
    where t.business_id = ${shop.id} and t.customer_id = ${keep} and lower(p.email) = lower(d.addresses #>> '{to,address}') and m.date >= ${shop.now}`.execute(
    db,
  );
  return rows;
}
