import { expect, test } from 'vitest';
import { sendTouchpoints } from '../../src/touchpoints/send.ts';
import { testDatabase } from '../support/database.ts';
import { startSink } from '../support/smtp-sink.ts';
import { addDue, openSender, openShop } from './send-shop.ts';

const { db } = await testDatabase();

test.each([
  ['the customer’s language', 'fr-CA', 'de', 'fr'],
  ['the shop’s, where the customer named none', null, 'de-AT', 'de'],
  ['the shop’s, where the card lacks the customer’s', 'tr', 'ar-EG', 'ar'],
  ['English, where the card lacks both', 'tr', 'fi', 'en'],
])('a card is sent in %s', async (_, language, locale, sent) => {
  const shop = await openShop(db);
  await using sink = await startSink({ keepRaw: true });
  await using set = openSender(db, sink.port);
  const [due] = await addDue(db, shop, ['mia@example.com']);
  await db.updateTable('business').set({ locale }).where('id', '=', shop.business.id).execute();
  await db.updateTable('person').set({ language }).where('customer_id', '=', due!.customerId).execute();
  await sendTouchpoints(set.sender, [due!]);
  expect(sink.messages).toHaveLength(1);
  expect(sink.messages[0]!.raw!.toString().replaceAll('=\r\n', '')).toContain(`<html lang=3D"${sent}"`);
});
