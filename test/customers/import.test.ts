import { beforeEach, describe, expect, test } from 'vitest';
import { addBusiness, type Business, findBusiness } from '../../src/businesses/business.ts';
import { prepareInstallation } from '../../src/businesses/installation.ts';
import { changeCustomer } from '../../src/customers/customer.ts';
import { removeDate, setDate } from '../../src/customers/dates.ts';
import { importCustomers, type ImportOptions } from '../../src/customers/import/import.ts';
import { bytesSource } from '../../src/customers/import/source.ts';
import { addStop, liftBySignUp, listStops } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
await prepareInstallation(db, ['a secret of thirty-two letters and more']);
const now = new Date('2026-11-21T10:00:00Z');
const ben = { by: 'member:ben', now };
let shops = 0;
let shop: Business;

beforeEach(async () => {
  const slug = `shop-${++shops}`;
  const from = { name: 'Flora', address: 'hello@example.com' };
  await addBusiness(db, { name: 'Flora', slug, zone: 'Europe/Berlin', from, postalAddress: 'Main Street 1' }, ben);
  const made = await findBusiness(db, slug);
  if (!made) throw new Error('the shop was not made');
  shop = made;
});

async function bring(text: string | Uint8Array, options: ImportOptions = {}) {
  return importCustomers(db, shop, bytesSource(text), options, ben);
}

async function people() {
  const persons = await db
    .selectFrom('person')
    .selectAll()
    .where('business_id', '=', shop.id)
    .orderBy('email')
    .orderBy('given_name')
    .execute();
  const customers = await db.selectFrom('customer').selectAll().where('business_id', '=', shop.id).execute();
  const dates = await db.selectFrom('date').selectAll().where('business_id', '=', shop.id).orderBy('kind').execute();
  return persons.map((person) => {
    const customer = customers.find(({ id }) => id === person.customer_id);
    const own = dates.filter(({ customer_id }) => customer_id === person.customer_id);
    const days = own.map(({ kind, label, month, day, year }) => `${kind}${label && `/${label}`} ${year ?? ''}-${month}-${day}`);
    return { ...customer, ...person, days };
  });
}

async function onlyId(): Promise<string> {
  const [person] = await people();
  return person?.customer_id ?? '';
}

describe('a table of customers', () => {
  const file =
    'First Name,Last Name,E-mail,Birthday,Customer since\nAnna,Meier,anna@example.com,14.03.1980,2019-05-02\nBert,Kurz,,--02-29,\n';

  test('comes in, and again changes nothing', async () => {
    expect(await bring(file)).toEqual({ created: 2, updated: 0, unchanged: 0, rejected: [], questions: [] });
    const before = await people();
    expect(before).toMatchObject([
      {
        given_name: 'Anna',
        family_name: 'Meier',
        email: 'anna@example.com',
        joined_on: '2019-05-02',
        basis_kind: 'customer',
        days: ['birthday 1980-3-14'],
      },
      { given_name: 'Bert', family_name: 'Kurz', email: null, joined_on: null, days: ['birthday -2-29'] },
    ]);
    expect(before[0]?.replan_at).toEqual(now);
    expect(await bring(file)).toEqual({ created: 0, updated: 0, unchanged: 2, rejected: [], questions: [] });
    expect(await people()).toEqual(before);
  });

  test('leaves a trace: the run, who brought whom, and a history', async () => {
    await bring(file, { basis: 'consent' });
    const run = await db.selectFrom('import_run').selectAll().where('business_id', '=', shop.id).executeTakeFirstOrThrow();
    expect(run).toMatchObject({ by: 'member:ben', created: 2, rejected: 0, lines_done: 3, options: { basis: 'consent' } });
    expect(run.ended_at).not.toBeNull();
    expect((await people()).every(({ import_id, basis_kind }) => import_id === run.id && basis_kind === 'consent')).toBe(true);
    const changes = await db
      .selectFrom('change')
      .selectAll()
      .where('business_id', '=', shop.id)
      .where('what', '=', 'customer added')
      .execute();
    expect(changes.map(({ by }) => by)).toEqual([`import:${run.id}`, `import:${run.id}`]);
  });

  test('a dry run says the same and leaves nothing behind', async () => {
    const mixed = `${file},,,,\nCarl,,no address,31.02.1990,\n,,broken@,1.1.1980,\nAnna,Meier,anna@example.com,,\n`;
    const said = await bring(mixed, { dryRun: true });
    expect(await people()).toEqual([]);
    expect(await db.selectFrom('import_run').selectAll().where('business_id', '=', shop.id).execute()).toEqual([]);
    expect(await bring(mixed)).toEqual(said);
    expect(said).toMatchObject({ created: 3, unchanged: 1, rejected: [{ line: 6 }] });
  });

  test.each([
    [
      'Google',
      'First Name,Last Name,Birthday,E-mail 1 - Label,E-mail 1 - Value,Event 1 - Label,Event 1 - Value,Labels\nAnna,Meier,1980-03-14,* ,anna@example.com ::: b@example.com,Anniversary,2005-06-01,* myContacts\n',
      ['anniversary 2005-6-1', 'birthday 1980-3-14'],
    ],
    [
      'Outlook',
      '"Title","First Name","Last Name","Anniversary","Birthday","E-mail Address","Business Fax"\n"","Anna","Meier","0/0/00","3/14/1980","anna@example.com",""\n',
      ['birthday 1980-3-14'],
    ],
    [
      'Outlook in German',
      'Vorname;Nachname;Geburtstag;Jahrestag;E-Mail-Adresse;Ort privat\nAnna;Meier;14.3.1980;0.0.00;anna@example.com;Ulm\n',
      ['birthday 1980-3-14'],
    ],
    [
      'Outlook in French',
      'Prénom;Nom;Anniversaire;Anniversaire de mariage ou fête;Adresse de messagerie\nAnna;Meier;14/03/1980;01/06/2005;anna@example.com\n',
      ['anniversary/wedding 2005-6-1', 'birthday 1980-3-14'],
    ],
    [
      'a sheet in Spanish',
      'Nombre;Apellidos;Correo electrónico;Cumpleaños\nAnna;Meier;anna@example.com;14 de marzo\n',
      ['birthday -3-14'],
    ],
    [
      'Square',
      'Reference ID,First Name,Last Name,Email Address,Birthday,First Visit,Transaction Count\nR1,Anna,Meier,anna@example.com,1980-03-14,2019-05-02,4\n',
      ['birthday 1980-3-14'],
    ],
    [
      'Shopify',
      'Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Total Spent,Note\n123,Anna,Meier,anna@example.com,yes,12.00,Hi\n',
      [],
    ],
    [
      'Mailchimp',
      'Email Address,First Name,Last Name,Birthday,MEMBER_RATING,OPTIN_TIME,NOTES\nanna@example.com,Anna,Meier,03/14,2,2020-01-01 10:00:00,\n',
      ['birthday -3-14'],
    ],
    [
      'a plain German sheet',
      'sep=;\nName;Vorname;Geb.-Datum;Mail\nMeier;Anna;14.03.1980;anna@example.com\n',
      ['birthday 1980-3-14'],
    ],
    [
      'one full name',
      'KUNDE\tE-MAIL\tHOCHZEITSTAG\nMeier, Anna\tanna@example.com\t13.6.2005\n',
      ['anniversary/wedding 2005-6-13'],
    ],
  ])('%s: columns are found by the names that it writes', async (_, text, days) => {
    const report = await bring(text);
    expect(report).toEqual({ created: 1, updated: 0, unchanged: 0, rejected: [], questions: [] });
    expect(await people()).toMatchObject([
      { given_name: 'Anna', family_name: 'Meier', email: 'anna@example.com', custom: {}, days },
    ]);
  });

  test('a name may explain itself in brackets, and say the order of its dates', async () => {
    await bring('First Name (required),E-mail*,Birthday (DD/MM/YYYY)\nAnna,anna@example.com,5/6/1980\n');
    expect(await people()).toMatchObject([
      { given_name: 'Anna', email: 'anna@example.com', custom: {}, days: ['birthday 1980-6-5'] },
    ]);
  });

  test("columns of the shop's own are kept, and a column can be mapped, in any case", async () => {
    const text = 'Name,Mail,Jour J,Lieblingsblume,Spam\nAnna Meier,anna@example.com,2001-05-06,Rose,x\n';
    await bring(text, { map: { 'JOUR J': 'date:name day', spam: 'ignore' } });
    expect(await people()).toMatchObject([{ custom: { Lieblingsblume: 'Rose' }, days: ['name-day 2001-5-6'] }]);
  });

  test.each([
    ['dates that stay ambiguous', 'Name,Birthday\nAnna,5/6/1980\n', {}, { column: 'Birthday', samples: ['5/6/1980'] }],
    [
      'dates in two orders',
      'Name,Birthday\nAnna,25/6/1980\nBert,6/25/1980\n',
      {},
      { column: 'Birthday', samples: ['25/6/1980', '6/25/1980'] },
    ],
    ['a mapping of no column', 'Name\nAnna\n', { map: { Nom: 'name' } }, { column: 'Nom', samples: ['Name'] }],
    ['a mapping to no field', 'Name\nAnna\n', { map: { Name: 'constructor' } }, { column: 'Name' }],
    ['no name and no address', 'Colour,Shoes\nred,40\n', {}, { samples: ['Colour', 'Shoes'] }],
    ['a workbook', 'PK\u0003\u0004', {}, { samples: [] }],
  ])('%s: a question, and nothing is written', async (_, text, options, question) => {
    const report = await bring(text, options);
    expect(report).toMatchObject({ created: 0, rejected: [], questions: [question] });
    expect(report.questions[0]?.line).toBeUndefined();
    expect(await people()).toEqual([]);
  });

  test('an order that is said answers the question', async () => {
    await bring('Name,Birthday\nAnna,5/6/1980\n', { dateOrder: 'dmy' });
    expect(await people()).toMatchObject([{ days: ['birthday 1980-6-5'] }]);
  });

  test('a doubtful value stays out and names its line; who cannot be found again is refused, and kept', async () => {
    const report = await bring('Name,Mail,Birthday\nAnna,anna@,14/03/80\n,,1.1.1990\nBert,bert@example.com,31.2.1990\n');
    expect(report).toMatchObject({ created: 2, rejected: [{ line: 3, reason: 'There is no name and no e-mail address.' }] });
    expect(report.questions.map(({ line, samples }) => [line, samples])).toEqual([
      [2, ['anna@']],
      [2, ['14/03/80']],
      [4, ['31.2.1990']],
    ]);
    const kept = await db.selectFrom('import_row').selectAll().where('business_id', '=', shop.id).execute();
    expect(kept).toMatchObject([{ line: 3, raw: ',,1.1.1990' }]);
  });

  test('who asked for no mail comes in without a reason to write to them', async () => {
    await bring('Name,Email,Accepts Email Marketing\nAnna,a@example.com,no\nBert,b@example.com,yes\n');
    expect((await people()).map(({ basis_kind }) => basis_kind)).toEqual(['none', 'customer']);
  });

  test('who unsubscribed elsewhere is stopped here, by the import; a dead address too; and again nothing happens', async () => {
    const text =
      'Name,Email,Subscription status\nAnna,a@example.com,Unsubscribed\nBert,b@example.com,cleaned\nCleo,c@example.com,subscribed\n';
    expect(await bring('Name,Email\nAnna,a@example.com\n')).toMatchObject({ created: 1 });
    expect(await bring(text, { dryRun: true })).toMatchObject({ created: 2, updated: 1 });
    expect(await bring(text)).toMatchObject({ created: 2, updated: 1, unchanged: 0 });
    expect((await people()).map(({ basis_kind }) => basis_kind)).toEqual(['customer', 'customer', 'customer']);
    const stops = await db.selectFrom('stop').selectAll().where('business_id', '=', shop.id).orderBy('kind').execute();
    const run = await db
      .selectFrom('import_run')
      .selectAll()
      .where('business_id', '=', shop.id)
      .where('stopped', '>', 0)
      .execute();
    expect(run).toMatchObject([{ stopped: 2 }]);
    expect(stops.every(({ by }) => by === `import:${run[0]?.id}`)).toBe(true);
    const marks = stops.map(({ kind, customer_id }) => `${kind} on ${customer_id === null ? 'the address' : 'the customer'}`);
    expect(new Set(marks)).toEqual(
      new Set(['hard bounce on the address', 'unsubscribed on the address', 'unsubscribed on the customer']),
    );
    expect(stops).toHaveLength(3);
    expect(await bring(text)).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
  });

  test("Mailchimp's file of those who left says so by the hour at which they did", async () => {
    const text =
      'Email Address,First Name,UNSUB_TIME,CLEAN_TIME\na@example.com,Anna,2024-05-06 10:00:00,\nb@example.com,Bert,,2024-05-06\n';
    expect(await bring(text)).toMatchObject({ created: 2, questions: [] });
    const stops = await db.selectFrom('stop').select('kind').where('business_id', '=', shop.id).orderBy('kind').execute();
    expect(stops.map(({ kind }) => kind)).toEqual(['hard bounce', 'unsubscribed', 'unsubscribed']);
  });

  test('letters that the database cannot hold do no harm', async () => {
    const text = `Name,Mail,Note,Wish\nAn\u0000na,a\u0000@example.com,x\u0000y,\ud800z\nBert,b@example.com,${'long '.repeat(3_000)},\n`;
    const report = await bring(text);
    expect(report).toMatchObject({ created: 2, rejected: [] });
    expect(report.questions.map(({ line }) => line)).toEqual([2, 3]);
  });

  test('signs that would turn what stands after a name are taken out', async () => {
    await bring('Name,Mail\n\u202eAnna \u2067Blau,a@example.com\n');
    expect(await people()).toMatchObject([{ given_name: 'Anna', family_name: 'Blau' }]);
  });

  test('an import that is called off keeps what it has done, and the file again completes it', async () => {
    const rows = Array.from({ length: 1_600 }, (_, n) => `Anna${n},a${n}@example.com`);
    const text = ['Name,Mail', ...rows].join('\n');
    const stop = new AbortController();
    const begun = bring(text, { signal: stop.signal, onProgress: () => stop.abort(new Error('called off')) });
    await expect(begun).rejects.toThrow('called off');
    const before = (await people()).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(1_600);
    expect(await bring(text)).toMatchObject({ created: 1_600 - before, unchanged: before, updated: 0 });
  });
});

describe('the same person', () => {
  test('is found again by reference, by address and given name, by name alone, and updated', async () => {
    await bring('Reference,First name,Last name,Mail\nR1,Anna,Meier,anna@example.com\n,Bert,Kurz,\n');
    const report = await bring(
      'Reference,First name,Last name,Mail,Phone\nR1,Anna,Meier-Vogel,new@example.com,1\n,bert,kurz,bert@example.com,2\n',
    );
    expect(report).toMatchObject({ created: 0, updated: 2 });
    expect(await people()).toMatchObject([
      { email: 'bert@example.com', phone: '2' },
      { family_name: 'Meier-Vogel', email: 'new@example.com', phone: '1', rev: 1 },
    ]);
  });

  test('within one file too; the first line has its way, and the other is told', async () => {
    const text = 'Name,Mail,Birthday,Phone\nAnna Meier,anna@example.com,1980-03-14,\nAnna Meier,ANNA@example.com,1981-01-01,5\n';
    const report = await bring(text);
    expect(report).toMatchObject({ created: 1, updated: 1, questions: [{ line: 3 }] });
    expect(await people()).toMatchObject([{ phone: '5', days: ['birthday 1980-3-14'] }]);
    expect(await bring(text)).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
  });

  test('another given name at the same address is another person, and that is said', async () => {
    const text = 'First name,Mail\nAnna,home@example.com\nBert,home@example.com\n';
    expect(await bring(text)).toMatchObject({ created: 2, questions: [{ line: 3, samples: ['home@example.com'] }] });
    expect(await bring(text)).toEqual({ created: 0, updated: 0, unchanged: 2, rejected: [], questions: [] });
    expect(await bring('Mail,Phone\nhome@example.com,1\n')).toMatchObject({ rejected: [{ line: 2 }], updated: 0, created: 0 });
  });

  test('two of one name are told apart by their birthdays', async () => {
    const text = 'Name,Birthday\nAnna Meier,1980-03-14\nAnna Meier,1951-07-02\n';
    expect(await bring(text)).toMatchObject({ created: 2 });
    expect(await bring(text)).toMatchObject({ created: 0, unchanged: 2 });
    expect(await bring('Name,Phone\nAnna Meier,1\n')).toMatchObject({ rejected: [{ line: 2 }] });
  });

  test('loses nothing to an empty cell, nor a year to a date without one', async () => {
    await bring('Name,Mail,Birthday,Phone,Note\nAnna,a@example.com,1980-03-14,1,Lilies\n');
    const report = await bring('Name,Mail,Birthday,Phone,Note\nAnna,a@example.com,--03-14,,Roses\n');
    expect(report).toMatchObject({ unchanged: 1 });
    expect(await people()).toMatchObject([{ phone: '1', notes: 'Lilies', days: ['birthday 1980-3-14'] }]);
  });

  test('keeps what a member put right, until the file has something new', async () => {
    const head = 'Name,Mail,Birthday,Phone,Wedding,Flower\n';
    const old = `${head}Anna,a@example.com,1980-03-14,1,2005-06-01,Rose\n`;
    await bring(old);
    const id = await onlyId();
    await changeCustomer(db, shop.id, id, { phone: '2', custom: { Flower: 'Tulip' } }, ben);
    await setDate(db, shop.id, id, { kind: 'birthday', month: 3, day: 15, year: 1980 }, ben);
    await removeDate(db, shop.id, id, { kind: 'anniversary', label: 'wedding' }, ben);
    expect(await bring(old)).toMatchObject({ unchanged: 1 });
    expect(await people()).toMatchObject([{ phone: '2', custom: { Flower: 'Tulip' }, days: ['birthday 1980-3-15'] }]);
    expect(await bring(`${head}Anna,a@example.com,1980-03-16,3,2005-06-01,Orchid\n`)).toMatchObject({ updated: 1 });
    expect(await people()).toMatchObject([{ phone: '3', custom: { Flower: 'Orchid' }, days: ['birthday 1980-3-16'] }]);
  });

  test('keeps what the customers said of themselves, whatever the file has', async () => {
    const head = 'Name,Mail,Birthday,Language\n';
    await bring(`${head}Anna,a@example.com,1980-03-14,de\nBert,b@example.com,,\n`);
    const customer = { by: 'customer', now };
    const [anna = '', bert = ''] = (await people()).map(({ customer_id }) => customer_id);
    await setDate(db, shop.id, anna, { kind: 'birthday', month: 3, day: 15, source: 'customer' }, customer);
    await setDate(db, shop.id, bert, { kind: 'birthday', month: 5, day: 1, source: 'customer' }, customer);
    await changeCustomer(db, shop.id, anna, { language: 'el' }, customer);
    const other = `${head}Anna,a@example.com,1980-03-16,fr\nBert,b@example.com,1971-05-01,\n`;
    expect(await bring(other)).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await bring(other.replace('05-01', '05-02'))).toMatchObject({ unchanged: 2 });
    // A year that they left out is filled in; what a member corrects after them is as any other.
    const shown = async () => (await people()).map(({ language, days }) => [language, ...days]);
    expect(await shown()).toEqual([
      ['el', 'birthday -3-15'],
      [null, 'birthday 1971-5-1'],
    ]);
    await setDate(db, shop.id, anna, { kind: 'birthday', month: 3, day: 17 }, ben);
    expect(await bring(other)).toMatchObject({ updated: 1 });
    expect(await shown()).toMatchObject([['el', 'birthday 1980-3-16'], {}]);
  });

  test('stays as they are when they have died, and keeps their stops and their basis', async () => {
    await bring('Name,Mail\nAnna,a@example.com\nBert,b@example.com\n', { basis: 'none' });
    const [anna, bert] = (await people()).map(({ customer_id }) => customer_id);
    await addStop(db, shop.id, { customerId: anna ?? '', kind: 'deceased' }, ben);
    await addStop(db, shop.id, { customerId: bert ?? '', kind: 'unsubscribed' }, ben);
    expect(await bring('Name,Mail,Phone\nAnna,a@example.com,1\nBert,b@example.com,2\n')).toMatchObject({
      unchanged: 1,
      updated: 1,
    });
    expect(await people()).toMatchObject([{ phone: null }, { phone: '2', basis_kind: 'none' }]);
    const stops = await db.selectFrom('stop').select('lifted_at').where('business_id', '=', shop.id).execute();
    expect(stops.length).toBeGreaterThanOrEqual(2);
    expect(stops.every(({ lifted_at }) => lifted_at === null)).toBe(true);
  });

  test('who signed up again is not stopped by an old file', async () => {
    const old = 'Name,Email,Status\nAnna,a@example.com,unsubscribed\n';
    await bring(old, { map: { Status: 'mail wanted' } });
    await liftBySignUp(db, shop.id, await onlyId(), { by: 'customer', now });
    expect(await bring(old, { map: { Status: 'mail wanted' } })).toMatchObject({ unchanged: 1 });
    expect(await listStops(db, shop.id, await onlyId())).toEqual([]);
  });

  test('is not doubled by two imports of one file at once', async () => {
    const rows = Array.from({ length: 700 }, (_, n) => `R${n},Anna${n},a${n}@example.com`);
    const text = ['Reference,First name,Mail', ...rows].join('\n');
    const reports = await Promise.all([bring(text), bring(text)]);
    expect(reports[0].created + reports[1].created).toBe(700);
    expect(await people()).toHaveLength(700);
  });
});
