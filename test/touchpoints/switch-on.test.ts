import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { findBusiness } from '../../src/businesses/business.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { sendTouchpoints } from '../../src/touchpoints/send.ts';
import { leavePractice } from '../../src/touchpoints/switch-on.ts';
import { testDatabase } from '../support/database.ts';
import { startSink } from '../support/smtp-sink.ts';
import { addDue, ledger, MORNING, openSender, openShop } from './send-shop.ts';

const { db } = await testDatabase();

it('sends for real today what only went to the outbox this morning, and leaves yesterday as it was', async () => {
  const shop = await openShop(db, { live: false });
  await using sink = await startSink();
  await using set = openSender(db, sink.port);
  const [today, yesterday] = await addDue(db, shop, ['today@example.com', 'yesterday@example.com']);
  if (today === undefined || yesterday === undefined) throw new Error('Two were added');
  await sendTouchpoints(set.sender, [today, yesterday]);
  const practised = sink.messages.length;
  await sql`update touchpoint set send_on = '2026-11-20' where id = ${yesterday.id}`.execute(db);
  await sql`update date set day = 20 where customer_id = ${yesterday.customerId}`.execute(db);

  const actor = { by: 'member:ada', now: MORNING };
  expect(await leavePractice(db, shop.business, actor)).toEqual({ changed: true, again: 1 });
  expect(await leavePractice(db, (await findBusiness(db, shop.business.slug))!, actor)).toEqual({ changed: false, again: 0 });
  await planAll(db, MORNING);
  const { rows } = await sql<{ businessId: string; id: string }>`select business_id as "businessId", id from touchpoint
    where state = 'planned'`.execute(db);
  await sendTouchpoints(set.sender, rows);
  expect(sink.messages.slice(practised).map(({ recipient }) => recipient)).toEqual(['today@example.com']);
  expect((await ledger(db, yesterday)).state).toBe('accepted');
});

it('plans for its own day what a member sent ahead while practising', async () => {
  const shop = await openShop(db, { live: false });
  await using sink = await startSink();
  await using set = openSender(db, sink.port);
  const [ahead] = await addDue(db, shop, ['ahead@example.com']);
  if (ahead === undefined) throw new Error('One was added');
  await sql`update date set month = 12, day = 5 where customer_id = ${ahead.customerId}`.execute(db);
  await sql`update touchpoint set occurs_on = '2026-12-05', late_at = '2026-12-05T20:00:00Z', hurried_at = ${MORNING}, hurried_by = 'member:ada'
    where id = ${ahead.id}`.execute(db);
  await sendTouchpoints(set.sender, [ahead]);
  await sql`update touchpoint set send_on = '2026-11-20' where id = ${ahead.id}`.execute(db);

  const done = await leavePractice(db, shop.business, { by: 'member:ada', now: MORNING });
  expect(done).toEqual({ changed: true, again: 1 });
  await planAll(db, MORNING);
  const { rows } = await sql`select send_on, state from touchpoint where customer_id = ${ahead.customerId}`.execute(db);
  expect(rows).toEqual([{ send_on: '2026-12-05', state: 'planned' }]);
});
