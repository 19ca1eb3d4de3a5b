import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addBusiness, businessById } from '../../src/businesses/business.ts';
import { addCustomer } from '../../src/customers/customer.ts';
import { addDefaultOccasions } from '../../src/occasions/occasion.ts';
import { migrateQueue, openQueue } from '../../src/queue/connection.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { testDatabase } from '../support/database.ts';
import { needs } from '../support/need.ts';
import { startRedis } from '../support/redis.ts';
import { startSink } from '../support/smtp-sink.ts';
import { MORNING, openSender } from '../touchpoints/send-shop.ts';

const { db, url } = await testDatabase();
await sql`insert into installation (salt) values ('salt')`.execute(db);

/** A birthday entered by hand at 08:00 is at the mail server at 09:30, once, with nobody doing anything in between. */
async function liveOneMorning(slug: string, redisUrl?: string) {
  const actor = { by: 'fondly', now: MORNING };
  const from = { name: 'Rosa & Fern', address: 'hello@rosa.example' };
  const added = await addBusiness(
    db,
    { name: 'Rosa & Fern', slug, zone: 'Europe/Berlin', from, postalAddress: '12 Market Row', live: true },
    actor,
  );
  if (!added.ok) throw new Error(added.reason);
  await addDefaultOccasions(db, (await businessById(db, added.id))!, actor);
  const dates = [{ kind: 'birthday', month: 11, day: 21, year: 1986 }];
  const email = `mia@${slug}.example`;
  await addCustomer(db, added.id, { givenName: 'Mia', email, basis: { kind: 'customer' }, dates }, actor);
  await addCustomer(db, added.id, { givenName: 'Ben', email: `ben@${slug}.example`, basis: { kind: 'none' }, dates }, actor);

  await migrateQueue({ databaseUrl: url, redisUrl });
  await using sink = await startSink({ keepRaw: true });
  await using set = openSender(db, sink.port);
  const queue = openQueue({ databaseUrl: url, redisUrl }, () => undefined);
  const worker = startWorker({ db, queue, sender: set.sender, now: () => MORNING, log: set.sender.log });
  const rows = () =>
    db
      .selectFrom('touchpoint')
      .select(['cause', 'state', 'reason'])
      .where('business_id', '=', added.id)
      .where('cause', 'like', 'date:birthday:2026')
      .orderBy('state')
      .execute();
  const end = performance.now() + 100_000;
  while ((await rows()).every(({ state }) => state !== 'accepted') && performance.now() < end) await sleep(50);
  await worker.close();
  await queue.close();

  const subject = /^Subject: .*$/m.exec(sink.messages[0]?.raw?.toString() ?? '')?.[0];
  return { said: set.said, rows: await rows(), recipients: sink.messages.map(({ recipient }) => recipient), subject };
}

const asItShould = (slug: string) => ({
  said: [],
  rows: [
    { cause: 'date:birthday:2026', state: 'accepted', reason: null },
    { cause: 'date:birthday:2026', state: 'blocked', reason: 'no basis' },
  ],
  recipients: [`mia@${slug}.example`],
  subject: expect.stringContaining('Mia') as string,
});

test('a birthday entered once becomes a delivered card, with the queue in PostgreSQL', async () => {
  expect(await liveOneMorning('rosa')).toEqual(asItShould('rosa'));
});

test('and with the queue in Redis', needs('redis-server'), async () => {
  await using redis = await startRedis({ appendonly: true });
  expect(await liveOneMorning('fern', redis.url)).toEqual(asItShould('fern'));
});
