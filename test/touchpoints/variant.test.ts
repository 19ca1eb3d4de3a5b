import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { publishGalleryCard } from '../../src/occasions/cards.ts';
import { archiveCard } from '../../src/occasions/cards-archive.ts';
import { listVariants, setVariants } from '../../src/occasions/cards-variants.ts';
import { startCard } from '../../src/occasions/card-start.ts';
import { changeOccasion, listOccasions } from '../../src/occasions/occasion.ts';
import type { PlanCustomer } from '../../src/touchpoints/household.ts';
import type { Candidate, PlanOccasion } from '../../src/touchpoints/candidates.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { swapCard } from '../../src/touchpoints/swap.ts';
import { Turns } from '../../src/touchpoints/variant.ts';
import { testDatabase } from '../support/database.ts';
import { openShop } from '../support/shop.ts';

const { url } = await testDatabase();
const shop = await openShop(url, '2026-03-01T08:00:00Z');
const { app, business, clock } = shop;
const { db } = app;
const by = (now = clock.now()) => ({ by: 'member:ada', now });
const NAMES = ['birthday-balloons', 'birthday-letters', 'birthday-midnight'];

async function birthdayCards(): Promise<{ occasionId: string; cards: string[] }> {
  const birthday = (await listOccasions(db, business.id)).find(({ slug }) => slug === 'birthday')!;
  const cards = [];
  for (const name of NAMES) cards.push((await publishGalleryCard(db, business, name, by())).cardId);
  return { occasionId: birthday.id, cards };
}

async function sentTo(customer: string): Promise<string[]> {
  const { rows } = await sql<{
    name: string;
  }>`select c.gallery as name from touchpoint t join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    join card c on c.business_id = t.business_id and c.id = t.card_id
    where t.customer_id = ${customer} and o.slug = 'birthday' and t.state = 'accepted' order by t.send_on`.execute(db);
  return rows.map(({ name }) => name.replace('birthday-', ''));
}

/** One day and no other: years pass between. */
async function liveOn(day: string): Promise<void> {
  clock.set(new Date(`${day}T00:30:00Z`));
  await shop.live(`${day}T22:00:00Z`);
}

test('a customer of five years gets each of three birthday cards before the first comes again', async () => {
  const { occasionId, cards } = await birthdayCards();
  expect(await setVariants(db, business.id, occasionId, cards, by())).toEqual({ ok: true, changed: true });
  expect(await setVariants(db, business.id, occasionId, cards, by())).toEqual({ ok: true, changed: false });
  expect((await listVariants(db, business.id, occasionId)).map(({ cardId, version }) => [cardId, version])).toEqual(
    cards.map((card) => [card, 1]),
  );
  const mia = await shop.customer({
    givenName: 'Mia',
    email: 'mia@example.com',
    dates: [{ kind: 'birthday', month: 3, day: 10 }],
  });
  for (const year of [2026, 2027, 2028]) await liveOn(`${year}-03-10`);
  expect(await sentTo(mia)).toEqual(['balloons', 'letters', 'midnight']);
  // Somebody who comes later starts with the first.
  const leo = await shop.customer({
    givenName: 'Leo',
    email: 'leo@example.com',
    dates: [{ kind: 'birthday', month: 9, day: 1 }],
  });
  for (const day of ['2028-09-01', '2029-03-10', '2029-09-01', '2030-03-10']) await liveOn(day);
  expect(await sentTo(mia)).toEqual(['balloons', 'letters', 'midnight', 'balloons', 'letters']);
  expect(await sentTo(leo)).toEqual(['balloons', 'letters']);
});

describe('what is planned', () => {
  test('keeps its card when it is planned anew, and a member’s choice stays', async () => {
    const { occasionId, cards } = await birthdayCards();
    const ben = await shop.customer({
      givenName: 'Ben',
      email: 'ben@example.com',
      dates: [{ kind: 'birthday', month: 3, day: 25 }],
    });
    const planned = async () => {
      await planAll(db, clock.now());
      return db
        .selectFrom('touchpoint')
        .select(['id', 'card_id', 'state'])
        .where('customer_id', '=', ben)
        .where('occasion_id', '=', occasionId)
        .executeTakeFirstOrThrow();
    };
    const first = await planned();
    expect(first.card_id).toBe(cards[0]);
    await sql`update customer set replan_at = now() where id = ${ben}`.execute(db);
    expect(await planned()).toEqual(first);
    await swapCard(db, business.id, first.id, cards[2]!, by());
    await sql`update customer set replan_at = now() where id = ${ben}`.execute(db);
    expect((await planned()).card_id).toBe(cards[2]);
    await swapCard(db, business.id, first.id, null, by());
    await sql`update customer set replan_at = now() where id = ${ben}`.execute(db);
    expect((await planned()).card_id).toBe(cards[0]);
    await setVariants(db, business.id, occasionId, [cards[1]!, cards[0]!], by());
    expect((await planned()).card_id).toBe(cards[1]);
  });

  test('a card in turn cannot be put away, nor one that nobody can get be put in', async () => {
    const { occasionId, cards } = await birthdayCards();
    await setVariants(db, business.id, occasionId, [cards[0]!, cards[1]!], by());
    expect(await archiveCard(db, business.id, cards[1]!, by())).toMatchObject({
      ok: false,
      reason: expect.stringContaining('“Birthday”'),
    });
    expect(await archiveCard(db, business.id, cards[2]!, by())).toEqual({ ok: true });
    const refusals: [string[], string][] = [
      [[], 'needs a card'],
      [[cards[0]!, cards[0]!], 'once'],
      [[cards[0]!, cards[2]!], 'put away'],
      [[cards[0]!, occasionId], 'no such card'],
      [Array.from({ length: 6 }, (_, n) => `0198f000-0000-7000-8000-00000000000${n}`), 'at most 5'],
    ];
    for (const [list, sentence] of refusals)
      expect(await setVariants(db, business.id, occasionId, list, by())).toMatchObject({
        ok: false,
        reason: expect.stringContaining(sentence),
      });
    const draft = await startCard(db, business.id, { copyOf: cards[0]! }, by());
    expect(await setVariants(db, business.id, occasionId, [cards[0]!, draft.ok ? draft.cardId : ''], by())).toMatchObject({
      ok: false,
      reason: expect.stringContaining('never published'),
    });
    // The occasion's card chosen elsewhere to be one of those in turn stands once.
    await changeOccasion(db, business.id, 'birthday', { cardId: cards[1]! }, by());
    expect((await listVariants(db, business.id, occasionId)).map(({ cardId }) => cardId)).toEqual([cards[1]]);
  });
});

describe('whose turn it is', () => {
  const occasion = {
    id: 'o',
    cardId: 'a',
    cardVersion: 1,
    variants: [
      { id: 'b', version: 1 },
      { id: 'c', version: 4 },
    ],
  } as PlanOccasion;
  const candidate = (cause: string, sendOn = '2031-01-01') => ({ occasion, cause, sendOn }) as Candidate;
  const had = (...cards: string[]) =>
    cards.map((cardId, n) => ({ occasionId: 'o', cause: `date:birthday:${2020 + n}`, cardId, sendOn: `${2020 + n}-01-01` }));
  const who = (...cards: string[]) => ({ id: 'mia', had: had(...cards), rows: [] }) as unknown as PlanCustomer;
  const turn = (...cards: string[]) => new Turns().cardFor(who(...cards), candidate('date:birthday:2031'), undefined).id;

  test.each([
    [[], 'a'],
    [['a'], 'b'],
    [['a', 'b'], 'c'],
    [['b', 'a'], 'c'],
    [['a', 'b', 'c'], 'a'],
    [['c', 'b', 'a'], 'c'],
    [['a', 'a', 'b'], 'c'],
    [['x', 'y'], 'a'],
  ])('after %j comes %s', (before, next) => expect(turn(...before)).toBe(next));

  test('two of one planning take turns, and a card that does not go takes none', () => {
    const turns = new Turns();
    const mia = who('a');
    const [one, other] = [candidate('purchase:1', '2031-01-01'), candidate('purchase:2', '2031-02-01')];
    const first = turns.cardFor(mia, one, undefined);
    expect(turns.cardFor(mia, other, undefined)).toEqual(first);
    turns.take(mia, one, first);
    expect(turns.cardFor(mia, other, undefined)).toEqual({ id: 'c', version: 4 });
  });

  test('a reminder comes with the card that it reminds of, and an approval pins what was approved', () => {
    const mia = { ...who('a', 'b'), rows: [{ id: 't', cardId: 'b' }] } as unknown as PlanCustomer;
    expect(new Turns().cardFor(mia, candidate('reminder:t'), undefined).id).toBe('b');
    const row = { cardId: 'a', approvedVersion: 1, swappedVersion: null } as never;
    expect(new Turns().cardFor(mia, candidate('date:birthday:2031'), row).id).toBe('a');
    const outdated = { cardId: 'a', approvedVersion: 0, swappedVersion: null } as never;
    expect(new Turns().cardFor(mia, candidate('date:birthday:2031'), outdated).id).toBe('c');
  });
});
