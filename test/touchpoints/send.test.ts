import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sql } from 'kysely';
import { renderAsBefore } from '../../src/cards/render.ts';
import { changeCustomer } from '../../src/customers/customer.ts';
import { addStop } from '../../src/customers/stops.ts';
import { openDraft, saveDraft } from '../../src/occasions/card-drafts.ts';
import { publishDraft } from '../../src/occasions/cards-publish.ts';
import { readOutbox, startOutbox } from '../../src/mail/outbox.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { composeMessage } from '../../src/mail/message.ts';
import { findWording } from '../../src/occasions/cards.ts';
import { takeDue, untakeDue } from '../../src/touchpoints/due.ts';
import { expireTouchpoints } from '../../src/touchpoints/expire.ts';
import { claimTouchpoints } from '../../src/touchpoints/claim.ts';
import { loadTouchpoint } from '../../src/touchpoints/load.ts';
import { recoverTouchpoints } from '../../src/touchpoints/recover.ts';
import { sendTouchpoints } from '../../src/touchpoints/send.ts';
import { testDatabase } from '../support/database.ts';
import { benchtop } from '../support/own-card.ts';
import { startSink } from '../support/smtp-sink.ts';
import { addDue, type Due, ledger, MORNING, openSender, openShop, type SendShop } from './send-shop.ts';

const { db } = await testDatabase();
const shop = await openShop(db, { slug: 'rosa' });
const actor = { by: 'member:ada', now: MORNING };
const minutes = (n: number) => new Date(MORNING.getTime() + n * 60_000);
const bytesBefore = async ({ businessId, id }: Due): Promise<Buffer> => {
  const { frozen } = (await loadTouchpoint(db, businessId, id))!;
  const { card_id, card_version, language, data, addresses, message_id, date, boundary } = frozen!;
  const wording = (await findWording(db, businessId, card_id, card_version, [language]))!;
  const { subject, text, html } = renderAsBefore(wording.card, data!);
  const parts = {
    subject,
    text,
    html,
    messageId: message_id,
    date: new Date(date),
    boundary,
    listUnsubscribeUrl: addresses!.unsubscribe,
  };
  return composeMessage({ ...addresses!, ...parts, language });
};
const pausedAt = ({ business }: SendShop) =>
  db.selectFrom('business').select(['paused_at', 'paused_reason']).where('id', '=', business.id).executeTakeFirstOrThrow();

test('a due card goes out once, however often it is asked for', async () => {
  await using sink = await startSink({ keepRaw: true });
  await using set = openSender(db, sink.port);
  const [due] = await addDue(db, shop, ['mia@example.com']);
  await Promise.all([sendTouchpoints(set.sender, [due!]), sendTouchpoints(set.sender, [due!])]);
  await sendTouchpoints(set.sender, [due!]);
  expect(set.said).toEqual([]);
  expect(sink.messages.map(({ recipient }) => recipient)).toEqual(['mia@example.com']);
  expect(await ledger(db, due!)).toMatchObject({ says: 'accepted', attempts: ['accepted 250'], practice: false, fence: 1 });
  const mail = sink.messages[0]!.raw!.toString();
  expect(mail).toContain('To: Mia Okafor <mia@example.com>');
  expect(mail).toContain('List-Unsubscribe: <https://cards.example/u/');
});

// What the server says at each step, and what the ledger makes of it.
test.each([
  ['421-at-rcpt', 'deferred: server busy', ['mail 421']],
  ['450-at-rcpt', 'deferred: server busy', ['rcpt 450']],
  ['451-at-data', 'deferred: server busy', ['data 451']],
  ['452-at-dot', 'deferred: server busy', ['dot 452']],
  ['552-at-dot', 'rejected: content refused', ['dot 552']],
  ['drop-at-rcpt', 'deferred: no connection', ['mail']],
  ['drop-after-dot', 'uncertain: no answer', ['uncertain']],
  ['drop-mid-data', 'uncertain: no answer', ['uncertain']],
])('a server that says %s leaves the card %s', async (tag, says, attempts) => {
  await using sink = await startSink();
  await using set = openSender(db, sink.port);
  const [due] = await addDue(db, shop, [`mia+${tag}@example.com`]);
  await sendTouchpoints(set.sender, [due!]);
  const row = await ledger(db, due!);
  expect(row).toMatchObject({ says, attempts });
  if (row.state === 'deferred') expect(row.next_at).toEqual(minutes(5));
  expect((await pausedAt(shop)).paused_at).toBeNull();
});

test('an address that does not exist is stopped, and a member is asked to find another', async () => {
  await using sink = await startSink();
  await using set = openSender(db, sink.port);
  const dues = await addDue(db, shop, ['gone+550-at-rcpt@example.com', 'stays@example.com']);
  await sendTouchpoints(set.sender, dues);
  expect(await ledger(db, dues[0]!)).toMatchObject({ says: 'rejected: address refused', attempts: ['rcpt 550'] });
  expect(await ledger(db, dues[1]!)).toMatchObject({ says: 'accepted' });
  const { customerId } = dues[0]!;
  const task = await db
    .selectFrom('follow_up')
    .select(['reason', 'due_on', 'touchpoint_id'])
    .where('customer_id', '=', customerId)
    .execute();
  expect(task).toEqual([{ reason: 'bounce', due_on: '2026-11-21', touchpoint_id: dues[0]!.id }]);
  const [again] = await addDue(db, shop, ['gone+550-at-rcpt@example.com']);
  await sendTouchpoints(set.sender, [again!]);
  expect(await ledger(db, again!)).toMatchObject({ says: 'blocked: hard bounce', attempts: [] });
});

test('a server that mistrusts the sender pauses the business and blames no customer', async () => {
  const wary = await openShop(db);
  await using sink = await startSink({ greeting: '220 sink.example' });
  await using set = openSender(db, sink.port);
  const [first, second] = await addDue(db, wary, ['mia+571-at-rcpt@example.com', 'ben@example.com']);
  await sendTouchpoints(set.sender, [first!]);
  expect(await ledger(db, first!)).toMatchObject({ says: 'deferred: mail refused' });
  expect(await pausedAt(wary)).toMatchObject({
    paused_at: MORNING,
    paused_reason: 'The mail server refuses mail from this sender. Check the sender address and its DNS records.',
  });
  await sendTouchpoints(set.sender, [second!]);
  expect(await ledger(db, second!)).toMatchObject({ says: 'planned', fence: 0 });
  expect((await takeDue(db, MORNING, 1000)).map(({ id }) => id)).not.toContain(second!.id);
  await expireTouchpoints(db, minutes(24 * 60));
  expect(await ledger(db, second!)).toMatchObject({ says: 'expired: business paused' });
});

test('a card put off by the server goes later with the same Message-ID and the same bytes', async () => {
  await using sink = await startSink();
  let now = MORNING;
  await using set = openSender(db, sink.port, { now: () => now });
  const [due] = await addDue(db, shop, ['mia+451-at-dot-once@example.com']);
  await sendTouchpoints(set.sender, [due!]);
  const frozen = await db
    .selectFrom('message')
    .select(['message_id', 'hash'])
    .where('touchpoint_id', '=', due!.id)
    .executeTakeFirstOrThrow();
  now = minutes(4);
  await sendTouchpoints(set.sender, [due!]);
  expect(sink.messages).toHaveLength(0);
  now = minutes(5);
  await changeCustomer(db, shop.business.id, due!.customerId, { givenName: 'Maria' }, actor);
  await sendTouchpoints(set.sender, [due!]);
  expect(await ledger(db, due!)).toMatchObject({ says: 'accepted', attempts: ['dot 451', 'accepted 250'] });
  expect(sink.messages.map(({ messageId, sha256 }) => [messageId, sha256])).toEqual([
    [frozen.message_id, frozen.hash.toString('hex')],
  ]);
});

test('a card that was frozen goes as it was, whatever is published meanwhile; the next one goes with the new words', async () => {
  const rosa = await openShop(db);
  await using sink = await startSink({ keepRaw: true });
  await using set = openSender(db, sink.port);
  const [first] = await addDue(db, rosa, ['mia+451-at-dot-once@example.com']);
  await sendTouchpoints(set.sender, [first!]);
  const cardId = rosa.occasions['birthday']!.card_id;
  const draft = (await openDraft(db, rosa.business.id, cardId, actor))!;
  const words = Object.keys(draft.words).map((language) => [language, { subject: 'Many happy returns' }]);
  const saved = await saveDraft(
    db,
    rosa.business.id,
    cardId,
    { rev: draft.rev, change: { words: Object.fromEntries(words) } },
    actor,
  );
  expect(await publishDraft(db, benchtop, rosa.business.id, { cardId, rev: saved.rev }, actor)).toMatchObject({ version: 2 });
  // A worker that had sent nothing in this second: which version is the latest is looked up once in each.
  await using later = openSender(db, sink.port, { now: () => minutes(5) });
  const [second] = await addDue(db, rosa, ['zoe@example.com']);
  await sendTouchpoints(later.sender, [first!]);
  await sendTouchpoints(later.sender, [second!]);
  const versions = await db
    .selectFrom('message')
    .select(['touchpoint_id', 'card_version'])
    .where('touchpoint_id', 'in', [first!.id, second!.id])
    .execute();
  expect(new Map(versions.map((one) => [one.touchpoint_id, one.card_version]))).toEqual(
    new Map([
      [first!.id, 1],
      [second!.id, 2],
    ]),
  );
  expect(sink.messages.map(({ raw }) => raw!.toString().includes('Subject: Many happy returns'))).toEqual([false, true]);
});

test('a card frozen before names that read the other way stood apart goes with the bytes that it had', async () => {
  await using sink = await startSink({ keepRaw: true });
  let now = MORNING;
  await using set = openSender(db, sink.port, { now: () => now });
  const [due] = await addDue(db, shop, ['mohammed+451-at-dot-once@example.com']);
  await db.updateTable('person').set({ given_name: 'محمد' }).where('customer_id', '=', due!.customerId).execute();
  await sendTouchpoints(set.sender, [due!]);
  const before = await bytesBefore(due!);
  expect(before.toString()).not.toContain('dir=3D"rtl"');
  const hashed = sql<Buffer>`decode(${hash('sha256', before)}, 'hex')`;
  await db.updateTable('message').set({ hash: hashed }).where('touchpoint_id', '=', due!.id).execute();
  now = minutes(6);
  await sendTouchpoints(set.sender, [due!]);
  expect(await ledger(db, due!)).toMatchObject({ says: 'accepted' });
  expect(sink.messages.at(-1)!.raw!.equals(before)).toBe(true);
});

test('a sign in a name that would turn what follows does not reach the address line', async () => {
  await using sink = await startSink({ keepRaw: true });
  await using set = openSender(db, sink.port);
  const [due] = await addDue(db, shop, ['mia@example.com']);
  await db.updateTable('person').set({ given_name: 'Mia\u202e\u2067' }).where('customer_id', '=', due!.customerId).execute();
  await sendTouchpoints(set.sender, [due!]);
  expect(sink.messages.at(-1)!.raw!.toString()).toContain('To: Mia Okafor <mia@example.com>');
});

test('a card that cannot be made again as it was is not sent a second time', async () => {
  await using sink = await startSink();
  let now = MORNING;
  await using set = openSender(db, sink.port, { now: () => now });
  const [due] = await addDue(db, shop, ['mia+451-at-dot@example.com']);
  await sendTouchpoints(set.sender, [due!]);
  await sql`update message_data set data = jsonb_set(data, '{customer,firstName}', '"Eve"') where touchpoint_id = ${due!.id}`.execute(
    db,
  );
  now = minutes(6);
  await sendTouchpoints(set.sender, [due!]);
  expect(await ledger(db, due!)).toMatchObject({ says: 'blocked: bytes differ', attempts: ['dot 451'] });
});

test('an answer that never came is tried once more where the business wants it, then left to a member', async () => {
  const trusting = await openShop(db, { uncertainPolicy: 'retry' });
  await using sink = await startSink();
  let now = MORNING;
  await using set = openSender(db, sink.port, { now: () => now });
  const [once, always] = await addDue(db, trusting, ['a+drop-after-dot-once@example.com', 'b+drop-after-dot@example.com']);
  await sendTouchpoints(set.sender, [once!, always!]);
  expect(await ledger(db, always!)).toMatchObject({ says: 'deferred: no answer', next_at: minutes(5) });
  now = minutes(5);
  await sendTouchpoints(set.sender, [once!, always!]);
  expect(await ledger(db, once!)).toMatchObject({ says: 'accepted', attempts: ['uncertain', 'accepted 250'] });
  expect(await ledger(db, always!)).toMatchObject({ says: 'uncertain: no answer', attempts: ['uncertain', 'uncertain'] });
  expect(new Set(sink.messages.map(({ sha256 }) => sha256)).size).toBe(2);
});

test.each([
  ['unsubscribed', 'blocked: unsubscribed'],
  ['complained', 'blocked: complained'],
  ['deceased', 'blocked: deceased'],
  ['consent ended', 'blocked: consent ended'],
] as const)('a customer who is %s gets nothing', async (kind, says) => {
  await using sink = await startSink();
  await using set = openSender(db, sink.port);
  const [due] = await addDue(db, shop, [`${kind.replace(' ', '-')}@example.com`]);
  await addStop(db, shop.business.id, { kind, customerId: due!.customerId }, actor);
  await sendTouchpoints(set.sender, [due!]);
  expect(await ledger(db, due!)).toMatchObject({ says, attempts: [] });
  expect(sink.messages).toEqual([]);
});

test('practice stays in the outbox', async () => {
  const folder = `/tmp/fondly-send-outbox-${process.pid}`;
  const practising = await openShop(db, { live: false });
  await using sink = await startSink();
  await using outbox = await startOutbox({ folder });
  await using set = openSender(db, sink.port, { outbox: createMailer(outbox.server) });
  const [due] = await addDue(db, practising, ['mia@example.com']);
  await sendTouchpoints(set.sender, [due!]);
  expect(await ledger(db, due!)).toMatchObject({ says: 'accepted', practice: true });
  expect(sink.messages).toEqual([]);
  const { message_id } = await db
    .selectFrom('message')
    .select('message_id')
    .where('touchpoint_id', '=', due!.id)
    .executeTakeFirstOrThrow();
  const mail = await readOutbox(folder, message_id.slice(1, message_id.indexOf('@')));
  expect(mail?.to).toContain('mia@example.com');
});

test('a mail server that is away leaves cards due, and they expire with what was wrong', async () => {
  await using set = openSender(db, 1);
  const [due] = await addDue(db, shop, ['mia@example.com']);
  await sendTouchpoints(set.sender, [due!]);
  expect(await ledger(db, due!)).toMatchObject({ says: 'planned: no connection', attempts: [] });
  await expireTouchpoints(db, minutes(24 * 60));
  expect(await ledger(db, due!)).toMatchObject({ says: 'expired: no connection' });
});

test('a worker that was off for three days sends nothing late, and each card says why', async () => {
  await using sink = await startSink();
  const threeDays = minutes(3 * 24 * 60);
  await using set = openSender(db, sink.port, { now: () => threeDays });
  const dues = await addDue(db, shop, ['a@example.com', 'b@example.com']);
  await sendTouchpoints(set.sender, dues);
  while (await expireTouchpoints(db, threeDays, 1));
  expect(sink.messages).toEqual([]);
  expect(await Promise.all(dues.map(async (due) => (await ledger(db, due)).says))).toEqual(['expired: late', 'expired: late']);
});

test('a card taken for the queue is not taken again until its mark fades', async () => {
  const [due] = await addDue(db, shop, ['mia@example.com']);
  const taken = async (markMs?: number) => (await takeDue(db, MORNING, 1000, markMs)).some(({ id }) => id === due!.id);
  expect([await taken(), await taken()]).toEqual([true, false]);
  await untakeDue(db, [due!]);
  expect([await taken(0), await taken()]).toEqual([true, true]);
});

test('what a dead worker claimed is due again, and set aside after five deaths', async () => {
  const [due] = await addDue(db, shop, ['poison@example.com']);
  for (let death = 1; death <= 5; death++) {
    expect(await claimTouchpoints(db, [due!], MORNING, 0)).toHaveLength(1);
    expect(await claimTouchpoints(db, [due!], MORNING, 0)).toHaveLength(0);
    await recoverTouchpoints(db, MORNING);
    expect(await ledger(db, due!)).toMatchObject({ says: death < 5 ? 'planned' : 'blocked: crashed', crashes: death });
  }
});
