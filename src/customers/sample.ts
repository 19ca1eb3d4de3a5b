import { v7 } from 'uuid';
import type { Business } from '../businesses/business.ts';
import { keepChanges } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import type { Day } from '../database/schema.ts';
import { nameKey } from './name-key.ts';
import { samplePeople, type SamplePerson } from './sample-people.ts';

export interface SampleOptions {
  /** 200 unless said. */
  count?: number;
  /** The same seed and day make the same people. */
  seed?: number;
  /** The business's local day: birthdays and purchases are laid around it. */
  today: Day;
}

/**
 * A florist's customers for somebody to look around with: several countries, households, awkward names, two years of purchases.
 * Addresses are at example.com, .org and .net only. A business that has customers already gets none (`added` is 0).
 */
export async function addSampleCustomers(
  db: Db,
  business: Pick<Business, 'id' | 'country'>,
  { count = 200, seed = 1, today }: SampleOptions,
  actor: Actor,
): Promise<{ added: number; purchases: number }> {
  return inOneCommit(db, async (trx) => {
    await trx.selectFrom('business').select('id').where('id', '=', business.id).forUpdate().executeTakeFirstOrThrow();
    const somebody = await trx.selectFrom('customer').select('id').where('business_id', '=', business.id).executeTakeFirst();
    if (somebody) return { added: 0, purchases: 0 };
    const people = samplePeople({ count, seed, today, country: business.country }).map((person) => ({ ...person, id: v7() }));
    for (const some of slices(people)) await insertPeople(trx, business.id, some, actor);
    return { added: people.length, purchases: await insertPurchases(trx, business, people, actor) };
  });
}

const SLICE = 1_000;

type Sample = SamplePerson & { id: string };

async function insertPeople(trx: Db, businessId: string, people: Sample[], actor: Actor): Promise<void> {
  await trx
    .insertInto('customer')
    .values(people.map((person) => customerRow(businessId, person, actor)))
    .execute();
  await trx
    .insertInto('person')
    .values(people.map((person) => personRow(businessId, person)))
    .execute();
  const dates = people.flatMap((person) =>
    person.dates.map((date) => ({ ...date, business_id: businessId, id: v7(), customer_id: person.id, source: 'sample' })),
  );
  if (dates.length > 0) await trx.insertInto('date').values(dates).execute();
  const changes = people.map(({ id, given, family, email, dates }) => {
    return {
      businessId,
      customerId: id,
      what: 'customer added',
      after: { given_name: given, family_name: family, email, dates },
    };
  });
  await keepChanges(trx, changes, actor);
}

function customerRow(businessId: string, { id, joinedOn, purchases, basis }: Sample, actor: Actor) {
  const known = { business_id: businessId, id, joined_on: joinedOn, basis_kind: basis, basis_on: joinedOn };
  return { ...known, first_purchase_on: purchases[0]?.on ?? null, replan_at: actor.now, created_at: actor.now };
}

function personRow(businessId: string, person: Sample) {
  const { id, given, family, email, language, zone, notes, basis } = person;
  const consent =
    basis === 'consent' ? { basis_source: 'sign-up card in the shop', basis_wording: 'Yes, please write to me on my days.' } : {};
  const name = { given_name: given, family_name: family, name_key: nameKey(given, family) };
  return { business_id: businessId, customer_id: id, ...name, email, email_key: email, language, zone, notes, ...consent };
}

const currencies: Record<string, string> = {
  GB: 'GBP',
  US: 'USD',
  CH: 'CHF',
  CA: 'CAD',
  AU: 'AUD',
  SE: 'SEK',
  PL: 'PLN',
  BR: 'BRL',
  IN: 'INR',
};

async function insertPurchases(
  trx: Db,
  { id: businessId, country }: Pick<Business, 'id' | 'country'>,
  people: Sample[],
  actor: Actor,
): Promise<number> {
  const currency = currencies[country] ?? 'EUR';
  const purchases = people.flatMap((person) =>
    person.purchases.map((bought, i) => ({ ...bought, customer_id: person.id, nth: i + 1 })),
  );
  const rows = purchases
    .toSorted((a, b) => a.on.localeCompare(b.on))
    .map((row, i) => {
      const reference = `${row.on.slice(0, 4)}-${String(i + 1).padStart(4, '0')}`;
      return { ...row, business_id: businessId, id: v7(), currency, reference, created_at: actor.now };
    });
  for (const some of slices(rows)) await trx.insertInto('purchase').values(some).execute();
  return rows.length;
}

// A statement holds 65,535 values at most.
function slices<T>(rows: T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / SLICE) }, (_, n) => rows.slice(n * SLICE, (n + 1) * SLICE));
}
