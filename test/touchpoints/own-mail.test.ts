import { expect, test } from 'vitest';
import { addBusiness, findBusiness, switchOn } from '../../src/businesses/business.ts';
import { openOwnMailers } from '../../src/businesses/smtp-mailers.ts';
import { changeSmtp } from '../../src/businesses/smtp.ts';
import { addSampleShop, removeSampleShop } from '../../src/occasions/sample-shop.ts';
import { type DryRun, dryRun } from '../../src/touchpoints/dry-run.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { sendTouchpoints } from '../../src/touchpoints/send.ts';
import { leavePractice } from '../../src/touchpoints/switch-on.ts';
import { testDatabase } from '../support/database.ts';
import { startSink } from '../support/smtp-sink.ts';
import { addDue, ledger, MORNING, openSender, openShop } from './send-shop.ts';

const { db } = await testDatabase();
const actor = { by: 'member:ada', now: MORNING };
const here = { publicUrl: 'http://127.0.0.1:3000', secretKeys: ['a secret of the tests, long enough'] };

test('cards of a business with a mail server of its own leave by that one, the others by the installation’s', async () => {
  await using installation = await startSink();
  await using own = await startSink({ user: 'rosa', pass: 'one' });
  const [rosa, cem] = [await openShop(db), await openShop(db)];
  await changeSmtp(db, rosa.business.id, { host: '127.0.0.1', port: own.port, user: 'rosa', pass: 'one' }, here, actor);
  await using set = openSender(db, installation.port, { ownMailers: openOwnMailers({ db, ...here }) });
  const due = [...(await addDue(db, rosa, ['a@example.com'])), ...(await addDue(db, cem, ['b@example.com']))];
  await sendTouchpoints(set.sender, due);
  expect(own.messages.map(({ recipient }) => recipient)).toEqual(['a@example.com']);
  expect(installation.messages.map(({ recipient }) => recipient)).toEqual(['b@example.com']);
});

test('a server that nobody answers at holds up no other business', async () => {
  await using installation = await startSink();
  await using deaf = await startSink({ greeting: 'drop' });
  const [rosa, cem] = [await openShop(db), await openShop(db)];
  await changeSmtp(db, rosa.business.id, { host: '127.0.0.1', port: deaf.port, user: '', pass: '' }, here, actor);
  await using set = openSender(db, installation.port, { ownMailers: openOwnMailers({ db, ...here }) });
  const stuck = await addDue(
    db,
    rosa,
    Array.from({ length: 30 }, (_, n) => `stuck${n}@example.com`),
  );
  const free = await addDue(db, cem, ['free@example.com']);
  await Promise.all([sendTouchpoints(set.sender, stuck), sendTouchpoints(set.sender, free)]);
  expect(installation.messages.map(({ recipient }) => recipient)).toEqual(['free@example.com']);
  expect(await ledger(db, stuck[0]!)).toBeDefined();
  const states = await db.selectFrom('touchpoint').select('state').where('business_id', '=', rosa.business.id).execute();
  expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['planned']));
});

test('the sample shop can neither be switched on nor mailed for real, whatever the installation can do', async () => {
  await using real = await startSink();
  await using practice = await startSink();
  const added = await addBusiness(db, { ...florist, slug: 'look-around', sample: true, live: true }, actor);
  expect(added).toMatchObject({ ok: false });
  const { id, slug } = await addSampleShop(db, await account('ada'), actor);
  const sample = (await findBusiness(db, slug))!;
  expect(await switchOn(db, id, actor)).toEqual({ changed: false });
  expect(await leavePractice(db, sample, actor)).toEqual({ changed: false, again: 0 });
  await planAll(db, MORNING);
  await using set = openSender(db, real.port, { outboxPort: practice.port, ownMailers: openOwnMailers({ db, ...here }) });
  const refs = await db
    .selectFrom('touchpoint')
    .select(['business_id', 'id'])
    .where('business_id', '=', id)
    .where('state', '=', 'planned')
    .execute();
  await db
    .updateTable('touchpoint')
    .set({ due_at: MORNING })
    .where('business_id', '=', id)
    .where('state', '=', 'planned')
    .execute();
  await sendTouchpoints(
    set.sender,
    refs.slice(0, 20).map((ref) => ({ businessId: ref.business_id, id: ref.id })),
  );
  expect(real.counts.connections).toBe(0);
  expect(practice.messages.length).toBeGreaterThan(5);
});

test('an account has one sample shop, which goes with everything in it at one press; no other business can go so', async () => {
  const ada = await account('bea');
  // As a button that was pressed twice.
  const [shop, again] = await Promise.all([addSampleShop(db, ada, actor), addSampleShop(db, ada, actor)]);
  expect(again.id).toBe(shop.id);
  const other = await openShop(db, { live: false });
  expect(await removeSampleShop(db, other.business.id)).toMatchObject({ ok: false });
  expect(await removeSampleShop(db, shop.id)).toMatchObject({ ok: true });
  expect(await findBusiness(db, shop.slug)).toBeUndefined();
  expect(await findBusiness(db, other.business.slug)).toBeDefined();
});

test('the dry run names who would get what in 30 days, and leaves nothing behind', async () => {
  const { id, slug } = await addSampleShop(db, await account('cleo'), actor);
  const run = await dryRun(db, (await findBusiness(db, slug))!, MORNING);
  expect(run.cards).toBeGreaterThan(10);
  expect(run.days.reduce((sum, { cards }) => sum + cards, 0)).toBe(run.cards);
  expect(run.days[0]!.first[0]).toMatchObject({
    customer: expect.any(String),
    occasion: expect.any(String),
    dueAt: expect.any(Date),
  });
  expect(run.without.length).toBeGreaterThan(0);
  expect(run.unplanned).toBe(false);
  expect(await db.selectFrom('touchpoint').select('id').where('business_id', '=', id).execute()).toEqual([]);
  await planAll(db, MORNING);
  expect(numbers(await dryRun(db, (await findBusiness(db, slug))!, MORNING))).toEqual(numbers(run));
});

function numbers({ cards, days, without, again }: DryRun) {
  return { cards, again, days: days.map((one) => [one.day, one.cards]), without: without.map((one) => [one.reason, one.count]) };
}

const florist = {
  name: 'Rosa',
  zone: 'Europe/London',
  from: { name: 'Rosa', address: 'hello@rosa.example' },
  postalAddress: '12 Market Row',
};

async function account(name: string): Promise<string> {
  const id = crypto.randomUUID();
  await db
    .insertInto('auth_user')
    .values({ id, name, email: `${name}@example.com`, image: null, created_at: MORNING, updated_at: MORNING })
    .execute();
  return id;
}
