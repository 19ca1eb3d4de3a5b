import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Actor } from '../../src/businesses/commit.ts';
import { addCustomer, changeCustomer, type NewCustomer } from '../../src/customers/customer.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { markForReplan } from '../../src/customers/replan.ts';
import { addOccasion } from '../../src/occasions/occasion-add.ts';
import { changeOccasion, listOccasions } from '../../src/occasions/occasion.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { testDatabase } from '../support/database.ts';
import { addShop, openShop } from '../support/shop.ts';

const { db, url } = await testDatabase();
const now = new Date('2027-03-01T15:00:00Z');
const shop = await openShop(url, now.toISOString());
const fondly: Actor = { by: 'fondly', now };
const TODAY = '2027-03-01';

type Kind = 'customer' | 'consent' | 'none';
const KINDS: readonly Kind[] = ['customer', 'consent', 'none'];

/** What a card is for, as the slug of its occasion, and what brings it to somebody in the next days. */
const PURPOSES: Record<string, { fields?: NewCustomer; buys?: true; reminds?: true }> = {
  birthday: { fields: { dates: [{ kind: 'birthday', month: 3, day: 14 }] } },
  anniversary: { fields: { dates: [{ kind: 'anniversary', label: 'wedding', month: 3, day: 14 }] } },
  'years-with-us': { fields: { joinedOn: '2020-03-14' } },
  'spring-day': {},
  welcome: { fields: { joinedOn: TODAY } },
  'thank-you': { buys: true },
  survey: { buys: true },
  reminder: { buys: true, reminds: true },
};

const PLACES: Record<string, { zone: string; country: string; notedOn: string }> = {
  'Germany, noted long ago': { zone: 'Europe/Berlin', country: 'DE', notedOn: '2020-01-01' },
  'Britain, noted long ago': { zone: 'Europe/London', country: 'GB', notedOn: '2020-01-01' },
  'America, noted long ago': { zone: 'America/New_York', country: 'US', notedOn: '2020-01-01' },
  'Canada, noted last year': { zone: 'America/Toronto', country: 'CA', notedOn: '2026-03-01' },
  'Canada, noted long ago': { zone: 'America/Toronto', country: 'CA', notedOn: '2020-01-01' },
};

const ALL_GO = 'goes goes goes goes goes goes goes goes';
const NONE_GO = 'none none none none none none none none';

/** One word for each purpose, in their order above. Who bought a moment ago may be written to in Canada too. */
const EXPECTED: Record<string, Record<Kind, string>> = {
  'Germany, noted long ago': { customer: ALL_GO, consent: ALL_GO, none: NONE_GO },
  'Britain, noted long ago': { customer: ALL_GO, consent: ALL_GO, none: NONE_GO },
  'America, noted long ago': { customer: ALL_GO, consent: ALL_GO, none: NONE_GO },
  'Canada, noted last year': { customer: ALL_GO, consent: ALL_GO, none: NONE_GO },
  'Canada, noted long ago': { customer: 'ended ended ended ended ended goes goes goes', consent: ALL_GO, none: NONE_GO },
};

test.for(Object.keys(PLACES))('what may be sent on which ground, for which purpose: %s', async (place) => {
  const { id, people } = await settle(place);
  await planAll(db, now);
  await surveysArrive(id);
  await loseGround(id, people);
  await planAll(db, now);
  const found = await verdicts(id, people);
  expect(found).toEqual(EXPECTED[place]);
});

interface Somebody {
  id: string;
  kind: Kind;
  purpose: string;
  notedOn: string;
}

/** A shop in that place, and for each ground and purpose one customer whom nothing else is about. */
async function settle(place: string): Promise<{ id: string; people: Somebody[] }> {
  const { notedOn, ...where } = PLACES[place]!;
  const from = { name: 'Shop', address: 'shop@example.com' };
  const slug = place.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  const { id } = await addShop(shop.app, { name: place, slug, from, postalAddress: '1 Street', ...where });
  const [birthday] = await listOccasions(db, id);
  const day = { name: 'Spring day', trigger: 'day' as const, month: 3, day: 20, cardId: birthday!.card_id };
  const added = await addOccasion(db, { id, zone: where.zone }, day, fondly);
  if (!added.ok) throw new Error(added.reason);
  for (const occasion of await listOccasions(db, id)) await changeOccasion(db, id, occasion.slug, { mode: 'automatic' }, fondly);
  await changeOccasion(db, id, 'survey', { reminderDays: 3 }, fondly);
  const people: Somebody[] = [];
  for (const kind of KINDS)
    for (const purpose of Object.keys(PURPOSES)) people.push(await person(id, { kind, purpose, notedOn }));
  return { id, people };
}

async function person(shopId: string, { kind, purpose, notedOn }: Omit<Somebody, 'id'>): Promise<Somebody> {
  const { fields = {}, buys, reminds } = PURPOSES[purpose]!;
  // Nobody without a ground has had a survey: they lose theirs afterwards.
  const basis = { kind: reminds && kind === 'none' ? ('customer' as const) : kind, on: notedOn };
  const email = `${kind}-${purpose}@example.com`;
  const added = await addCustomer(db, shopId, { givenName: 'Maria', email, joinedOn: null, basis, ...fields }, fondly);
  if (!added.ok) throw new Error(added.reason);
  if (buys) await addPurchase(db, shopId, added.id, { on: TODAY, amount: 1250, currency: 'EUR' }, fondly);
  return { id: added.id, kind, purpose, notedOn };
}

/** The surveys of those who are to be reminded have gone out, as the sender would have it. */
async function surveysArrive(shopId: string): Promise<void> {
  const { rows } = await sql<{ customer_id: string }>`
    with sent as (
      update touchpoint t set state = 'accepted', practice = true from occasion o, person p
      where t.business_id = ${shopId} and o.business_id = t.business_id and o.id = t.occasion_id and o.slug = 'survey'
        and p.business_id = t.business_id and p.customer_id = t.customer_id and p.email like '%-reminder@%' and t.state = 'planned'
      returning t.business_id, t.id, t.card_id, t.customer_id, o.survey_id
    ), messages as (
      insert into message (business_id, touchpoint_id, message_id, date, boundary, card_id, card_version, survey_id, survey_version, language, hash)
      select business_id, id, id, ${now}::timestamptz, '', card_id, 1, survey_id, 1, 'en', '' from sent
    )
    select customer_id from sent`.execute(db);
  expect(rows).toHaveLength(KINDS.length);
  await markForReplan(
    db,
    shopId,
    rows.map((row) => row.customer_id),
    now,
  );
}

async function loseGround(shopId: string, people: Somebody[]): Promise<void> {
  for (const { id, kind, purpose } of people)
    if (kind === 'none' && purpose === 'reminder') await changeCustomer(db, shopId, id, { basis: { kind } }, fondly);
}

const WORDS: Record<string, string> = { planned: 'goes', 'blocked: no basis': 'none', 'blocked: consent ended': 'ended' };

async function verdicts(shopId: string, people: Somebody[]): Promise<Record<Kind, string>> {
  const { rows } = await sql<{ customerId: string; purpose: string; says: string }>`
    select t.customer_id as "customerId", case when t.reminder_of is null then o.slug else 'reminder' end as purpose,
      t.state || coalesce(': ' || t.reason, '') as says
    from touchpoint t join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    where t.business_id = ${shopId}`.execute(db);
  const word = ({ id, purpose }: Somebody): string => {
    const says = rows.filter((row) => row.customerId === id && row.purpose === purpose).map((row) => WORDS[row.says] ?? row.says);
    return says.join(' and ') || 'nothing';
  };
  const line = (kind: Kind): string =>
    people
      .filter((one) => one.kind === kind)
      .map(word)
      .join(' ');
  return { customer: line('customer'), consent: line('consent'), none: line('none') };
}
