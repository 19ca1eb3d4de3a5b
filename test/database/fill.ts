import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { tablesInOrder } from '../../src/database/catalogue.ts';
import type { Database } from '../../src/database/schema.ts';

/** A shop with `customers` customers and rows in most tables, with the values that travel badly. Returns its id. */
export async function fillBusiness(db: Kysely<Database>, slug: string, customers: number): Promise<string> {
  await sql`insert into installation (salt) values ('salt') on conflict do nothing`.execute(db);
  const { rows } = await sql<{ id: string }>`
    insert into business (id, slug, name, zone, country, locale, from_name, from_address, postal_address, created_at)
    values (gen_random_uuid(), ${slug}, ${slug}, 'Europe/Berlin', 'DE', 'de', 'Ada', 'ada@example.com', 'Street 1', '2026-01-01T00:00:00.123456Z')
    returning id`.execute(db);
  const business = rows[0]!.id;
  await sql`
    with person as (
      insert into auth_user (id, name, email, created_at, updated_at)
      values (gen_random_uuid(), 'Ada', ${`ada@${slug}.example`}, now(), now()) returning id)
    insert into member (business_id, id, user_id, role, since) select ${business}, gen_random_uuid(), id, 'owner', now() from person`.execute(
    db,
  );
  await fillCustomers(db, business, customers);
  await fillLedger(db, business);
  return business;
}

/** For each table its number of rows and a checksum over all of them, whatever their order. */
export async function checksums(db: Kysely<Database>, schema = 'public', where = sql`true`): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const { name } of await tablesInOrder(db, schema)) {
    const table = sql.id(schema, name);
    const { rows } = await sql<{ rows: string[] }>`
      select coalesce(array_agg(t::text order by t::text), '{}') as rows from ${table} t where ${where}`.execute(db);
    const all = rows[0]?.rows ?? [];
    sums[name] = `${all.length} ${createHash('sha256').update(all.join('\n')).digest('hex')}`;
  }
  return sums;
}

const awkward = 'Zoë \t"Q" \\N \\. O’Brien\n\r😀 ‮مرحبا';

async function fillCustomers(db: Kysely<Database>, business: string, customers: number): Promise<void> {
  await sql`
    insert into customer (business_id, id, joined_on, basis_kind, created_at)
    select ${business}, gen_random_uuid(), date '2020-02-29' + n, 'customer', now() from generate_series(1, ${customers}) n`.execute(
    db,
  );
  await sql`
    insert into person (business_id, customer_id, given_name, family_name, notes, custom)
    select business_id, id, 'Given', null, ${awkward}, jsonb_build_object('a', ${awkward}::text) from customer where business_id = ${business}`.execute(
    db,
  );
  await sql`
    insert into date (business_id, id, customer_id, kind, month, day, source)
    select business_id, gen_random_uuid(), id, 'birthday', 2, 29, 'hand' from customer where business_id = ${business}`.execute(
    db,
  );
  await sql`
    insert into purchase (business_id, id, customer_id, "on", amount, currency, nth, created_at)
    select business_id, gen_random_uuid(), id, '2026-05-05', 9007199254740991, 'EUR', 1, now()
    from customer where business_id = ${business}`.execute(db);
  await sql`update customer set merged_into = (select min(id::text)::uuid from customer where business_id = ${business})
    where business_id = ${business}`.execute(db);
}

async function fillLedger(db: Kysely<Database>, business: string): Promise<void> {
  await sql`insert into card (business_id, id, name) values (${business}, gen_random_uuid(), 'Card')`.execute(db);
  await sql`
    insert into occasion (business_id, id, slug, name, trigger, date_kind, hour, late_days, mode, rank, active_since, card_id)
    select ${business}, gen_random_uuid(), 'birthday', 'Birthday', 'date', 'birthday', '09:00', 0, 'automatic', 1, '2026-01-01', id
    from card where business_id = ${business}`.execute(db);
  await sql`
    insert into touchpoint (business_id, id, customer_id, occasion_id, cause, occurs_on, send_on, due_at, late_at, state, card_id, created_at)
    select c.business_id, gen_random_uuid(), c.id, o.id, 'date:birthday:2027', '2027-02-28', '2027-02-28', now(), now(), 'planned', o.card_id, now()
    from customer c join occasion o using (business_id) where c.business_id = ${business}`.execute(db);
  await sql`update touchpoint set reminder_of = (select min(id::text)::uuid from touchpoint where business_id = ${business})
    where business_id = ${business}`.execute(db);
}
