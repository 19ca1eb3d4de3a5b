import { expect, test } from 'vitest';
import { addStop } from '../../src/customers/stops.ts';
import { changeCustomer } from '../../src/customers/customer.ts';
import { doubtArrival, itArrived, sendAgain } from '../../src/touchpoints/doubt.ts';
import { sendTouchpoints } from '../../src/touchpoints/send.ts';
import { exactMail } from '../../src/touchpoints/shown.ts';
import { testDatabase } from '../support/database.ts';
import { type Sink, startSink } from '../support/smtp-sink.ts';
import { addDue, type Due, ledger, MORNING, openSender, openShop } from './send-shop.ts';

const { db } = await testDatabase();
const shop = await openShop(db, { slug: 'rosa' });
const business = shop.business.id;
const later = new Date(MORNING.getTime() + 3 * 24 * 3_600_000);
const ada = { by: 'member:ada', now: later };

/** A card whose server took it and never answered. */
async function unsure(sink: Sink, email: string): Promise<Due> {
  await using set = openSender(db, sink.port);
  const [due] = await addDue(db, shop, [email]);
  await sendTouchpoints(set.sender, [due!]);
  expect((await ledger(db, due!)).says).toBe('uncertain: no answer');
  return due!;
}

test('a card that may have arrived goes once more with the very same bytes, days later', async () => {
  await using sink = await startSink({ keepRaw: true });
  const due = await unsure(sink, 'mia+drop-after-dot-once@example.com');
  const bytes = await exactMail(db, business, due.id);
  expect(await sendAgain(db, business, due.id, ada)).toEqual({ ok: true });
  expect(await sendAgain(db, business, due.id, ada)).toEqual({ ok: false, reason: 'This card is being sent again already.' });
  await using set = openSender(db, sink.port, { now: () => later });
  await sendTouchpoints(set.sender, [due]);
  expect(await ledger(db, due)).toMatchObject({ says: 'accepted', attempts: ['uncertain', 'accepted 250'] });
  expect(sink.messages.at(-1)!.raw!.equals(bytes!)).toBe(true);
  expect(await sendAgain(db, business, due.id, ada)).toEqual({ ok: false, reason: 'This card has arrived: that is settled.' });
});

test('a member says that it arrived, and takes that back; what the server confirmed nobody takes back', async () => {
  await using sink = await startSink();
  const due = await unsure(sink, 'ben+drop-after-dot@example.com');
  expect(await itArrived(db, business, due.id, ada)).toEqual({ ok: true });
  expect((await ledger(db, due)).says).toBe('accepted');
  expect((await itArrived(db, business, due.id, ada)).ok).toBe(false);
  expect(await doubtArrival(db, business, due.id, ada)).toEqual({ ok: true });
  expect((await ledger(db, due)).says).toBe('uncertain: no answer');
  await using set = openSender(db, sink.port);
  const [sure] = await addDue(db, shop, ['sure@example.com']);
  await sendTouchpoints(set.sender, [sure!]);
  expect((await doubtArrival(db, business, sure!.id, ada)).ok).toBe(false);
  expect((await ledger(db, sure!)).says).toBe('accepted');
});

test('what has changed in the way is said, and nothing goes', async () => {
  await using sink = await startSink();
  const moved = await unsure(sink, 'moved+drop-after-dot@example.com');
  await changeCustomer(db, business, moved.customerId, { email: 'new@example.com' }, ada);
  expect(await sendAgain(db, business, moved.id, ada)).toMatchObject({
    reason: expect.stringContaining('address was changed') as string,
  });
  const stopped = await unsure(sink, 'stopped+drop-after-dot@example.com');
  await addStop(db, business, { kind: 'unsubscribed', customerId: stopped.customerId }, { ...ada, by: 'customer' });
  expect(await sendAgain(db, business, stopped.id, ada)).toEqual({ ok: false, reason: 'The customer asked for no more mail.' });
  const altered = await unsure(sink, 'altered+drop-after-dot@example.com');
  await db
    .updateTable('message')
    .set({ hash: Buffer.alloc(32) })
    .where('touchpoint_id', '=', altered.id)
    .execute();
  expect(await sendAgain(db, business, altered.id, ada)).toMatchObject({
    reason: expect.stringContaining('exactly as it was') as string,
  });
  expect(await exactMail(db, business, altered.id)).toBeUndefined();
  for (const each of [moved, stopped, altered]) expect((await ledger(db, each)).state).toBe('uncertain');
});
