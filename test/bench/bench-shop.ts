import { type Kysely, type RawBuilder, sql } from 'kysely';
import { addBusiness, type Business, findBusiness } from '../../src/businesses/business.ts';
import type { Database } from '../../src/database/schema.ts';
import { addDefaultOccasions } from '../../src/occasions/occasion.ts';

/** The shop "bench" with its default occasions. */
export async function addBenchShop(db: Kysely<Database>, zone: string, now: Date): Promise<Business> {
  const actor = { by: 'fondly', now };
  const from = { name: 'Bench', address: 'bench@example.com' };
  await addBusiness(db, { name: 'Bench', slug: 'bench', zone, from, postalAddress: 'Bench Street 1' }, actor);
  const business = await findBusiness(db, 'bench');
  if (!business) throw new Error('The shop could not be made');
  await addDefaultOccasions(db, business, actor);
  return business;
}

/**
 * Customers with a birthday, straight into the tables: `people` selects given, family, email and language, as texts or null, and joined and
 * birthday, as dates.
 */
export async function addBenchCustomers(db: Kysely<Database>, businessId: string, people: RawBuilder<unknown>): Promise<void> {
  await sql`
    with made as materialized (select gen_random_uuid() as id, people.* from (${people}) people),
    customers as (
      insert into customer (business_id, id, joined_on, basis_kind, basis_on, created_at)
      select ${businessId}::uuid, id, joined, 'customer', joined, joined from made),
    persons as (
      insert into person (business_id, customer_id, given_name, family_name, name_key, email, email_key, language)
      select ${businessId}::uuid, id, given, family, lower(concat(given, family)), email, email, language from made)
    insert into date (business_id, id, customer_id, kind, month, day, year, source)
    select ${businessId}::uuid, gen_random_uuid(), id, 'birthday', extract(month from birthday), extract(day from birthday),
      extract(year from birthday), 'bench' from made`.execute(db);
}
