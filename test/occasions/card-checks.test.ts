import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { businessById, type Business } from '../../src/businesses/business.ts';
import { readGalleryCard } from '../../src/cards/gallery.ts';
import { openWorkshop } from '../../src/cards/workshop.ts';
import { type Checked, checkBeforePublishing, refuseAutomatic } from '../../src/occasions/card-checks.ts';
import { openDraft, saveDraft } from '../../src/occasions/card-drafts.ts';
import { startCard } from '../../src/occasions/card-start.ts';
import { publishDraft } from '../../src/occasions/cards-publish.ts';
import { setVariants } from '../../src/occasions/cards-variants.ts';
import { changeOccasion, listOccasions, type OccasionChange } from '../../src/occasions/occasion.ts';
import { design } from '../cards/cards.ts';
import { addCheckCustomers } from '../bench/check.ts';
import { testDatabase } from '../support/database.ts';
import { publishOwn } from '../support/own-card.ts';
import { addBusiness } from '../../src/businesses/business.ts';
import { addDefaultOccasions } from '../../src/occasions/occasion.ts';
import { addCustomer, type NewCustomer } from '../../src/customers/customer.ts';

const { db } = await testDatabase();
const workshop = openWorkshop({ timeoutMs: 30_000 });
afterAll(() => workshop.close());
const now = new Date('2027-03-10T09:00:00Z');
const ada = { by: 'member:ada', now };
await sql`insert into installation (salt) values ('salt') on conflict do nothing`.execute(db);

let shops = 0;

async function openShop(
  people: NewCustomer[] = [],
): Promise<{ business: Business; occasion(slug: string): Promise<{ id: string; card_id: string }> }> {
  const from = { name: 'Rosa & Fern', address: 'rosa@example.com' };
  const asked = { name: 'Rosa & Fern', slug: `checks-${++shops}`, zone: 'Europe/London', from, postalAddress: '12 Market Row' };
  const added = await addBusiness(db, asked, ada);
  const business = (added.ok && (await businessById(db, added.id))) as Business;
  await addDefaultOccasions(db, business, ada);
  for (const person of people) {
    const made = await addCustomer(db, business.id, { joinedOn: null, ...person }, ada);
    if (!made.ok) throw new Error(made.reason);
  }
  const occasion = async (slug: string) => (await listOccasions(db, business.id)).find((one) => one.slug === slug)!;
  return { business, occasion };
}

const mia: NewCustomer = {
  givenName: 'Mia',
  familyName: 'Okafor',
  email: 'mia@example.com',
  dates: [{ kind: 'birthday', month: 5, day: 1, year: 1980 }],
};
const nameless: NewCustomer = { email: 'info@example.com', dates: [{ kind: 'birthday', month: 2, day: 29 }] };

function cardOf(inside: string, words: Record<string, string> = {}) {
  return {
    mjml: design(inside),
    words: { en: { subject: 'Hello', preheader: 'For you', headline: 'Happy birthday', ...words } },
    look: {},
  };
}

const told = ({ findings }: Checked) => findings.map(({ kind, what, sentence }) => `${kind} ${what}: ${sentence}`);

describe('the check before publishing', () => {
  test('finds nothing to say of a ready card', async () => {
    const { business, occasion } = await openShop([mia, nameless]);
    const { id } = await occasion('birthday');
    const ready = (await readGalleryCard('birthday-balloons'))!;
    const checked = await checkBeforePublishing(db, workshop, business.id, { ...ready, look: {} }, { occasionIds: [id] }, now);
    expect(told(checked)).toEqual([]);
    expect(checked.customers).toBe(2);
    expect(checked.cards).toHaveLength(7);
  });

  test.each(['birthday-garden', 'years-with-us', 'thank-you', 'survey'])(
    'finds nothing to say of %s before any occasion sends it',
    async (name) => {
      const { business } = await openShop([mia, nameless]);
      const ready = (await readGalleryCard(name))!;
      const checked = await checkBeforePublishing(db, workshop, business.id, { ...ready, look: {} }, {}, now);
      expect([told(checked), checked.customers]).toEqual([[], 2]);
    },
  );

  test('names a language whose words are still a copy of the English, and no link or name that is the same in both', async () => {
    const { business } = await openShop([mia]);
    const mixed = cardOf(
      '<mj-text>[[headline]] [[signature]]</mj-text><mj-button href="[[shopLink]]">[[shopButton]]</mj-button>',
      { signature: '{{business.name}}', shopLink: 'https://rosa.example', shopButton: 'See the shop' },
    );
    const own = { ...mixed.words.en, subject: 'Cześć', preheader: 'Dla ciebie' };
    const check = (pl: Record<string, string>) =>
      checkBeforePublishing(
        db,
        workshop,
        business.id,
        { ...mixed, words: { ...mixed.words, 'en-GB': mixed.words.en, pl } },
        {},
        now,
      );
    expect((await check(own)).findings.filter(({ what }) => what === 'languages')).toEqual([
      {
        kind: 'warns',
        what: 'languages',
        sentence: 'Polish still has the English words in 2 places.',
        repair: 'Write them in Polish, or take the language away.',
        where: { language: 'pl', slot: 'headline' },
      },
    ]);
    const worded = await check({ ...own, headline: 'Wszystkiego najlepszego', shopButton: 'Do sklepu' });
    expect(worded.findings.map(({ what }) => what)).toEqual(['footer']);
  });

  test('counts and names those who lack a field, stops where the card goes by itself, and warns where it does not', async () => {
    const { business, occasion } = await openShop([mia, nameless]);
    const { id } = await occasion('birthday');
    const bare = cardOf('<mj-text>[[headline]], {{customer.firstName}}: {{date.years}}!</mj-text>');
    const check = () => checkBeforePublishing(db, workshop, business.id, bare, { occasionIds: [id] }, now);
    const { findings } = await check();
    expect(findings.map(({ kind, field, customers }) => [kind, field, customers?.count])).toEqual([
      ['stops', 'customer.firstName', 1],
      ['stops', 'date.years', 1],
    ]);
    expect(findings[0]).toMatchObject({
      what: 'missing field',
      sentence: 'For one customer Fondly does not know the customer’s given name, so they would get no card.',
      repair: expect.stringContaining('{{fallback customer.firstName "…"}}'),
    });
    await changeOccasion(db, business.id, 'birthday', { mode: 'ask' }, ada);
    expect((await check()).findings.map(({ kind }) => kind)).toEqual(['warns', 'warns']);
    const mended = cardOf(
      '<mj-text>[[headline]], {{fallback customer.firstName "friend"}}{{#if date.years}}: {{date.years}}{{/if}}!</mj-text>',
    );
    expect(told(await checkBeforePublishing(db, workshop, business.id, mended, { occasionIds: [id] }, now))).toEqual([]);
  });

  test('leaves out whoever gets no mail, and asks of purchases what the last year’s were', async () => {
    const { business, occasion } = await openShop([
      { ...nameless, basis: { kind: 'none' } },
      { ...nameless, familyName: 'Okonkwo', email: null },
      mia,
    ]);
    const birthday = cardOf('<mj-text>[[headline]], {{customer.firstName}}</mj-text>');
    const { id } = await occasion('birthday');
    const checked = await checkBeforePublishing(db, workshop, business.id, birthday, { occasionIds: [id] }, now);
    expect([told(checked), checked.customers]).toEqual([[], 1]);
    const customer = (
      await db
        .selectFrom('person')
        .select('customer_id')
        .where('given_name', '=', 'Mia')
        .where('business_id', '=', business.id)
        .executeTakeFirstOrThrow()
    ).customer_id;
    const bought = { business_id: business.id, customer_id: customer, amount: 4800, currency: 'GBP', nth: 1, created_at: now };
    await db
      .insertInto('purchase')
      .values([
        { ...bought, id: crypto.randomUUID(), on: '2027-01-05' },
        { ...bought, id: crypto.randomUUID(), on: '2020-01-05', nth: 2, category: 'tulips' },
      ])
      .execute();
    const thanks = cardOf('<mj-text>[[headline]] {{purchase.day}}, {{purchase.amount}}: {{purchase.category}}</mj-text>');
    const { id: thankYou } = await occasion('thank-you');
    const { findings } = await checkBeforePublishing(db, workshop, business.id, thanks, { occasionIds: [thankYou] }, now);
    expect(findings.map(({ field, customers }) => [field, customers?.sample])).toEqual([
      ['purchase.category', [{ id: customer, name: 'Mia Okafor' }]],
    ]);
  });

  test('sees a question without a survey, a language that customers speak, and a subject too long for the longest name', async () => {
    const long = 'Wilhelmina Anastasia Philippa Theodora Constantia';
    const { business, occasion } = await openShop([{ ...mia, givenName: long, email: 'w@example.com', language: 'nl' }]);
    const { id } = await occasion('birthday');
    const asking = cardOf(
      '<mj-text>[[headline]] {{survey.question}} {{#each survey.answers}}<a href="{{url}}">{{label}}</a>{{/each}}</mj-text>',
      {
        subject: 'Happy birthday, dear {{fallback customer.firstName "friend"}}',
      },
    );
    const checked = await checkBeforePublishing(db, workshop, business.id, asking, { occasionIds: [id] }, now);
    expect(told(checked)).toEqual([
      'stops no survey: The card asks a question, and “Birthday” has no survey.',
      `warns subject length: The subject has up to 70 letters: “Happy birthday, dear ${long}”. Mail programs show about 60.`,
      'warns languages: One customer speaks Dutch, and gets the card in another language.',
    ]);
  });

  test('reads the card over: contrast, pictures, advertising, what mail programs leave out, words that the text part lacks', async () => {
    const { business } = await openShop();
    const poor = cardOf(
      `<mj-text color="#999999">[[headline]]</mj-text>
<mj-text color="#fffffe">[[message]]</mj-text>
<mj-text><div style="display:flex"><p>Side by side</p></div></mj-text>
<mj-text css-class="art">[[signature]]</mj-text>`,
      { subject: 'ACT NOW AND SAVE', message: 'Click here!!', signature: 'Rosa' },
    );
    const checked = await checkBeforePublishing(db, workshop, business.id, poor, {}, now);
    expect(checked.findings.map(({ kind, what, where }) => [kind, what, where?.slot ?? where?.line])).toEqual([
      ['stops', 'contrast', 'message'],
      ['warns', 'mail programs', 7],
      ['warns', 'contrast', 'headline'],
      ['warns', 'spam words', 'subject'],
      ['warns', 'spam words', 'subject'],
      ['warns', 'spam words', 'message'],
      ['warns', 'spam words', 'message'],
      ['warns', 'text part', 'signature'],
    ]);
  });

  test('says of a broken card what is broken, once, and looks no further', async () => {
    const { business } = await openShop();
    const twice = { ...cardOf('<mj-text>[[headline]] {{env "SECRET_KEY"}}</mj-text>') };
    const checked = await checkBeforePublishing(
      db,
      workshop,
      business.id,
      { ...twice, words: { ...twice.words, de: twice.words.en } },
      {},
      now,
    );
    expect(told(checked)).toEqual([
      expect.stringContaining('stops broken: “env” is not something a card can do.'),
      'warns languages: German still has the English words in 3 places.',
    ]);
    expect(checked.cards).toEqual([]);
    const wordless = await checkBeforePublishing(db, workshop, business.id, { ...twice, words: {} }, {}, now);
    expect(told(wordless)[0]).toContain('no words yet');
  });
});

test('a version that would fail for some is not published where it goes by itself, and is where somebody looks at each', async () => {
  const { business, occasion } = await openShop([nameless]);
  const { card_id: cardId } = await occasion('birthday');
  const draft = (await openDraft(db, business.id, cardId, ada))!;
  await saveDraft(
    db,
    business.id,
    cardId,
    { rev: draft.rev, change: { words: { en: { headline: 'Dear {{customer.firstName}}' } } } },
    ada,
  );
  const publish = () => publishDraft(db, workshop, business.id, { cardId, rev: draft.rev + 1 }, ada);
  expect(await publish()).toMatchObject({ ok: false, reason: expect.stringContaining('For one customer Fondly does not know') });
  await changeOccasion(db, business.id, 'birthday', { mode: 'ask' }, ada);
  await db.updateTable('occasion').set({ replan_at: null }).execute();
  expect(await publish()).toMatchObject({ ok: true, version: 2, findings: [{ kind: 'warns' }] });
  // Approvals were given for version 1: planning asks again.
  expect(
    (await db.selectFrom('occasion').select('slug').where('replan_at', 'is not', null).execute()).map(({ slug }) => slug),
  ).toEqual(['birthday']);
  const { id } = await occasion('birthday');
  expect(await refuseAutomatic(db, business.id, { cardId, occasionId: id }, now)).toContain('cannot go by itself yet');
  expect(
    await refuseAutomatic(db, business.id, { cardId: (await occasion('anniversary')).card_id, occasionId: id }, now),
  ).toBeUndefined();
});

test('an occasion goes by itself only with a card that was published and that everybody can get', async () => {
  const { business, occasion } = await openShop([nameless]);
  const { id } = await occasion('birthday');
  const change = (asked: OccasionChange) => changeOccasion(db, business.id, 'birthday', asked, ada);
  const started = await startCard(db, business.id, { gallery: 'thank-you', name: 'Only a draft' }, ada);
  const draft = started.ok ? started.cardId : '';
  expect(await change({ cardId: draft })).toMatchObject({ ok: false, reason: expect.stringContaining('never published') });
  const bare = { name: 'Bare', ...cardOf('<mj-text>[[headline]], {{customer.firstName}}</mj-text>') };
  const { cardId } = await publishOwn(db, business.id, bare, ada);
  expect(await change({ cardId })).toMatchObject({
    ok: false,
    reason: expect.stringContaining('“Bare” cannot go by itself yet. For one customer'),
  });
  const { card_id: own } = await occasion('birthday');
  expect(await setVariants(db, business.id, id, [own, cardId], ada)).toMatchObject({ ok: false });
  expect(await change({ mode: 'ask' })).toMatchObject({ ok: true });
  expect(await setVariants(db, business.id, id, [own, cardId], ada)).toMatchObject({ ok: true });
  expect(await change({ mode: 'automatic' })).toMatchObject({ ok: false, reason: expect.stringContaining('“Bare”') });
  expect(await setVariants(db, business.id, id, [own], ada)).toMatchObject({ ok: true });
  expect(await change({ mode: 'automatic' })).toMatchObject({ ok: true });
});

test('one customer in a thousand is found', async () => {
  const { business, occasion } = await openShop();
  await addCheckCustomers(db, business.id, 1_000);
  const { id } = await occasion('birthday');
  const bare = cardOf('<mj-text>[[headline]], {{customer.firstName}}</mj-text>');
  const { findings, customers } = await checkBeforePublishing(db, workshop, business.id, bare, { occasionIds: [id] }, now);
  expect(customers).toBe(1_000);
  expect(findings.filter(({ what }) => what !== 'languages')).toMatchObject([
    { kind: 'stops', what: 'missing field', field: 'customer.firstName', customers: { count: 1 } },
  ]);
});
