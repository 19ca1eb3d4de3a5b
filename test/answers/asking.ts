import { addPurchase } from '../../src/customers/purchases.ts';
import { signLink } from '../../src/links/token.ts';
import { changeOccasion } from '../../src/occasions/occasion.ts';
import { publishSurvey, type Question, RECOMMEND } from '../../src/occasions/surveys.ts';
import { startWeb, type WebServer } from '../../src/web/server.ts';
import { openShop, type Shop } from '../support/shop.ts';

/** Four questions, one of each kind but the scale. */
export const QUESTIONS: [Question, ...Question[]] = [
  RECOMMEND[0]!,
  {
    kind: 'yes-no',
    values: [1, 0],
    lowAt: 0,
    words: { en: { question: 'Did you find what you came for?', answers: ['Yes', 'No'] } },
  },
  {
    kind: 'choice',
    values: [1, 2, 3],
    words: { en: { question: 'What did you come for?', answers: ['Roses', 'Ferns', 'Advice'] } },
  },
  { kind: 'text', values: [], words: { en: { question: 'Whom should we thank?', answers: [] } } },
];

interface How {
  questions?: Question[];
  reminderDays?: number | null;
  until?: string;
}

const BIRTHDAY = [{ kind: 'birthday', month: 3, day: 20 }];

export interface Asking extends Shop {
  web: WebServer;
  base: string;
  /** Customer and touchpoint by first name. */
  asked: Record<string, { customerId: string; touchpointId: string }>;
  /** The link of an answer in the card. */
  link(name: string, value?: number): string;
  /** Every link of the card. */
  links(name: string): string[];
  press(name: string, fields: Record<string, string>, agent?: string): Promise<Response>;
  answers(name: string): Promise<{ question: number; value: number | null; suspect: boolean }[]>;
}

/** A shop whose customers bought on 2 March and were asked on the 9th at 9:00 in London; it is the 14th now, and the birthday of all is on the 20th. */
export async function openAsking(
  url: string,
  names: string[],
  { questions = QUESTIONS, reminderDays = null, until = '2027-03-14T12:00:00Z' }: How = {},
): Promise<Asking> {
  const shop = await openShop(url, '2027-03-01T06:00:00Z');
  const { db, keys } = shop.app;
  await publishSurvey(db, shop.business.id, 'Satisfaction', questions, { by: 'fondly', now: shop.clock.now() });
  await changeOccasion(db, shop.business.id, 'survey', { reminderDays }, { by: 'fondly', now: shop.clock.now() });
  const ids = new Map<string, string>();
  for (const name of names) {
    const id = await shop.customer({ givenName: name, email: `${name.toLowerCase()}@example.com`, dates: BIRTHDAY });
    const bought = { on: '2027-03-02', amount: 4800, currency: 'GBP' };
    await addPurchase(db, shop.business.id, id, bought, { by: 'fondly', now: new Date('2027-03-02T12:00:00Z') });
    ids.set(name, id);
  }
  await shop.live(until);
  const web = await startWeb(shop.app, { host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${web.port}`;
  const asked = await whoWasAsked(shop, ids);
  const target = (name: string) => ({ business: shop.business.id, touchpoint: asked[name]!.touchpointId });
  const link = (name: string, value?: number) =>
    `${base}/a/${signLink(keys, { ...target(name), purpose: 'survey', ...(value === undefined ? {} : { value }) })}`;
  return {
    ...shop,
    web,
    base,
    asked,
    link,
    links: (name) => [
      `${base}/v/${signLink(keys, { ...target(name), purpose: 'view' })}`,
      `${base}/u/${signLink(keys, { ...target(name), purpose: 'unsubscribe' })}`,
      ...questions[0]!.values.map((value) => link(name, value)),
    ],
    press: (name, fields, agent = 'a person') =>
      fetch(link(name), { method: 'POST', body: new URLSearchParams(fields), headers: { 'user-agent': agent } }),
    answers: (name) =>
      db
        .selectFrom('answer')
        .select(['question', 'value', 'suspect'])
        .where('touchpoint_id', '=', asked[name]!.touchpointId)
        .orderBy('question')
        .execute(),
  };
}

async function whoWasAsked({ app, business }: Shop, ids: Map<string, string>): Promise<Asking['asked']> {
  const rows = await app.db
    .selectFrom('touchpoint as t')
    .innerJoin('occasion as o', (join) => join.onRef('o.business_id', '=', 't.business_id').onRef('o.id', '=', 't.occasion_id'))
    .select(['t.id', 't.customer_id'])
    .where('t.business_id', '=', business.id)
    .where('o.slug', '=', 'survey')
    .where('t.state', '=', 'accepted')
    .where('t.reminder_of', 'is', null)
    .execute();
  const find = (customerId: string) => rows.find((row) => row.customer_id === customerId)?.id ?? '';
  return Object.fromEntries(Array.from(ids, ([name, customerId]) => [name, { customerId, touchpointId: find(customerId) }]));
}
