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
