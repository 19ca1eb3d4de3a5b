import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { voidPurchase } from '../../src/customers/purchases.ts';
import { addStop } from '../../src/customers/stops.ts';
import { changeOccasion } from '../../src/occasions/occasion.ts';
import { publishSurvey, SATISFACTION } from '../../src/occasions/surveys.ts';
import { signLink } from '../../src/links/token.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { leavePractice } from '../../src/touchpoints/switch-on.ts';
import { testDatabase } from '../support/database.ts';
import { openAsking } from './asking.ts';

const { url, db } = await testDatabase();
const asking = await openAsking(url, ['Ada', 'Ben', 'Cem', 'Dora', 'Eli', 'Fay'], {
  reminderDays: 5,
  until: '2027-03-10T12:00:00Z',
});
afterAll(() => asking.web.close(0));
const actor = () => ({ by: 'fondly', now: asking.clock.now() });

interface Reminder {
  id: string;
  state: string;
  reason: string | null;
  send_on: string;
}

/** Every touchpoint of the survey but the first. */
async function remindersOf(name: string): Promise<Reminder[]> {
  const { customerId, touchpointId } = asking.asked[name]!;
  const { rows } = await sql<Reminder & { cause: string; reminder_of: string }>`
    select t.id, t.state, t.reason, t.send_on, t.cause, t.reminder_of from touchpoint t join occasion o on o.id = t.occasion_id
    where t.customer_id = ${customerId} and o.slug = 'survey' and t.id <> ${touchpointId}`.execute(db);
  for (const row of rows) expect([row.cause, row.reminder_of]).toEqual([`reminder:${touchpointId}`, touchpointId]);
  return rows;
}

it('is planned as soon as the survey has arrived, five days later', async () => {
  expect(await remindersOf('Ada')).toMatchObject([{ state: 'planned', reason: null, send_on: '2027-03-14' }]);
});

it('is dropped when the customer answers, but not for what a filter pressed', async () => {
  await asking.press('Ben', { answer: '8' });
  await planAll(db, actor().now);
  expect(await remindersOf('Ben')).toMatchObject([{ state: 'cancelled', reason: 'answered' }]);
  const now = asking.clock.now();
  asking.clock.set(new Date('2027-03-09T09:00:30Z'));
  await asking.press('Cem', { answer: '0' });
  asking.clock.set(now);
  await planAll(db, actor().now);
  expect(await remindersOf('Cem')).toMatchObject([{ state: 'planned' }]);
});

it('is stopped by whatever stops the survey', async () => {
  const { rows } = await sql<{
    id: string;
  }>`select id from purchase where customer_id = ${asking.asked['Dora']!.customerId}`.execute(db);
  await voidPurchase(db, asking.business.id, rows[0]!.id, actor());
  await addStop(db, asking.business.id, { kind: 'unsubscribed', customerId: asking.asked['Eli']!.customerId }, actor());
  await planAll(db, actor().now);
  expect(await remindersOf('Dora')).toMatchObject([{ state: 'cancelled' }]);
  expect(await remindersOf('Eli')).toMatchObject([{ state: 'blocked', reason: 'unsubscribed' }]);
});

it('is planned within a day when a death took away what called for it', async () => {
  await sql`delete from touchpoint where reminder_of = ${asking.asked['Fay']!.touchpointId}`.execute(db);
  await planAll(db, actor().now);
  expect(await remindersOf('Fay')).toEqual([]);
  await planAll(db, new Date('2027-03-11T12:00:00Z'));
  expect(await remindersOf('Fay')).toMatchObject([{ state: 'planned', send_on: '2027-03-14' }]);
});

it('asks the same questions as the first, although the survey has changed since, and its links answer the first', async () => {
  await publishSurvey(db, asking.business.id, 'Satisfaction', SATISFACTION, actor());
  await asking.live('2027-03-14T12:00:00Z');
  const [reminder, ...more] = await remindersOf('Ada');
  expect([reminder?.state, more]).toEqual(['accepted', []]);
  const target = { business: asking.business.id, touchpoint: reminder!.id };
  const card = await (await fetch(`${asking.base}/v/${signLink(asking.app.keys, { ...target, purpose: 'view' })}`)).text();
  expect(card).toContain('recommend us');
  expect(card).toContain('2 March');
  expect(card).toContain(asking.link('Ada', 7).split('/a/')[1]);
  asking.clock.set(new Date('2027-03-14T09:00:20Z'));
  await asking.press('Ada', { answer: '0' });
  expect(await asking.answers('Ada')).toEqual([{ question: 0, value: 0, suspect: true }]);
  asking.clock.set(new Date('2027-03-14T12:00:00Z'));
  await asking.press('Ada', { answer: '10' });
  expect(await asking.answers('Ada')).toEqual([{ question: 0, value: 10, suspect: false }]);
});

it('is the only one', async () => {
  await asking.live('2027-04-20T12:00:00Z');
  for (const name of ['Ada', 'Cem', 'Fay']) expect(await remindersOf(name)).toMatchObject([{ state: 'accepted' }]);
});

it('is for those alone whom the survey reached for real', async () => {
  await changeOccasion(db, asking.business.id, 'survey', { reminderDays: null }, actor());
  await sql`delete from touchpoint where reminder_of = ${asking.asked['Fay']!.touchpointId}`.execute(db);
  await changeOccasion(db, asking.business.id, 'survey', { reminderDays: 30, lateDays: 30 }, actor());
  await planAll(db, actor().now);
  expect(await remindersOf('Fay')).toMatchObject([{ state: 'planned' }]);
  await leavePractice(db, asking.business, actor());
  await planAll(db, actor().now);
  expect(await remindersOf('Fay')).toMatchObject([{ state: 'cancelled', reason: 'off' }]);
});

it('waits between one and thirty days', async () => {
  for (const reminderDays of [0, 31, 1.5])
    expect(await changeOccasion(db, asking.business.id, 'survey', { reminderDays }, actor())).toMatchObject({ ok: false });
});
