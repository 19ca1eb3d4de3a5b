import { describe, expect, test } from 'vitest';
import { addCustomer, changeCustomer } from '../../src/customers/customer.ts';
import { removeDate, setDate } from '../../src/customers/dates.ts';
import { editCustomer, type Sheet } from '../../src/customers/edit.ts';
import { historyOf } from '../../src/customers/history.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { datesOf } from '../../src/customers/profile.ts';
import { addPurchase, voidPurchase } from '../../src/customers/purchases.ts';
import { addStop, liftStop, listStops } from '../../src/customers/stops.ts';
import { lastChangeBy, undoChange } from '../../src/customers/undo.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, person, reasonOf, value } from './shop.ts';

const { db } = await testDatabase();
const shop = (await openShop(db, 'undo')).id;
const other = (await openShop(db, 'undo-other')).id;
let minute = 0;

/** Ada, each time a minute later. */
const adaLater = () => ({ ...ada, now: new Date(now.getTime() + ++minute * 60_000) });
const add = async (email: string, businessId = shop) =>
  value(await addCustomer(db, businessId, { givenName: 'Mia', familyName: 'Okafor', email }, ada)).id;
const personOf = async (id: string) => db.selectFrom('person').selectAll().where('customer_id', '=', id).executeTakeFirst();
const kinds = async (id: string) => (await listStops(db, shop, id)).map(({ kind }) => kind);

/** Does something as Ada and takes it back as Ada. */
async function thereAndBack(id: string, verb: (actor: typeof ada) => Promise<{ ok: boolean }>) {
  const actor = adaLater();
  expect((await verb(actor)).ok).toBe(true);
  const change = (await lastChangeBy(db, shop, id, actor)) ?? '';
  return { change, undo: () => undoChange(db, shop, id, change, adaLater()) };
}

describe('taking back', () => {
  test('a changed customer is as before, whatever was changed of them', async () => {
    const id = await add('back@example.com');
    const before = await personOf(id);
    const { undo } = await thereAndBack(id, (actor) =>
      changeCustomer(
        db,
        shop,
        id,
        {
          givenName: 'Maya',
          email: 'maya@example.com',
          phone: '1',
          language: 'fr',
          custom: { vase: 'tall' },
          basis: { kind: 'consent', on: '2027-01-01', source: 'a form', wording: 'yes' },
        },
        actor,
      ),
    );
    value((await undo())!);
    expect(await personOf(id)).toEqual(before);
    const customer = await db.selectFrom('customer').selectAll().where('id', '=', id).executeTakeFirst();
    expect(customer).toMatchObject({ basis_kind: 'customer', basis_on: '2027-03-10' });
  });

  test('is refused where the same field was changed since, and another field does not matter', async () => {
    const id = await add('twice@example.com');
    const first = await thereAndBack(id, (actor) => changeCustomer(db, shop, id, { givenName: 'Maya' }, actor));
    value(await changeCustomer(db, shop, id, { phone: '030 1' }, adaLater()));
    value((await first.undo())!);
    expect(await personOf(id)).toMatchObject({ given_name: 'Mia', phone: '030 1' });
    const second = await thereAndBack(id, (actor) => changeCustomer(db, shop, id, { givenName: 'Maya' }, actor));
    value(await changeCustomer(db, shop, id, { givenName: 'Mira' }, adaLater()));
    expect(reasonOf((await second.undo())!)).toContain('changed again since');
    expect(await personOf(id)).toMatchObject({ given_name: 'Mira' });
  });

  test('a date set, changed or removed is as it was', async () => {
    const id = await add('dates@example.com');
    const set = await thereAndBack(id, (actor) => setDate(db, shop, id, { kind: 'birthday', month: 3, day: 14 }, actor));
    const changed = await thereAndBack(id, (actor) =>
      setDate(db, shop, id, { kind: 'birthday', month: 3, day: 15, year: 1980 }, actor),
    );
    expect(reasonOf((await set.undo())!)).toContain('changed again since');
    value((await changed.undo())!);
    expect(await datesOf(db, shop, id)).toMatchObject([{ month: 3, day: 14, year: null }]);
    const removed = await thereAndBack(id, (actor) => removeDate(db, shop, id, { kind: 'birthday' }, actor));
    value((await removed.undo())!);
    expect(await datesOf(db, shop, id)).toMatchObject([{ month: 3, day: 14, source: 'by hand' }]);
    value((await set.undo())!);
    expect(await datesOf(db, shop, id)).toEqual([]);
  });

  test('a purchase counts no more, and again', async () => {
    const id = await add('buys@example.com');
    const bought = { on: '2027-03-01', amount: 4800, currency: 'EUR' };
    const added = await thereAndBack(id, (actor) => addPurchase(db, shop, id, bought, actor));
    value((await added.undo())!);
    const [row] = await db.selectFrom('purchase').selectAll().where('customer_id', '=', id).execute();
    expect(row).toMatchObject({ nth: 0 });
    expect(row?.voided_at).not.toBeNull();
    value(await addPurchase(db, shop, id, bought, adaLater()));
    const second = (
      await db.selectFrom('purchase').select('id').where('customer_id', '=', id).where('voided_at', 'is', null).execute()
    )[0];
    const voided = await thereAndBack(id, (actor) => voidPurchase(db, shop, second?.id ?? '', actor));
    value((await voided.undo())!);
    expect(
      await db
        .selectFrom('purchase')
        .select('nth')
        .where('id', '=', second?.id ?? '')
        .execute(),
    ).toEqual([{ nth: 1 }]);
  });

  test('a stop that a member set by mistake is gone, also where only the customer could lift it', async () => {
    const id = await add('slip@example.com');
    value(await addStop(db, shop, { kind: 'paused', until: '2027-04-01', customerId: id }, adaLater()));
    const longer = await thereAndBack(id, (actor) =>
      addStop(db, shop, { kind: 'paused', until: '2027-05-01', customerId: id }, actor),
    );
    value((await longer.undo())!);
    expect(await listStops(db, shop, id)).toMatchObject([{ kind: 'paused', until: '2027-04-01' }]);
    const all = await thereAndBack(id, (actor) => addStop(db, shop, { kind: 'unsubscribed', customerId: id }, actor));
    value((await all.undo())!);
    expect(await kinds(id)).toEqual(['paused']);
    const [pause] = await listStops(db, shop, id);
    const lifted = await thereAndBack(id, (actor) => liftStop(db, shop, pause?.id ?? '', actor, id));
    value((await lifted.undo())!);
    expect(await kinds(id)).toEqual(['paused']);
  });

  test('a member’s stop taken back leaves what the customer asked for themselves meanwhile', async () => {
    const id = await add('both@example.com');
    const noted = await thereAndBack(id, (actor) => addStop(db, shop, { kind: 'unsubscribed', customerId: id }, actor));
    const pressed = await addStop(db, shop, { kind: 'unsubscribed', customerId: id }, { ...person, now: adaLater().now });
    value(pressed);
    value((await noted.undo())!);
    expect((await listStops(db, shop, id)).map(({ kind, by }) => `${kind} by ${by}`)).toEqual([
      'unsubscribed by customer',
      'unsubscribed by customer',
    ]);
    const again = value(await addStop(db, shop, { kind: 'unsubscribed', customerId: id }, { ...person, now: adaLater().now }));
    expect(again.added).toBe(false);
  });

  test('what the customer asked for stays, and a member’s stop after a day', async () => {
    const id = await add('theirs@example.com');
    value(await addStop(db, shop, { kind: 'unsubscribed', customerId: id }, person));
    const [line] = (await historyOf(db, shop, id, {}, 1)).lines;
    expect(reasonOf((await undoChange(db, shop, id, line?.id ?? '', adaLater()))!)).toContain('Only what a member did');
    const late = await add('late@example.com');
    const { change } = await thereAndBack(late, (actor) => addStop(db, shop, { kind: 'deceased', customerId: late }, actor));
    const inTwoDays = { ...ada, now: new Date(now.getTime() + 2 * 86_400_000) };
    expect(reasonOf((await undoChange(db, shop, late, change, inTwoDays))!)).toContain('more than a day ago');
    expect(await kinds(late)).toEqual(['deceased']);
  });

  test('an added customer goes, and stays once something hangs on them', async () => {
    const id = await add('slip-of-the-hand@example.com');
    const change = (await lastChangeBy(db, shop, id, ada)) ?? '';
    const gone = value((await undoChange(db, shop, id, change, adaLater()))!);
    expect(gone.customerId).toBeUndefined();
    expect(await personOf(id)).toBeUndefined();
    const kept = await add('slip-of-the-hand@example.com');
    const added = (await lastChangeBy(db, shop, kept, ada)) ?? '';
    value(await setDate(db, shop, kept, { kind: 'birthday', month: 1, day: 2 }, adaLater()));
    expect(reasonOf((await undoChange(db, shop, kept, added, adaLater()))!)).toContain('Something hangs');
  });

  test('nothing is found with another customer’s or another shop’s ids', async () => {
    const [one, two, stranger] = [await add('one@example.com'), await add('two@example.com'), await add('x@example.com', other)];
    const change = (await lastChangeBy(db, shop, one, ada)) ?? '';
    expect(await undoChange(db, shop, two, change, ada)).toBeUndefined();
    expect(await undoChange(db, other, stranger, change, ada)).toBeUndefined();
    expect(await undoChange(db, other, one, change, ada)).toBeUndefined();
  });
});

describe('two forms at once', () => {
  const blank: Partial<Sheet> = { givenName: 'Mia', phone: '', notes: '' };

  test('that changed different fields are both kept', async () => {
    const id = await add('forms@example.com');
    value(await changeCustomer(db, shop, id, { phone: '030 1' }, ada));
    const saved = await editCustomer(db, shop, id, { seen: blank, wanted: { ...blank, givenName: 'Maya' } }, adaLater());
    expect(saved).toEqual({ ok: true, changed: true });
    expect(await personOf(id)).toMatchObject({ given_name: 'Maya', phone: '030 1' });
  });

  test('that changed the same field come back with both values, and nothing was written', async () => {
    const id = await add('clash@example.com');
    value(await changeCustomer(db, shop, id, { phone: '030 1' }, ada));
    const wanted = { ...blank, givenName: 'Maya', phone: '030 2' };
    const saved = await editCustomer(db, shop, id, { seen: blank, wanted }, adaLater());
    expect(saved).toMatchObject({ ok: false, conflicts: [{ field: 'phone', theirs: '030 1', yours: '030 2' }] });
    expect(await personOf(id)).toMatchObject({ given_name: 'Mia', phone: '030 1' });
  });

  test('that changed the same field to the same are content', async () => {
    const id = await add('same@example.com');
    value(await changeCustomer(db, shop, id, { notes: 'Likes tulips\nand tea' }, ada));
    const saved = await editCustomer(db, shop, id, { seen: blank, wanted: { notes: 'Likes tulips\r\nand tea ' } }, adaLater());
    expect(saved).toEqual({ ok: true, changed: false });
  });
});

test('merging takes from the other what is chosen from them', async () => {
  const keep = value(
    await addCustomer(
      db,
      shop,
      {
        givenName: 'Ann',
        familyName: 'Lee',
        email: 'ann@example.com',
        reference: 'K1',
        phone: '1',
        dates: [
          { kind: 'birthday', month: 1, day: 1 },
          { kind: 'name-day', month: 2, day: 2 },
        ],
      },
      ada,
    ),
  ).id;
  const gone = value(
    await addCustomer(
      db,
      shop,
      {
        givenName: 'Anne',
        familyName: 'Lee-Fox',
        email: 'anne@example.com',
        reference: 'K2',
        dates: [
          { kind: 'birthday', month: 1, day: 11 },
          { kind: 'name-day', month: 2, day: 22 },
        ],
      },
      ada,
    ),
  ).id;
  const chosen = new Set(['family_name', 'email', 'reference', 'phone', 'date:birthday/']);
  value(await mergeCustomers(db, shop, keep, gone, ada, chosen));
  expect(await personOf(keep)).toMatchObject({
    given_name: 'Ann',
    family_name: 'Lee-Fox',
    name_key: 'annleefox',
    email_key: 'anne@example.com',
    reference: 'K2',
    phone: '1',
  });
  expect(await personOf(gone)).toMatchObject({ reference: 'K1' });
  expect(await datesOf(db, shop, keep)).toMatchObject([{ day: 11 }, { day: 2 }]);
});
