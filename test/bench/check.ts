import { type Kysely, sql } from 'kysely';
import { addBusiness } from '../../src/businesses/business.ts';
import { readGalleryCard } from '../../src/cards/gallery.ts';
import { openWorkshop } from '../../src/cards/workshop.ts';
import type { Database } from '../../src/database/schema.ts';
import { checkBeforePublishing } from '../../src/occasions/card-checks.ts';
import { addDefaultOccasions, listOccasions } from '../../src/occasions/occasion.ts';
import { benchDatabase } from './bench-database.ts';

const NOW = new Date('2027-03-10T09:00:00Z');
const LANGUAGES = ['en', 'de', 'fr', 'es', 'el', 'zh', 'ar'];

/** Customers with an address and a birthday, in seven languages, straight into the tables; the last of every thousand without a given name. */
export async function addBenchCustomers(db: Kysely<Database>, businessId: string, count: number): Promise<void> {
  await sql`with made as (select gen_random_uuid() as id, n from generate_series(1, ${count}::int) as n),
    customers as (
      insert into customer (business_id, id, joined_on, basis_kind, created_at)
      select ${businessId}::uuid, id, date '2015-01-01' + (n % 28)::int, 'customer', ${NOW} from made),
    people as (
      insert into person (business_id, customer_id, given_name, family_name, name_key, email, email_key, language)
      select ${businessId}::uuid, id, case when n % 1000 <> 0 then 'Customer ' || n end, 'Of ' || n, n::text, 'c' || n || '@example.com',
        'c' || n || '@example.com', (${LANGUAGES}::text[])[1 + n % 7] from made)
    insert into date (business_id, id, customer_id, kind, month, day, year, source)
    select ${businessId}::uuid, gen_random_uuid(), id, 'birthday', 1 + n % 12, 1 + n % 28, 1950 + n % 50, 'bench' from made`.execute(
    db,
  );
}

/** How long the check before publishing takes that fills a card in for everybody: 100,000 customers, seven languages. */
export async function reportCheck(): Promise<void> {
  await using bench = await benchDatabase();
  const { db } = bench;
  await sql`insert into installation (salt) values ('salt') on conflict do nothing`.execute(db);
  const actor = { by: 'fondly', now: NOW };
  const from = { name: 'Bench', address: 'bench@example.com' };
  const added = await addBusiness(
    db,
    { name: 'Bench', slug: 'bench', zone: 'Europe/Berlin', from, postalAddress: 'Bench Street 1' },
    actor,
  );
  if (!added.ok) throw new Error(added.reason);
  await addDefaultOccasions(db, { id: added.id, zone: 'Europe/Berlin' }, actor);
  const birthday = (await listOccasions(db, added.id)).find(({ slug }) => slug === 'birthday');
  const ready = await readGalleryCard('birthday-balloons');
  if (!birthday || !ready) throw new Error('no birthday');
  await addBenchCustomers(db, added.id, 100_000);
  await sql`vacuum analyze`.execute(db);
  const workshop = openWorkshop();
  const start = performance.now();
  const checked = await checkBeforePublishing(
    db,
    workshop,
    added.id,
    { ...ready, look: {} },
    { occasionIds: [birthday.id] },
    NOW,
  );
  const seconds = (performance.now() - start) / 1_000;
  await workshop.close();
  process.stdout.write(
    `${checked.customers} customers: checked in ${seconds.toFixed(1)} s (at most 60), ${checked.findings.length} findings\n`,
  );
}
