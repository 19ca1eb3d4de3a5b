import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addCustomer } from '../../src/customers/customer.ts';
import { archiveCard, unarchiveCard } from '../../src/occasions/cards-archive.ts';
import { setVariants } from '../../src/occasions/cards-variants.ts';
import { publishGalleryCard } from '../../src/occasions/cards.ts';
import { occasionHistory } from '../../src/occasions/occasion-outlook.ts';
import { addOccasion } from '../../src/occasions/occasion-add.ts';
import {
  addDefaultOccasions,
  archiveOccasion,
  changeOccasion,
  findOccasion,
  listArchived,
  listOccasions,
  moveOccasion,
  type Occasion,
  restoreOccasion,
} from '../../src/occasions/occasion.ts';
import { RECIPES } from '../../src/occasions/recipes.ts';
import { sentenceOf } from '../../src/occasions/sentence.ts';
import { findSurvey } from '../../src/occasions/surveys.ts';
import { ada, openShop, reasonOf, value } from '../customers/shop.ts';
import { testDatabase } from '../support/database.ts';
import { publishOwn } from '../support/own-card.ts';

const { db } = await testDatabase();
const at = (now: string) => ({ by: 'member:ada', now: new Date(now) });

async function open(slug: string) {
  const shop = await openShop(db, slug);
  await addDefaultOccasions(db, shop, ada);
  const occasion = async (of: string): Promise<Occasion> => {
    const row = await db
      .selectFrom('occasion')
      .selectAll()
      .where('business_id', '=', shop.id)
      .where('slug', '=', of)
      .executeTakeFirst();
    if (!row) throw new Error(`no ${of}`);
    return row;
  };
  return { ...shop, occasion };
}

// Making a shop takes a second: those that only look, or are refused, share one.
const shared = open('shared');

describe('an occasion in one sentence', () => {
  const names = { card: 'Warm balloons', survey: 'Satisfaction' };
  const birthday = {
    trigger: 'date',
    date_kind: 'birthday',
    month: null,
    day: null,
    offset_days: 0,
    hour: '09:00:00',
    late_days: 0,
    mode: 'automatic',
    survey_id: null,
  } as const;

  test.each([
    [{}, 'On a customer’s birthday at 9:00 their time, send Warm balloons; if missed, skip it; automatic.'],
    [
      { offset_days: -14, late_days: 7, mode: 'ask', hour: '18:30:00' },
      '2 weeks before a customer’s birthday at 18:30 their time, send Warm balloons; if missed, send it up to a week late; ask me first.',
    ],
    [
      { trigger: 'day', date_kind: null, month: 1, day: 1, late_days: 5 },
      'On 1 January at 9:00 their time, send Warm balloons; if missed, send it up to 5 days late; automatic.',
    ],
    [
      { trigger: 'purchase', date_kind: null, offset_days: 1, survey_id: 'x', mode: 'off', late_days: 1 },
      'A day after a purchase at 9:00 their time, send Warm balloons and ask Satisfaction; if missed, send it up to a day late; switched off.',
    ],
    [
      { trigger: 'years', date_kind: null },
      'On the day a customer came to you, each year, at 9:00 their time, send Warm balloons; if missed, skip it; automatic.',
    ],
    [
      { trigger: 'joined', date_kind: null },
      'On the day of a customer’s joining at 9:00 their time, send Warm balloons; if missed, skip it; automatic.',
    ],
    [
      { date_kind: 'name-day' },
      'On a customer’s name day at 9:00 their time, send Warm balloons; if missed, skip it; automatic.',
    ],
  ] as const)('%j', (own, sentence) => {
    expect(sentenceOf({ ...birthday, ...own }, names)).toBe(sentence);
  });
});

describe('two members at one occasion', () => {
  test('who change different fields both have their way', async () => {
    const shop = await open('both');
    const seen = { hour: '09:00', lateDays: 0, offsetDays: 0 };
    value(await changeOccasion(db, shop.id, 'birthday', { ...seen, hour: '10:00' }, ada, seen));
    value(await changeOccasion(db, shop.id, 'birthday', { ...seen, lateDays: 2 }, ada, seen));
    expect(await shop.occasion('birthday')).toMatchObject({ hour: '10:00:00', late_days: 2 });
  });

  test('who change the same one see both values, and nothing is lost', async () => {
    const shop = await open('same');
    const seen = { hour: '09:00', lateDays: 0 };
    value(await changeOccasion(db, shop.id, 'birthday', { ...seen, hour: '10:00' }, ada, seen));
    const second = await changeOccasion(db, shop.id, 'birthday', { hour: '11:00', lateDays: 3 }, ada, seen);
    expect(second).toMatchObject({ ok: false, conflicts: [{ field: 'hour', theirs: '10:00', yours: '11:00' }] });
    expect(await shop.occasion('birthday')).toMatchObject({ hour: '10:00:00', late_days: 0 });
    expect(await changeOccasion(db, shop.id, 'birthday', { hour: '10:00' }, ada, seen)).toMatchObject({
      ok: true,
      changed: false,
    });
  });
});

describe('a new occasion', () => {
  test('is off until it is switched on, goes last, and has a short name of its own', async () => {
    const shop = await open('new');
    const { card_id: cardId } = await shop.occasion('birthday');
    const asked = { name: 'Día de José ', trigger: 'date', dateKind: 'name-day', cardId } as const;
    const first = value(await addOccasion(db, shop, asked, ada));
    const second = value(await addOccasion(db, shop, asked, ada));
    expect([first.slug, second.slug]).toEqual(['dia-de-jose', 'dia-de-jose-2']);
    expect(await findOccasion(db, shop.id, first.id)).toMatchObject({ mode: 'off', rank: 70, name: 'Día de José' });
    expect((await listOccasions(db, shop.id)).at(-1)?.slug).toBe('dia-de-jose-2');
  });

  test('can be made from every recipe with a card that suits it', async () => {
    const shop = await open('recipes');
    const cards = { date: 'birthday', years: 'years-with-us', joined: 'welcome', purchase: 'thank-you', day: 'birthday' };
    const survey = await shop.occasion('survey');
    for (const { title, occasion, asks, survey: asking } of RECIPES) {
      const { card_id: cardId } = asking ? survey : await shop.occasion(cards[occasion.trigger]);
      const more = asks === 'kind' ? { dateKind: 'name-day' } : asks === 'day' ? { month: 2, day: 29 } : {};
      const own = { ...occasion, ...more, name: title, cardId, ...(asking ? { surveyId: survey.survey_id } : {}) };
      expect([title, await addOccasion(db, shop, own, ada)]).toMatchObject([title, { ok: true }]);
    }
  });

  test.each([
    [{ trigger: 'date', name: 'Day' }, 'which day'],
    [{ trigger: 'day', name: 'Day' }, 'on which day'],
    [{ trigger: 'day', name: 'Day', month: 2, day: 30 }, 'no such day'],
    [{ trigger: 'date', name: ' ', dateKind: 'birthday' }, 'a name'],
    [{ trigger: 'date', name: 'x'.repeat(61), dateKind: 'birthday' }, '60 letters'],
    [{ trigger: 'date', name: 'Day', dateKind: 'a:b' }, 'few words'],
    [{ trigger: 'purchase', name: 'Day', offsetDays: -1 }, 'beforehand'],
  ] as const)('as %j is refused in words', async (asked, words) => {
    const shop = await shared;
    const { card_id: cardId } = await shop.occasion('birthday');
    expect(reasonOf(await addOccasion(db, shop, { ...asked, cardId }, ada))).toContain(words);
  });
});

describe('a card or survey that does not fit', () => {
  test('is refused, because it would reach nobody', async () => {
    const shop = await open('fit');
    const survey = await shop.occasion('survey');
    const change = (slug: string, asked: object) => changeOccasion(db, shop.id, slug, asked, ada);
    expect(reasonOf(await change('birthday', { cardId: survey.card_id }))).toContain('asks a question');
    expect(reasonOf(await change('survey', { surveyId: null }))).toContain('asks a question');
    expect(await change('birthday', { surveyId: survey.survey_id, cardId: survey.card_id })).toMatchObject({ ok: true });
    expect((await findSurvey(db, shop.id, survey.survey_id!, null))?.questions).toHaveLength(1);
  });

  test('nor can the day be moved once cards have gone out for it', async () => {
    const shop = await open('moved');
    const { card_id: cardId } = await shop.occasion('birthday');
    const asked = { name: 'Fair', trigger: 'day', month: 5, day: 1, cardId } as const;
    const { id, slug } = value(await addOccasion(db, shop, asked, ada));
    value(await changeOccasion(db, shop.id, slug, { day: 2 }, ada));
    expect(reasonOf(await changeOccasion(db, shop.id, slug, { month: 2, day: 31 }, ada))).toContain('no such day');
    const customer = {
      business_id: shop.id,
      id: '0198f000-0000-7000-8000-0000000000aa',
      basis_kind: 'none',
      created_at: ada.now,
    } as const;
    await db.insertInto('customer').values(customer).execute();
    const when = { occurs_on: '2027-05-02', send_on: '2027-05-02', due_at: ada.now, late_at: ada.now, created_at: ada.now };
    const row = { business_id: shop.id, id: customer.id, customer_id: customer.id, occasion_id: id, cause: 'day:2027-05-02' };
    await db
      .insertInto('touchpoint')
      .values({ ...row, ...when, state: 'accepted', card_id: cardId })
      .execute();
    expect(reasonOf(await changeOccasion(db, shop.id, slug, { day: 3 }, ada))).toContain('Cards have gone out');
    expect(await changeOccasion(db, shop.id, slug, { day: 2, hour: '10:00' }, ada, { day: 2, hour: '09:00' })).toMatchObject({
      changed: true,
    });
  });
});

describe('putting an occasion away', () => {
  test('switches it off and lists it apart, and bringing it back undoes that', async () => {
    const shop = await open('away');
    expect(await archiveOccasion(db, shop.id, 'welcome', ada)).toEqual({ ok: true, mode: 'automatic' });
    expect((await listOccasions(db, shop.id)).map(({ slug }) => slug)).not.toContain('welcome');
    expect(await listArchived(db, shop.id)).toMatchObject([{ slug: 'welcome', mode: 'off' }]);
    expect(reasonOf(await changeOccasion(db, shop.id, 'welcome', { mode: 'ask' }, ada))).toContain('put away');
    await addDefaultOccasions(db, shop, ada);
    expect(await listOccasions(db, shop.id)).toHaveLength(5);
    value(await restoreOccasion(db, shop.id, 'welcome', 'automatic', ada));
    expect(await shop.occasion('welcome')).toMatchObject({ mode: 'automatic', archived_at: null, active_since: '2027-03-10' });
  });

  test('keeps one away whose card would fail for somebody, or was put away too', async () => {
    const shop = await open('stays-away');
    const nameless = { email: 'info@example.com', dates: [{ kind: 'birthday', month: 5, day: 1 }] };
    value(await addCustomer(db, shop.id, nameless, ada));
    const words = { subject: 'Hello', preheader: 'A word' };
    const mjml =
      '<mjml><mj-body><mj-section><mj-column><mj-text>{{customer.firstName}}</mj-text></mj-column></mj-section></mj-body></mjml>';
    const { cardId } = await publishOwn(db, shop.id, { name: 'Bare', mjml, words: { en: words } }, ada);
    value(await changeOccasion(db, shop.id, 'birthday', { mode: 'ask', cardId }, ada));
    value(await archiveOccasion(db, shop.id, 'birthday', ada));
    const before = await occasionHistory(db, shop.id, 'birthday');
    expect(reasonOf(await restoreOccasion(db, shop.id, 'birthday', 'automatic', ada))).toContain('cannot go by itself yet');
    value(await archiveCard(db, shop.id, cardId, ada));
    expect(reasonOf(await restoreOccasion(db, shop.id, 'birthday', 'ask', ada))).toBe(
      '“Bare” was put away. Bring it back first.',
    );
    expect(await shop.occasion('birthday')).toMatchObject({ mode: 'off', archived_at: expect.any(Date) });
    expect(await occasionHistory(db, shop.id, 'birthday')).toEqual(before);
    value(await unarchiveCard(db, shop.id, cardId, ada));
    value(await restoreOccasion(db, shop.id, 'birthday', 'ask', ada));
    expect(await shop.occasion('birthday')).toMatchObject({ mode: 'ask', archived_at: null });
  });

  test('off and on again within the day forgets nothing; after a night, what lies before is let be', async () => {
    const shop = await open('slip');
    await changeOccasion(db, shop.id, 'thank-you', { mode: 'off' }, at('2027-04-01T10:00:00Z'));
    await changeOccasion(db, shop.id, 'thank-you', { mode: 'automatic' }, at('2027-04-01T10:01:00Z'));
    expect(await shop.occasion('thank-you')).toMatchObject({ active_since: '2027-03-10', off_at: null });
    await changeOccasion(db, shop.id, 'thank-you', { mode: 'off' }, at('2027-04-01T10:02:00Z'));
    await changeOccasion(db, shop.id, 'thank-you', { mode: 'ask' }, at('2027-04-02T10:00:00Z'));
    expect(await shop.occasion('thank-you')).toMatchObject({ active_since: '2027-04-02' });
  });
});

test('of two on one day the upper goes: an occasion changes places with its neighbour', async () => {
  const shop = await open('order');
  value(await moveOccasion(db, shop.id, 'anniversary', 'up', ada));
  expect((await listOccasions(db, shop.id)).map(({ slug }) => slug).slice(0, 3)).toEqual([
    'anniversary',
    'birthday',
    'years-with-us',
  ]);
  expect(await moveOccasion(db, shop.id, 'anniversary', 'up', ada)).toEqual({ ok: true, changed: false });
  expect(reasonOf(await moveOccasion(db, shop.id, 'nothing', 'up', ada))).toContain('no occasion');
});

test('no occasion takes a card that is put away in the same moment', async () => {
  const shop = await open('same-moment');
  const { cardId } = await publishGalleryCard(db, shop, 'birthday-letters', ada);
  const { id, card_id: own } = await shop.occasion('birthday');
  const takes = [
    () => changeOccasion(db, shop.id, 'birthday', { cardId }, ada),
    () => setVariants(db, shop.id, id, [own, cardId], ada),
  ];
  for (const take of takes) {
    const taken = await db.transaction().execute(async (trx) => {
      value(await archiveCard(trx, shop.id, cardId, ada));
      const taking = take();
      await expect.poll(() => waiting()).toBe(true);
      return { taking };
    });
    expect(reasonOf(await taken.taking)).toContain('was put away');
    value(await unarchiveCard(db, shop.id, cardId, ada));
  }
});

/** Somebody waits for a lock. */
async function waiting(): Promise<boolean> {
  const { rows } =
    await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return rows.length > 0;
}
