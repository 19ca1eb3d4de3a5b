import { expect, test } from 'vitest';
import { storeAnswers } from '../../src/answers/answer.ts';
import { changeCustomer } from '../../src/customers/customer.ts';
import { closeFollowUp } from '../../src/customers/follow-ups.ts';
import { findProfile } from '../../src/customers/profile.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { storyOf, type StoryLine } from '../../src/customers/story.ts';
import { addStop } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';
import { openShop } from '../support/shop.ts';

const { url, db } = await testDatabase();
const shop = await openShop(url, '2027-03-01T06:00:00Z');
const { id: businessId } = shop.business;

function said(line: StoryLine): string {
  switch (line.is) {
    case 'card':
      return `${line.occasion} ${line.state}`;
    case 'purchase':
      return `bought ${line.amount}`;
    case 'answer':
      return `answered ${line.occasion}: ${line.answers.map(({ value, words }) => `${value} ${words}`).join()}`;
    case 'follow-up closed':
      return `closed: ${line.outcome}`;
    case 'change':
      return line.what;
    default:
      return line.is;
  }
}

test('a customer’s story tells all that happened, the newest first, and the profile what comes', async () => {
  const birthday = {
    dates: [
      { kind: 'birthday', month: 3, day: 5 },
      { kind: 'name-day', month: 3, day: 25 },
    ],
  };
  const mia = await shop.customer({ givenName: 'Mia', familyName: 'Okafor', email: 'mia@example.com', ...birthday });
  const tom = await shop.customer({ givenName: 'Tom', email: 'mia@example.com' });
  const by = (at: string) => ({ by: 'member:ada', now: new Date(at) });
  await addPurchase(db, businessId, mia, { on: '2027-03-02', amount: 4800, currency: 'GBP' }, by('2027-03-02T09:00:00Z'));
  await shop.live('2027-03-10T08:00:00Z');
  const asked = await db
    .selectFrom('message')
    .select('touchpoint_id')
    .where('survey_id', 'is not', null)
    .executeTakeFirstOrThrow();
  const target = { business: businessId, touchpoint: asked.touchpoint_id };
  await storeAnswers(db, target, new Map([[0, { value: 1, words: 'They wilted' }]]), {
    by: 'customer',
    now: new Date('2027-03-10T09:00:00Z'),
  });
  const [task] = (await profile(mia)).followUps;
  await closeFollowUp(db, businessId, task?.id ?? '', { outcome: 'made good' }, by('2027-03-11T09:00:00Z'));
  await changeCustomer(db, businessId, mia, { phone: '1' }, by('2027-03-11T10:00:00Z'));
  await addStop(db, businessId, { kind: 'paused', until: '2027-03-20', customerId: mia }, by('2027-03-12T10:00:00Z'));
  await shop.live('2027-03-13T08:00:00Z');

  const { lines, next } = await storyOf(db, businessId, mia, {}, 50);
  expect(lines.map(said)).toEqual([
    'stop added',
    'customer changed',
    'closed: made good',
    'follow-up opened',
    'answered How did we do?: 1 They wilted',
    'How did we do? accepted',
    'Birthday accepted',
    'Thank you accepted',
    'bought 4800',
    'customer added',
  ]);
  expect(next).toBeUndefined();
  expect(lines.map(({ at }) => at.getTime())).toEqual(lines.map(({ at }) => at.getTime()).toSorted((a, b) => b - a));

  const paged: string[] = [];
  let before: string | undefined;
  do {
    const page = await storyOf(db, businessId, mia, before ? { before } : {}, 3);
    paged.push(...page.lines.map(({ key }) => key));
    before = page.next;
  } while (before);
  expect(paged).toEqual(lines.map(({ key }) => key));

  const now = await profile(mia);
  expect(now).toMatchObject({
    bought: { count: 1, sums: [{ currency: 'GBP', amount: 4800 }] },
    mates: [{ id: tom, name: 'Tom' }],
    followUps: [],
  });
  expect(now.stops).toMatchObject([{ kind: 'paused', until: '2027-03-20' }]);
  expect(now.coming.map(({ occasion, day, state }) => `${occasion} ${day} ${state}`)).toEqual(['Anniversary 2027-03-25 planned']);
  expect((await storyOf(db, businessId, tom, {}, 10)).lines.map(said)).toEqual(['customer added']);
});

async function profile(id: string) {
  const found = await findProfile(db, businessId, id, '2027-03-13');
  if (found === undefined || 'movedTo' in found) throw new Error('The customer is gone');
  return found;
}
