import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Business } from '../../src/businesses/business.ts';
import { addCustomer } from '../../src/customers/customer.ts';
import { importCustomers } from '../../src/customers/import/import.ts';
import { bytesSource } from '../../src/customers/import/source.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { openMerge } from '../../src/customers/merge-memory.ts';
import { undoMerge } from '../../src/customers/merge-undo.ts';
import { addStop, listStops, type NewStop } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, person, value } from './shop.ts';
import { SEED } from '../support/seed.ts';

const { db } = await testDatabase();
const RUNS = Number(process.env['MERGE_RUNS'] ?? 100);
const KINDS = ['unsubscribed', 'complained', 'deceased', 'consent ended', 'occasion', 'date', 'paused'] as const;
type Kind = (typeof KINDS)[number];
/** Two of them share an address. */
const PEOPLE = ['Mia,berg@example.com', 'Tom,berg@example.com', 'Ida,ida@example.com', 'Leo,leo@example.com'];
let shops = 0;

const who = fc.nat(PEOPLE.length - 1);
// A file knows them as the shop first did, brings a new address for their number, or says that they left.
const row = fc.record({ who, as: fc.constantFrom('known', 'moved', 'left') });
const event = fc.oneof(
  fc.record({ do: fc.constant('stop' as const), who, kind: fc.constantFrom('deceased', 'unsubscribed', ...KINDS) }),
  fc.record({ do: fc.constant('merge' as const), who, other: who, address: fc.boolean() }),
  fc.record({ do: fc.constant('part' as const), who }),
  fc.record({ do: fc.constant('import' as const), rows: fc.array(row, { minLength: 1, maxLength: 4 }) }),
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

/** What is said once more to two who were joined, of whom one was stopped for it before; and to three, who were joined one after the other. */
const SAID_AGAIN: Event[][] = [
  [stopped(2, 'date'), merged(2, 0), stopped(0, 'date'), parted(2)],
  [stopped(2, 'deceased'), merged(1, 2), merged(3, 1), stopped(1, 'deceased'), parted(3), parted(1)],
];

interface Shop {
  business: Business;
  ids: string[];
  /** What each was stopped for while they were this customer. */
  said: Set<Kind>[];
  moves: number;
}

test('no merge, import or undone merge, in any order, loses a stop', { timeout: 300_000 + RUNS * 1_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 12 }), async (events) => {
      const shop = await openFour();
      for (const one of events) {
        await live(shop, one);
        for (const [n, said] of shop.said.entries()) {
          const standing = (await listStops(db, shop.business.id, shop.ids[n]!)).map(({ kind }) => kind);
          expect(standing, `${PEOPLE[n]} after ${JSON.stringify(one)}`).toEqual(expect.arrayContaining([...said]));
        }
      }
    }),
    { numRuns: RUNS, seed: SEED, examples: SAID_AGAIN.map((events): [Event[]] => [events]), endOnFailure: RUNS > 1_000 },
  );
});

function stopped(n: number, kind: Kind): Event {
  return { do: 'stop', who: n, kind };
}

function merged(n: number, other: number): Event {
  return { do: 'merge', who: n, other, address: false };
}

function parted(n: number): Event {
  return { do: 'part', who: n };
}

async function openFour(): Promise<Shop> {
  const business = await openShop(db, `kept-${shops++}`);
  const ids: string[] = [];
  for (const [n, one] of PEOPLE.entries()) {
    const [givenName = '', email = ''] = one.split(',');
    ids.push(value(await addCustomer(db, business.id, { givenName, email, reference: `N${n}` }, ada)).id);
  }
  return { business, ids, said: PEOPLE.map(() => new Set<Kind>()), moves: 0 };
}

async function live(shop: Shop, one: Event): Promise<void> {
  const business = shop.business.id;
  switch (one.do) {
    case 'stop':
      value(await addStop(db, business, stopOf(shop.ids[one.who]!, one.kind), person));
      return heard(shop, one.who, one.kind);
    case 'merge':
      // Refused where they are one already.
      return void (await mergeCustomers(
        db,
        business,
        shop.ids[one.who]!,
        shop.ids[one.other]!,
        ada,
        new Set(one.address ? ['email', 'reference'] : []),
      ));
    case 'part':
      return part(shop, one.who);
    case 'import':
      return bring(shop, one.rows);
  }
}

function stopOf(customerId: string, kind: Kind): NewStop {
  return { customerId, kind, occasionId: '0198f000-0000-7000-8000-000000000001', dateKind: 'birthday', until: '2027-09-01' };
}

/** Whoever says it may be any of those who are one just now. */
async function heard(shop: Shop, n: number, kind: Kind): Promise<void> {
  const present = await presentIds(shop);
  for (const [m, id] of present.entries()) if (id === present[n]) shop.said[m]!.add(kind);
}

/** Of two who are one, or of the deceased, a file is not believed to know which of them it means. */
async function heardOfOne(shop: Shop, n: number): Promise<void> {
  const present = await presentIds(shop);
  const isAlone = present.filter((id) => id === present[n]).length === 1;
  if (isAlone && !shop.said[n]!.has('deceased')) shop.said[n]!.add('unsubscribed');
}

async function presentIds({ ids }: Shop): Promise<string[]> {
  const rows = await db.selectFrom('customer').select(['id', 'merged_into']).where('id', 'in', ids).execute();
  const into = new Map(rows.map(({ id, merged_into: to }) => [id, to ?? id]));
  return ids.map((id) => into.get(id) ?? id);
}

async function part(shop: Shop, n: number): Promise<void> {
  const customerId = (await presentIds(shop))[n]!;
  const merge = await openMerge(db, shop.business.id, customerId, now);
  if (merge) await undoMerge(db, shop.business.id, { customerId, mergeId: merge.id }, ada);
}

async function bring(shop: Shop, rows: { who: number; as: string }[]): Promise<void> {
  const lines = rows.map(({ who: n, as }) => {
    const [name, email] = PEOPLE[n]!.split(',');
    const address = as === 'moved' ? `moved-${shop.moves++}@example.com` : email;
    return `${name},${address},${as === 'known' ? '' : `N${n}`},${as === 'left' ? 'Unsubscribed' : ''}`;
  });
  const file = `Name,Email,Customer number,Subscription status\n${lines.join('\n')}\n`;
  const report = await importCustomers(db, shop.business, bytesSource(file), {}, ada);
  expect(report).toMatchObject({ rejected: [] });
  for (const { who: n, as } of rows) if (as === 'left') await heardOfOne(shop, n);
}
