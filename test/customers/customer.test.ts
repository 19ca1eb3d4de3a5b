import { describe, expect, test } from 'vitest';
import { addCustomer, changeCustomer, customersAt } from '../../src/customers/customer.ts';
import { removeDate, setDate } from '../../src/customers/dates.ts';
import { closeFollowUp, openFollowUp } from '../../src/customers/follow-ups.ts';
import { nameKey } from '../../src/customers/name-key.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, reasonOf, value } from './shop.ts';

const { db } = await testDatabase();
const business = (await openShop(db, 'customers')).id;

const rowOf = async (id: string) =>
  db
    .selectFrom('customer')
    .innerJoin('person', 'person.customer_id', 'customer.id')
    .selectAll()
    .where('customer.id', '=', id)
    .executeTakeFirstOrThrow();

const historyOf = async (id: string) => {
  const query = db.selectFrom('change').select(['by', 'what', 'before', 'after']).where('customer_id', '=', id);
  return query.orderBy('at').orderBy('id').execute();
};

describe('adding a customer by hand', () => {
  test('keeps what was typed, joins them today by the shop’s calendar, and has them planned', async () => {
    const late = { ...ada, now: new Date('2027-03-10T23:30:00Z') }; // already the 11th in Berlin
    const asked = {
      givenName: ' Zoë\u202e ',
      familyName: 'D’Été',
      email: 'Zoe@Example.COM',
      language: 'fr_FR',
      zone: 'Europe/Paris',
      custom: { shoe: '39' },
      dates: [{ kind: 'birthday', month: 2, day: 29 }],
    };
    const { id } = value(await addCustomer(db, business, asked, late));
    const row = await rowOf(id);
    expect(row).toMatchObject({
      given_name: 'Zoë',
      name_key: 'zoedete',
      email: 'Zoe@example.com',
      email_key: 'zoe@example.com',
      language: 'fr-FR',
      custom: { shoe: '39' },
      joined_on: '2027-03-11',
      basis_kind: 'customer',
      basis_on: '2027-03-11',
      replan_at: late.now,
    });
    expect(await historyOf(id)).toMatchObject([{ by: 'member:ada', what: 'customer added' }]);
  });

  test('finds the same person again by address and given name, and by number', async () => {
    const first = value(
      await addCustomer(db, business, { givenName: 'Élodie', email: 'elodie@example.com', reference: '77' }, ada),
    );
    const again = await addCustomer(db, business, { givenName: 'ELODIE', email: 'Elodie@example.com' }, ada);
    const nameless = await addCustomer(db, business, { email: 'elodie@example.com' }, ada);
    const number = await addCustomer(db, business, { givenName: 'Somebody', reference: '77' }, ada);
    for (const outcome of [again, nameless, number]) expect(outcome).toMatchObject({ ok: false, existing: first.id });
    expect(await customersAt(db, business, 'ELODIE@example.com')).toEqual([first.id]);
  });

  test('adds one of two who come at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const asked = { givenName: 'Twin', email: `twin${round}@example.com` };
      const outcomes = await Promise.all([1, 2, 3, 4].map(() => addCustomer(db, business, asked, ada)));
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await customersAt(db, business, asked.email)).toHaveLength(1);
    }
  });

  test.each([
    [{}, 'at least a name or an e-mail'],
    [{ givenName: '  ' }, 'at least a name or an e-mail'],
    [{ givenName: 'A', email: 'nobody' }, 'no @'],
    [{ givenName: 'A', language: 'English please' }, 'language tag'],
    [{ givenName: 'A', zone: 'Berlin' }, 'time zone'],
    [{ givenName: 'A'.repeat(201) }, 'longer than 200'],
    [{ givenName: 'A', joinedOn: '2027-02-30' }, 'is no day'],
    [{ givenName: 'A', dates: [{ kind: 'birthday', month: 2, day: 30 }] }, 'February has no day 30'],
    [{ givenName: 'A', dates: [{ kind: 'birthday', month: 2, day: 29, year: 2027 }] }, 'no 29 February'],
    [{ givenName: 'A', dates: [{ kind: 'birthday', month: 4, day: 1, year: 2027 }] }, 'future'],
    [{ givenName: 'A', dates: [{ kind: 'birthday', month: 4, day: 1, year: 27 }] }, 'cannot be right'],
    [{ givenName: 'A', custom: { note: 'a\u0000b' } }, 'invisible'],
  ])('refuses %j in words', async (asked, words) => {
    expect(reasonOf(await addCustomer(db, business, asked, ada))).toContain(words);
  });
});

describe('changing a customer', () => {
  test('keeps what was before and after, and nothing when nothing changed', async () => {
    const { id } = value(await addCustomer(db, business, { givenName: 'Ola', phone: '030 1', custom: { a: '1' } }, ada));
    expect(value(await changeCustomer(db, business, id, { phone: '030 1', custom: { a: '1' } }, ada)).changed).toBe(false);
    expect(value(await changeCustomer(db, business, id, { phone: null, familyName: 'Nordmann' }, ada)).changed).toBe(true);
    expect(await rowOf(id)).toMatchObject({ phone: null, name_key: 'olanordmann', rev: 1 });
    const history = await historyOf(id);
    expect(history[1]).toMatchObject({
      before: { phone: '030 1', family_name: null },
      after: { phone: null, family_name: 'Nordmann' },
    });
    expect(history).toHaveLength(2);
    expect(reasonOf(await changeCustomer(db, business, id, { givenName: null, familyName: '' }, ada))).toContain(
      'at least a name',
    );
  });

  test('counts both of two changes at once', async () => {
    const { id } = value(await addCustomer(db, business, { givenName: 'Busy' }, ada));
    await Promise.all([
      changeCustomer(db, business, id, { phone: '1' }, ada),
      setDate(db, business, id, { kind: 'birthday', month: 5, day: 1 }, ada),
      changeCustomer(db, business, id, { notes: 'likes tulips' }, ada),
    ]);
    expect(await rowOf(id)).toMatchObject({ phone: '1', notes: 'likes tulips', rev: 3 });
    expect(await historyOf(id)).toHaveLength(4);
  });

  test('to another address plans those at the former one anew', async () => {
    const mia = value(await addCustomer(db, business, { givenName: 'Mia', email: 'two@example.com' }, ada)).id;
    const tom = value(await addCustomer(db, business, { givenName: 'Tom', email: 'two@example.com' }, ada)).id;
    await db.updateTable('customer').set({ replan_at: null }).where('id', 'in', [mia, tom]).execute();
    await changeCustomer(db, business, mia, { email: 'mia@example.net' }, ada);
    expect((await rowOf(tom)).replan_at).toEqual(now);
  });
});

describe('a yearly date', () => {
  test('is one of its kind and label, set anew and removed', async () => {
    const { id } = value(await addCustomer(db, business, { givenName: 'Dora' }, ada));
    const wedding = { kind: 'anniversary', label: 'wedding', month: 6, day: 5, year: 2010 };
    expect(value(await setDate(db, business, id, wedding, ada)).changed).toBe(true);
    expect(value(await setDate(db, business, id, wedding, ada)).changed).toBe(false);
    await setDate(db, business, id, { ...wedding, day: 6 }, ada);
    await setDate(db, business, id, { kind: 'name-day', month: 2, day: 6 }, ada);
    const dates = await db
      .selectFrom('date')
      .select(['kind', 'label', 'day'])
      .where('customer_id', '=', id)
      .orderBy('kind')
      .execute();
    expect(dates).toEqual([
      { kind: 'anniversary', label: 'wedding', day: 6 },
      { kind: 'name-day', label: '', day: 6 },
    ]);
    expect(value(await removeDate(db, business, id, { kind: 'anniversary', label: 'wedding' }, ada)).changed).toBe(true);
    expect(value(await removeDate(db, business, id, { kind: 'anniversary', label: 'wedding' }, ada)).changed).toBe(false);
  });
});

test('a task is opened once and closed once', async () => {
  const { id } = value(await addCustomer(db, business, { givenName: 'Task' }, ada));
  const asked = { customerId: id, reason: 'bounce', dueOn: '2027-03-12' } as const;
  const opened = await Promise.all([1, 2].map(async () => value(await openFollowUp(db, business, asked, ada))));
  expect(opened.filter((one) => one.opened)).toHaveLength(1);
  const close = async (outcome: 'solved' | 'lost') =>
    value(await closeFollowUp(db, business, opened[0]!.id, { outcome }, ada)).changed;
  expect(await close('solved')).toBe(true);
  expect(await close('lost')).toBe(false);
  expect(value(await openFollowUp(db, business, asked, ada)).opened).toBe(true);
});

test.each([
  ['José María', 'Núñez', 'josemarianunez'],
  ['JOSE MARIA', 'NUNEZ', 'josemarianunez'],
  ['Søren', 'Groß', 'sorengross'],
  ['Łukasz', null, 'lukasz'],
  ['Anne-Marie', 'O’Neill', 'annemarieoneill'],
  ['ﬁona', 'Ｗｏｎｇ', 'fionawong'],
  ['سارة', '', 'سارة'],
  ['İpek', '', 'ipek'],
  [null, '—', ''],
])('%s %s is found as %s', (given, family, key) => {
  expect(nameKey(given, family)).toBe(key);
});
