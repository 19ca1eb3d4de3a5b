import { describe, expect, it } from 'vitest';
import { addStop } from '../../src/customers/stops.ts';
import { changeCustomer } from '../../src/customers/customer.ts';
import { setDate } from '../../src/customers/dates.ts';
import { publishGalleryCard } from '../../src/occasions/cards.ts';
import { changeOccasion } from '../../src/occasions/occasion.ts';
import { readOutbox } from '../../src/mail/outbox.ts';
import { countDays } from '../../src/touchpoints/coming.ts';
import {
  approveDays,
  holdTouchpoints,
  releaseTouchpoints,
  skipTouchpoints,
  unskipTouchpoints,
  withdrawApprovals,
} from '../../src/touchpoints/decide.ts';
import { lineOf, writeLine } from '../../src/touchpoints/line.ts';
import { groupNothing } from '../../src/touchpoints/nothing.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { swapCard } from '../../src/touchpoints/swap.ts';
import { approve, sendAtOnce } from '../support/approve.ts';
import { publishOwn } from '../support/own-card.ts';
import { testDatabase } from '../support/database.ts';
import { openShop } from '../support/shop.ts';

const { db, url } = await testDatabase();
const shop = await openShop(url, '2027-03-01T06:00:00Z');
const ada = () => ({ by: 'member:ada', now: shop.clock.now() });
const ben = () => ({ by: 'member:ben', now: shop.clock.now() });
const id = shop.business.id;
const letters = (await publishGalleryCard(db, shop.business, 'birthday-letters', ada())).cardId;

let people = 0;

/** Somebody with a birthday on that day of March, planned. */
async function birthday(day: number): Promise<{ customer: string; card: string; email: string }> {
  const email = `guest${people++}@example.com`;
  const customer = await shop.customer({ givenName: 'Mia', email, dates: [{ kind: 'birthday', month: 3, day }] });
  await planAll(db, shop.clock.now());
  const row = await db.selectFrom('touchpoint').select('id').where('customer_id', '=', customer).executeTakeFirstOrThrow();
  return { customer, card: row.id, email };
}

async function row(card: string) {
  return db.selectFrom('touchpoint').selectAll().where('id', '=', card).executeTakeFirstOrThrow();
}

/** Everybody is planned anew, as after a change of the zone. */
async function replan(): Promise<void> {
  await db.updateTable('customer').set({ replan_at: shop.clock.now() }).execute();
  await planAll(db, shop.clock.now());
}

async function mailOf(card: string) {
  const message = await db.selectFrom('message').select('message_id').where('touchpoint_id', '=', card).executeTakeFirstOrThrow();
  return readOutbox(shop.app.outboxFolder, message.message_id.slice(1).split('@')[0] ?? '');
}

describe('a card', () => {
  it('that was skipped comes back while there is time, and frees and takes its day', async () => {
    const { card, customer } = await birthday(20);
    await setDate(db, id, customer, { kind: 'anniversary', month: 3, day: 20 }, ada());
    await planAll(db, shop.clock.now());
    const other = await db
      .selectFrom('touchpoint')
      .select('id')
      .where('customer_id', '=', customer)
      .where('id', '<>', card)
      .executeTakeFirstOrThrow();
    expect(await row(other.id)).toMatchObject({ state: 'blocked', reason: 'capped' });
    await skipTouchpoints(db, id, [card], ada());
    await planAll(db, shop.clock.now());
    expect((await row(other.id)).state).toBe('planned');
    expect(await unskipTouchpoints(db, id, [card], ada())).toEqual([card]);
    expect(await row(card)).toMatchObject({ state: 'planned', reason: null });
    expect(await row(other.id)).toMatchObject({ state: 'blocked', reason: 'capped' });
    const late = { by: 'member:ada', now: new Date('2027-03-21T06:00:00Z') };
    await skipTouchpoints(db, id, [card], ada());
    expect(await unskipTouchpoints(db, id, [card], late)).toEqual([]);
  });

  it('that waits is approved with all of its day, and each member takes back only their own approval', async () => {
    await changeOccasion(db, id, 'birthday', { mode: 'ask' }, ada());
    const first = await birthday(21);
    const second = await birthday(21);
    const third = await birthday(22);
    const [day] = await countDays(db, id, { from: '2027-03-21', to: '2027-03-21', earlier: false });
    const waiting = async (earlier: boolean) =>
      (await countDays(db, id, { from: '2027-03-22', to: '2027-03-22', earlier })).map((one) => one.waiting);
    expect([await waiting(false), await waiting(true)]).toEqual([[1], [3]]);
    const { approved, changed } = await approveDays(db, id, { from: '2027-03-21', to: '2027-03-21', shown: day!.shown }, ada());
    expect([approved.toSorted(), changed]).toEqual([[first.card, second.card].toSorted(), []]);
    expect((await row(third.card)).state).toBe('waiting');
    const { approved_at: at } = await row(first.card);
    expect(await withdrawApprovals(db, id, { at: at! }, ben())).toEqual([]);
    expect(await withdrawApprovals(db, id, { at: at!, id: second.card }, ada())).toEqual([second.card]);
    await holdTouchpoints(db, id, [first.card], ben());
    await releaseTouchpoints(db, id, [first.card], ben());
    await replan();
    expect([(await row(first.card)).state, (await row(second.card)).state]).toEqual(['planned', 'waiting']);
    await changeOccasion(db, id, 'birthday', { mode: 'automatic' }, ada());
    await planAll(db, shop.clock.now());
  });

  it('that is swapped keeps its other card through replanning, asks again, and can have its own back', async () => {
    await changeOccasion(db, id, 'birthday', { mode: 'ask' }, ada());
    const { card } = await birthday(23);
    const own = (await row(card)).card_id;
    await approve(db, id, [card], ada());
    expect(await swapCard(db, id, card, letters, ada())).toEqual({ ok: true, before: null });
    expect(await row(card)).toMatchObject({ state: 'waiting', card_id: letters, approved_at: null });
    await approve(db, id, [card], ada());
    await replan();
    expect(await row(card)).toMatchObject({ state: 'planned', card_id: letters, swapped_by: 'member:ada' });
    expect(await swapCard(db, id, card, null, ada())).toEqual({ ok: true, before: letters });
    expect(await row(card)).toMatchObject({ state: 'waiting', card_id: own, swapped_at: null });
    await changeOccasion(db, id, 'birthday', { mode: 'automatic' }, ada());
    await planAll(db, shop.clock.now());
    expect(await row(card)).toMatchObject({ state: 'planned', card_id: own });
  });

  it('is not swapped for one that speaks of what this customer does not have, nor for one that is not the shop’s', async () => {
    const { card } = await birthday(24);
    const survey = await db.selectFrom('card').select('id').where('gallery', '=', 'survey').executeTakeFirstOrThrow();
    expect(await swapCard(db, id, card, survey.id, ada())).toMatchObject({
      ok: false,
      reason: expect.stringContaining('does not fit') as string,
    });
    expect(await swapCard(db, id, card, id, ada())).toMatchObject({
      ok: false,
      reason: 'There is no such card. Choose one of your own.',
    });
  });

  it('carries the line that a member wrote for this one customer, and asks again when the line changes', async () => {
    await changeOccasion(db, id, 'birthday', { mode: 'ask' }, ada());
    const { card } = await birthday(2);
    await approve(db, id, [card], ada());
    expect(await writeLine(db, id, card, '  See you\r\non   Saturday! ', ada())).toEqual({ ok: true, before: '', changed: true });
    expect(await lineOf(db, id, card)).toBe('See you\non Saturday!');
    expect((await row(card)).state).toBe('waiting');
    expect(await writeLine(db, id, card, 'x'.repeat(301), ada())).toEqual({
      ok: false,
      reason: 'Keep it to 300 letters; these are 301.',
    });
    await approve(db, id, [card], ada());
    await replan();
    await changeOccasion(db, id, 'birthday', { mode: 'automatic' }, ada());
    await shop.live('2027-03-02T12:00:00Z');
    expect((await row(card)).state).toBe('accepted');
    expect((await mailOf(card))?.text).toContain('See you\non Saturday!');
    const again = await writeLine(db, id, card, 'Too late', ada());
    expect(again).toEqual({ ok: false, reason: 'This card has just left.' });
    expect(await swapCard(db, id, card, letters, ada())).toEqual(again);
  });

  it('goes now instead of at its own hour, and replanning does not move it back', async () => {
    const { card, email } = await birthday(25);
    await holdTouchpoints(db, id, [card], ada());
    expect(await sendAtOnce(db, id, card, ada())).toEqual({ ok: true });
    await replan();
    expect(await row(card)).toMatchObject({ state: 'planned', send_on: '2027-03-02', due_at: shop.clock.now() });
    await shop.live('2027-03-02T12:00:01Z');
    expect(await row(card)).toMatchObject({ state: 'accepted', occurs_on: '2027-03-25' });
    expect((await mailOf(card))?.to).toContain(email);
    await replan();
    expect(await db.selectFrom('touchpoint').select('id').where('id', '=', card).execute()).toHaveLength(1);
    expect(await sendAtOnce(db, id, card, ada())).toEqual({ ok: false, reason: 'This card has just left.' });
  });

  it('does not go now when something stands against it, and says what', async () => {
    const { card, customer } = await birthday(26);
    await setDate(db, id, customer, { kind: 'anniversary', month: 3, day: 27 }, ada());
    await planAll(db, shop.clock.now());
    const next = await db
      .selectFrom('touchpoint')
      .select('id')
      .where('customer_id', '=', customer)
      .where('id', '<>', card)
      .executeTakeFirstOrThrow();
    expect(await sendAtOnce(db, id, card, ada())).toEqual({ ok: true });
    expect(await sendAtOnce(db, id, next.id, ada())).toEqual({
      ok: false,
      reason: 'This customer gets another card today already, and one a day is enough.',
    });
    const { card: stopped, customer: who } = await birthday(28);
    await addStop(db, id, { kind: 'unsubscribed', customerId: who }, { ...ada(), by: 'customer' });
    expect(await sendAtOnce(db, id, stopped, ada())).toEqual({ ok: false, reason: 'The customer asked for no more mail.' });
    expect(await row(stopped)).toMatchObject({ hurried_at: null, send_on: '2027-03-28' });
    await changeCustomer(db, id, who, { email: null }, ada());
    await planAll(db, shop.clock.now());
    expect((await sendAtOnce(db, id, stopped, ada())).ok).toBe(false);
  });
});

describe('who will get nothing', () => {
  it('has those whose card would fail for a field, before it does', async () => {
    const words = { subject: 'Dear {{customer.firstName}}', preheader: 'A line', headline: 'Hello' };
    const mjml =
      '<mjml><mj-body><mj-section><mj-column><mj-text><h1>[[headline]]</h1></mj-text></mj-column></mj-section></mj-body></mjml>';
    const bare = await publishOwn(db, id, { name: 'Bare', mjml, words: { en: words } }, ada());
    if (!bare.ok) throw new Error(bare.reason);
    await changeOccasion(db, id, 'birthday', { cardId: bare.cardId }, ada());
    const nameless = await shop.customer({
      familyName: 'Quill',
      email: 'quill@example.com',
      dates: [{ kind: 'birthday', month: 3, day: 29 }],
    });
    await birthday(29);
    const groups = await groupNothing(db, id, { from: '2027-03-29', to: '2027-03-29' }, 3);
    expect(groups.map(({ reason, count, first }) => [reason, count, first[0]?.customerId])).toEqual([
      ['field missing', 1, nameless],
    ]);
  });
});
