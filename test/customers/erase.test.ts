import { type Kysely, sql } from 'kysely';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { addCustomer, changeCustomer } from '../../src/customers/customer.ts';
import { setDate } from '../../src/customers/dates.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { closeFollowUp, openFollowUp } from '../../src/customers/follow-ups.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { addStop, listStops } from '../../src/customers/stops.ts';
import type { Database, ImportState } from '../../src/database/schema.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, value } from './shop.ts';

// Zarathustra Quill: a name that no table holds by chance. Each identifier is looked for in any case.
const given = 'Zarathustra';
const family = 'Quillfeather';
const email = 'zq.private@example.net';
const phone = '+49 176 5550199';
const note = 'allergic to lilies';
const identifiers = [given, family, email, '5550199', note];
const kind = 'zarathustra-day';
const everything = [given, family, email, phone, note].join(' | ');

/** Text that is no person's: why it may outlive them. Columns held to fixed words by a check are known from the catalogue. */
const NOT_PERSONAL: Record<string, string> = {
  ...ofAccounts('auth_user', 'name email image'),
  ...ofAccounts('auth_session', 'token ip_address user_agent'),
  ...ofAccounts('auth_account', 'account_id provider_id password access_token refresh_token id_token scope'),
  ...ofAccounts('auth_verification', 'identifier value'),
  ...ofAccounts('auth_two_factor', 'secret backup_codes'),
  ...ofAccounts('invitation', 'email'),
  'sign_in_limit.key': 'a keyed hash',
  'member.ended_by': 'an actor',
  'installation.salt': 'random',
  'installation.key_fingerprint': 'of a key',
  ...ofTheBusiness(
    'business',
    'slug name zone country locale from_name from_address reply_to postal_address alert_email paused_reason review_url referral_line lost_reasons accent second logo setup_step',
  ),
  ...ofTheBusiness('picture', 'file bytes by'),
  ...ofTheBusiness('smtp', 'sealed by'),
  ...ofTheBusiness('card', 'name gallery made_from'),
  ...ofTheBusiness('card_version', 'mjml look own_look by'),
  ...ofTheBusiness('card_draft', 'mjml words own_look marks by'),
  ...ofTheBusiness('card_presence', 'place by'),
  ...ofTheBusiness('card_wording', 'language words subject html text hash'),
  ...ofTheBusiness('survey', 'name'),
  ...ofTheBusiness('survey_version', 'questions by'),
  ...ofTheBusiness('occasion', 'slug name date_kind'),
  'person.language': 'a language tag, checked, and gone with the row',
  'person.zone': 'a zone, checked, and gone with the row',
  'purchase.currency': 'three letters',
  'follow_up.closed_by': 'an actor: a word and an id',
  'stop.email_hash': 'salted',
  'stop.by': 'an actor',
  'stop.lifted_by': 'an actor',
  'touchpoint.reason': 'a code',
  'touchpoint.approved_by': 'an actor',
  'touchpoint.held_by': 'an actor',
  'touchpoint.swapped_by': 'an actor',
  'touchpoint.hurried_by': 'an actor',
  'personal_line.by': 'an actor',
  'message.message_id': 'made of ids',
  'message.boundary': 'random',
  'message.language': 'a language tag',
  'message.hash': 'SHA-256 of the bytes',
  'attempt.stage': 'a code',
  'link_visit.visitor': 'a keyed hash, and gone with the row',
  'link_visit.link': 'a fixed word and the number of an answer',
  'letter.kind': 'fixed words',
  'letter.language': 'a language tag',
  'letter.message_id': 'made of ids',
  'test_card.address': 'the member’s who makes the card',
  'test_card.subject': 'made for one of our own people',
  'test_card.html': 'made for one of our own people',
  'test_card.text': 'made for one of our own people',
  'import_run.file_hash': 'of the file',
  'import_run.options': 'names of columns and choices',
  'import_run.by': 'an actor',
  'import_run.trouble': 'words of ours',
  'import_run.undone_by': 'an actor',
  'import_file.inspection': 'kind, encoding and size of a file',
  'import_chunk.bytes': 'a file: a test of its own searches it',
  'import_question.settled_by': 'an actor',
  'import_row.email_hash': 'salted, and gone with the row',
  'sign_up.language': 'a language tag',
  'change.by': 'an actor',
  'change.what': 'fixed words',
  'kysely_migration.name': 'a file of ours',
  'kysely_migration.timestamp': 'a time',
  'kysely_migration_lock.id': 'a word of Kysely’s',
};

const { db } = await testDatabase();
const shop = await openShop(db, 'forgets');
const business = shop.id;

test('erasing a person leaves none of their names, address, number or notes in any column of any table', async () => {
  const columns = await textColumns();
  const customer = await plantEverywhere();

  const before = await columnsHolding(columns);
  const fixed = await columnsOfFixedWords();
  const unplanted = columns.filter((column) => !before.has(column) && !fixed.has(column) && !(column in NOT_PERSONAL));
  expect(unplanted, 'plant these, or say in NOT_PERSONAL why nothing personal gets there').toEqual([]);
  const stale = Object.keys(NOT_PERSONAL).filter((column) => before.has(column) || !columns.includes(column));
  expect(stale, 'these are gone, or hold something personal after all').toEqual([]);

  const erased = value(await eraseCustomer(db, business, customer, ada));
  expect(erased).toMatchObject({ erased: true, messageIds: ['<one@fondly.example>'] });
  expect([...(await columnsHolding(columns))]).toEqual([]);
  expect(await rowsHolding()).toEqual([]);
});

test('what happened stays in the books, without the person', async () => {
  const customer = await plantEverywhere();
  const touchpoints = await db.selectFrom('touchpoint').select('id').where('customer_id', '=', customer).execute();
  value(await eraseCustomer(db, business, customer, ada));
  const rows = await db.selectFrom('touchpoint').select(['id', 'cause', 'state']).where('customer_id', '=', customer).execute();
  expect(rows).toEqual(touchpoints.map(({ id }) => ({ id, cause: `erased:${id}`, state: 'accepted' })));
  const bought = await db
    .selectFrom('purchase')
    .select(['amount', 'category', 'reference'])
    .where('customer_id', '=', customer)
    .execute();
  expect(bought).toEqual([{ amount: 1250, category: null, reference: null }]);
  const left = await db.selectFrom('customer').selectAll().where('id', '=', customer).executeTakeFirst();
  expect(left).toMatchObject({ erased_at: now, replan_at: now, basis_kind: 'consent', basis_on: '2026-01-02' });
  const told = await db.selectFrom('change').selectAll().where('what', '=', 'customer erased').execute();
  expect(told.map(({ by, customer_id, after }) => ({ by, customer_id, after }))).toContainEqual({
    by: 'member:ada',
    customer_id: null,
    after: { id: customer },
  });
  expect(value(await eraseCustomer(db, business, customer, ada))).toMatchObject({
    erased: false,
    messageIds: ['<one@fondly.example>'],
  });
});

test('whoever shares the address is blocked with it, and nobody else is touched', async () => {
  const mia = value(await addCustomer(db, business, { givenName: 'Mia', email: 'both@example.com' }, ada)).id;
  const tom = value(await addCustomer(db, business, { givenName: 'Tom', email: 'both@example.com' }, ada)).id;
  value(await eraseCustomer(db, business, mia, ada));
  expect((await listStops(db, business, tom)).map((stop) => stop.kind)).toEqual(['erased']);
  expect((await db.selectFrom('person').select('given_name').where('customer_id', '=', tom).executeTakeFirst())?.given_name).toBe(
    'Tom',
  );
});

test('a merged customer is erased with all whom it was before', async () => {
  const first = value(await addCustomer(db, business, { givenName: given, email: 'first@example.com' }, ada)).id;
  const second = value(
    await addCustomer(db, business, { givenName: given, familyName: family, email: 'second@example.com' }, ada),
  ).id;
  value(await mergeCustomers(db, business, first, second, ada));
  value(await eraseCustomer(db, business, second, ada));
  expect(await rowsHolding()).toEqual([]);
  for (const address of ['first@example.com', 'second@example.com']) {
    const { id } = value(await addCustomer(db, business, { givenName: 'New', email: address }, ada));
    expect((await listStops(db, business, id)).map((stop) => stop.kind)).toEqual(['erased']);
  }
});

test('of the rows that imports refused, those that name the person go', async () => {
  const { id: customer } = value(await addCustomer(db, business, { givenName: given, familyName: family, email, phone }, ada));
  const run = await addRun();
  const theirs = [
    `${given};${family};31.2.1980`,
    `N:${family.toUpperCase()};${given};;;`,
    `"${family}", "${given}",,`,
    `;;ZQ.Private@Example.net;`,
    `Zara,,0176 / 555-0199`,
    `${given},M.,${family},`,
  ];
  const others = ['Mia;Berg;mia@example.com', `${given};Berg;`, `Hans;${family};`, `${given}ella;${family}`, ';;;'];
  for (const [n, raw] of [...theirs, ...others].entries()) await refuse(run, n + 1, raw);
  value(await eraseCustomer(db, business, customer, ada));
  const left = await db.selectFrom('import_row').select('raw').where('import_id', '=', run).orderBy('line').execute();
  expect(left.map(({ raw }) => raw)).toEqual(others);
});

test('a file that waits to come in goes when it names the person, wherever in it that stands', async () => {
  const { id: other } = value(await addCustomer(db, business, { givenName: 'Mia' }, ada));
  const { id: customer } = value(await addCustomer(db, business, { givenName: given, familyName: family, email, phone }, ada));
  const rest = 'Mia,Berg,mia@example.com\n'.repeat(3_000);
  const theirs = await plantFile(other, `${rest}${given},${family},\n${rest}`, 'running');
  const others = await plantFile(other, rest, 'running');
  await db.updateTable('import_file').set({ look: null, trial: null }).where('import_id', 'in', [theirs, others]).execute();
  value(await eraseCustomer(db, business, customer, ada));
  const left = await db.selectFrom('import_chunk').select('import_id').execute();
  expect(left).toEqual([{ import_id: others }]);
  const run = await db.selectFrom('import_run').selectAll().where('id', '=', theirs).executeTakeFirst();
  expect(run).toMatchObject({ state: 'cancelled', file_name: null, trouble: expect.stringContaining('asked to be forgotten') });
});

/** A customer with an identifier in every column that can hold one, through verbs where customers/ has them. */
async function plantEverywhere(): Promise<string> {
  const fields = { notes: note, reference: `${family} 7`, custom: { nickname: given }, phone };
  const basis = { kind: 'consent', source: `told ${given} at the till`, on: '2026-01-02', wording: `Yes, ${email}` } as const;
  const asked = { givenName: given, familyName: family, email: 'old@example.net', language: 'de', zone: 'Europe/Berlin', basis };
  const { id } = value(await addCustomer(db, business, { ...asked, ...fields, givenName: `${given} old` }, ada));
  value(await changeCustomer(db, business, id, { givenName: given, email }, ada));
  value(await setDate(db, business, id, { kind, label: `${family} and Bo`, month: 5, day: 1, source: `said ${given}` }, ada));
  const purchase = { on: '2027-03-01', amount: 1250, currency: 'EUR', category: `for ${given}`, reference: `${family}-${v7()}` };
  value(await addPurchase(db, business, id, purchase, ada));
  value(await addStop(db, business, { customerId: id, kind: 'date', dateKind: kind }, ada));
  value(await addStop(db, business, { customerId: id, kind: 'deceased' }, ada));
  const task = value(await openFollowUp(db, business, { customerId: id, reason: 'lapse', dueOn: '2027-03-12' }, ada));
  value(await closeFollowUp(db, business, task.id, { outcome: 'lost', lostReason: 'moved away' }, ada));
  await sql`update follow_up set lost_reason = ${`${given} moved away`}, note = ${`rang ${phone}, ${given} was out`} where id = ${task.id}`.execute(
    db,
  );
  const twin = value(
    await addCustomer(db, business, { givenName: given, familyName: family, email: 'twin@example.net' }, ada),
  ).id;
  value(await mergeCustomers(db, business, id, twin, ada));
  await plantLedger(id);
  await plantSignUp();
  await plantFile(id, everything, 'asking');
  await refuse(await addRun(), 1, everything, `"${email}" is no address`);
  await refuse(await addRun(), 1, 'line 7', `"${given}" is no day`, id);
  return id;
}

/** A form that they filled in and have not confirmed. */
async function plantSignUp(): Promise<void> {
  const row = {
    business_id: business,
    id: v7(),
    email,
    email_key: email,
    given_name: given,
    family_name: family,
    language: 'de',
  };
  const rest = {
    month: 5,
    day: 1,
    year: null,
    wording: `Yes, ${given} agrees`,
    created_at: now,
    confirmed_at: null,
    customer_id: null,
  };
  await db
    .insertInto('sign_up')
    .values({ ...row, ...rest })
    .execute();
}

/** What sending and answering keep of a person, as their own folders write it. */
async function plantLedger(customer: string): Promise<void> {
  const own = { business_id: business };
  const [card, occasion, id] = [v7(), v7(), v7()];
  await db
    .insertInto('card')
    .values({ ...own, id: card, name: 'Card' })
    .execute();
  await db
    .insertInto('card_version')
    .values({ ...own, card_id: card, n: 1, mjml: '', look: '{}', by: 'fondly', at: now })
    .execute();
  const wording = { ...own, card_id: card, n: 1, language: 'en', words: '{}', subject: '', html: '', text: '', hash: '' };
  await db.insertInto('card_wording').values(wording).execute();
  const day = {
    trigger: 'date',
    date_kind: '*',
    hour: '09:00',
    late_days: 0,
    mode: 'automatic',
    rank: 1,
    active_since: '2027-01-01',
  } as const;
  await db
    .insertInto('occasion')
    .values({ ...own, ...day, id: occasion, slug: `o-${occasion}`, name: 'Day', card_id: card })
    .execute();
  const when = { occurs_on: '2027-03-01', send_on: '2027-03-01', due_at: now, late_at: now, created_at: now } as const;
  const what = { occasion_id: occasion, cause: `date:${kind}/${family}:2027`, state: 'accepted', card_id: card } as const;
  await db
    .insertInto('touchpoint')
    .values({ ...own, id, customer_id: customer, ...what, ...when })
    .execute();
  const touchpoint = { ...own, touchpoint_id: id };
  const sent = { message_id: '<one@fondly.example>', date: now, boundary: 'b', card_id: card, card_version: 1, language: 'en' };
  await db
    .insertInto('message')
    .values({ ...touchpoint, ...sent, hash: Buffer.alloc(32) })
    .execute();
  const data = JSON.stringify({ customer: { firstName: given } });
  const addresses = JSON.stringify({ to: { address: email } });
  await db
    .insertInto('message_data')
    .values({ ...touchpoint, customer_id: customer, data, addresses })
    .execute();
  await db
    .insertInto('attempt')
    .values({ ...touchpoint, n: 1, fence: 1, stage: 'accepted', started_at: now })
    .execute();
  await db
    .insertInto('attempt_reply')
    .values({ ...touchpoint, n: 1, customer_id: customer, words: `250 ok ${email}` })
    .execute();
  await db
    .insertInto('answer')
    .values({ ...touchpoint, question: 0, value: 1, at: now })
    .execute();
  await db
    .insertInto('personal_line')
    .values({ ...touchpoint, customer_id: customer, words: everything, by: 'member:ada', at: now })
    .execute();
  await db
    .insertInto('answer_text')
    .values({ ...touchpoint, question: 0, customer_id: customer, words: everything })
    .execute();
  await db
    .insertInto('link_visit')
    .values({ ...touchpoint, visitor: 'a hash', link: 'view', customer_id: customer, at: now })
    .execute();
}

async function addRun(): Promise<string> {
  const id = v7();
  const run = { business_id: business, id, file_hash: '0', options: '{}', by: 'member:ada', started_at: now };
  await db.insertInto('import_run').values(run).execute();
  return id;
}

/** A file that waits to come in, and what a page shows of it. */
async function plantFile(customer: string, text: string, state: ImportState): Promise<string> {
  const id = await addRun();
  const of = { business_id: business, import_id: id };
  await db
    .updateTable('import_run')
    .set({ state, file_name: `${given} ${family}.vcf` })
    .where('id', '=', id)
    .execute();
  const seen = JSON.stringify({ said: everything });
  await db
    .insertInto('import_file')
    .values({ ...of, inspection: '{"encoding":"utf-8"}', look: seen, trial: seen })
    .execute();
  await db
    .insertInto('import_chunk')
    .values({ ...of, n: 0, bytes: Buffer.from(text) })
    .execute();
  const question = { id: v7(), customer_id: customer, line: 2, question: `${given}?`, samples: JSON.stringify([email]) };
  await db
    .insertInto('import_question')
    .values({ ...of, ...question })
    .execute();
  return id;
}

async function refuse(run: string, line: number, raw: string, reason = 'refused', customer: string | null = null): Promise<void> {
  const row = { business_id: business, import_id: run, line, customer_id: customer, reason, raw };
  await db.insertInto('import_row').values(row).execute();
}

function ofAccounts(table: string, columns: string): Record<string, string> {
  return Object.fromEntries(columns.split(' ').map((column) => [`${table}.${column}`, 'of a member, who is no customer']));
}

function ofTheBusiness(table: string, columns: string): Record<string, string> {
  return Object.fromEntries(columns.split(' ').map((column) => [`${table}.${column}`, 'the business’s own']));
}

/** Every column that could hold words, as table.column. */
async function textColumns(): Promise<string[]> {
  const { rows } = await sql<{ column: string }>`
    select table_name || '.' || column_name as column from information_schema.columns
    where table_schema = current_schema()
      and data_type not in ('uuid', 'date', 'integer', 'smallint', 'bigint', 'boolean', 'timestamp with time zone', 'time without time zone')
    order by 1`.execute(db);
  return rows.map(({ column }) => column);
}

/** Columns that a check holds to a list of words. */
async function columnsOfFixedWords(): Promise<Set<string>> {
  const { rows } = await sql<{ column: string }>`
    select c.conrelid::regclass::text || '.' || a.attname as column
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'c' and array_length(c.conkey, 1) = 1 and pg_get_constraintdef(c.oid) ~ '= ANY \\(\\(?ARRAY'
      and c.connamespace = current_schema()::regnamespace`.execute(db);
  return new Set(rows.map(({ column }) => column));
}

async function columnsHolding(columns: string[]): Promise<Set<string>> {
  const held = await Promise.all(columns.map(async (column) => ({ column, holds: await holds(db, column) })));
  return new Set(held.filter((one) => one.holds).map((one) => one.column));
}

async function holds(on: Kysely<Database>, column: string): Promise<boolean> {
  const [table = '', name = ''] = column.split('.');
  const { rows } = await sql`select 1 from ${sql.table(table)} where ${spoken(sql`${sql.ref(name)}::text`)} limit 1`.execute(on);
  return rows.length > 0;
}

/** Whole rows, every column of every type: nothing hides in a type that the list above does not know. */
async function rowsHolding(): Promise<string[]> {
  const tables = await db.introspection.getTables();
  const held = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql`select 1 from ${sql.table(name)} t where ${spoken(sql`t::text`)} limit 1`.execute(db);
      return rows.length > 0 ? [name] : [];
    }),
  );
  return held.flat();
}

function spoken(text: ReturnType<typeof sql>) {
  return sql<boolean>`lower(${text}) like any(${identifiers.map((one) => `%${one.toLowerCase()}%`)})`;
}
