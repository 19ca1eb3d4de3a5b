import { expect, test } from 'vitest';
import { sendTouchpoints } from '../../src/touchpoints/send.ts';
import { testDatabase } from '../support/database.ts';
import { startSink } from '../support/smtp-sink.ts';
import { addDue, ledger, openSender, openShop } from './send-shop.ts';

const { db } = await testDatabase();

test('a due card goes out once and the ledger says so', async () => {
  await using sink = await startSink({ keepRaw: true });
  await using set = openSender(db, sink.port);
  const [due] = await addDue(db, await openShop(db), ['mia@example.com']);
  await sendTouchpoints(set.sender, [due!]);
  await sendTouchpoints(set.sender, [due!]);
  expect(set.said).toEqual([]);
  expect(sink.messages.map(({ recipient }) => recipient)).toEqual(['mia@example.com']);
  expect(await ledger(db, due!)).toMatchObject({ says: 'accepted', attempts: ['accepted 250'], practice: false });
});
