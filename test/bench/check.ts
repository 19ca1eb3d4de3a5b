import { type Kysely, sql } from 'kysely';
import { readGalleryCard } from '../../src/cards/gallery.ts';
import { openWorkshop } from '../../src/cards/workshop.ts';
import type { Database } from '../../src/database/schema.ts';
import { checkBeforePublishing } from '../../src/occasions/card-checks.ts';
import { listOccasions } from '../../src/occasions/occasion.ts';
import { benchDatabase } from './bench-database.ts';
import { addBenchCustomers, addBenchShop } from './bench-shop.ts';

const NOW = new Date('2027-03-10T09:00:00Z');
const LANGUAGES = ['en', 'de', 'fr', 'es', 'el', 'zh', 'ar'];

/** Customers in seven languages, the last of every thousand without a given name. */
export async function addCheckCustomers(db: Kysely<Database>, businessId: string, count: number): Promise<void> {
  const people = sql`
    select case when n % 1000 <> 0 then 'Customer ' || n end as given, 'Of ' || n as family, 'c' || n || '@example.com' as email,
      (${LANGUAGES}::text[])[1 + n % 7] as language, date '2015-01-01' + n % 28 as joined,
      make_date(1950 + n % 50, 1 + n % 12, 1 + n % 28) as birthday
    from generate_series(1, ${count}::int) as n`;
  await addBenchCustomers(db, businessId, people);
}

/** How long the check before publishing takes that fills a card in for everybody: 100,000 customers, seven languages. */
export async function reportCheck(): Promise<void> {
  await using bench = await benchDatabase();
  const { db } = bench;
  await sql`insert into installation (salt) values ('salt') on conflict do nothing`.execute(db);
  const { id } = await addBenchShop(db, 'Europe/Berlin', NOW);
  const birthday = (await listOccasions(db, id)).find(({ slug }) => slug === 'birthday');
  const ready = await readGalleryCard('birthday-balloons');
  if (!birthday || !ready) throw new Error('no birthday');
  await addCheckCustomers(db, id, 100_000);
  await sql`vacuum analyze`.execute(db);
  const workshop = openWorkshop();
  const start = performance.now();
  const checked = await checkBeforePublishing(db, workshop, id, { ...ready, look: {} }, { occasionIds: [birthday.id] }, NOW);
  const seconds = (performance.now() - start) / 1_000;
  await workshop.close();
  process.stdout.write(
    `${checked.customers} customers: checked in ${seconds.toFixed(1)} s (at most 60), ${checked.findings.length} findings\n`,
  );
}
