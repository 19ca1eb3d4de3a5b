import { sql } from 'kysely';
import type { Business } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { lookOf } from '../businesses/look.ts';
import type { CompiledCard } from '../cards/compile.ts';
import { fieldAt } from '../cards/fields.ts';
import type { Look } from '../cards/look.ts';
import { broken, type Finding, reviewCard, reviewDesign } from '../cards/quality.ts';
import type { Words } from '../cards/words.ts';
import { type Tried, tryAll, type TryPerson } from '../cards/try-all.ts';
import type { Workshop } from '../cards/workshop.ts';
import { type Reached, type ReachOccasion, reachOf } from './card-checks-reach.ts';
import { occasionsWith } from './cards-archive.ts';
import { readCardVersion } from './card-versions.ts';
import { lookTogether } from './card-look.ts';
import { compileWordings } from './card-wordings.ts';
import { chooseWording, findWording } from './cards.ts';

export type { Finding } from '../cards/quality.ts';
export { lookTogether } from './card-look.ts';

/** What is to be published: the card's own look only, the shop's is put beneath it. */
export interface Design {
  mjml: string;
  words: Record<string, Words>;
  look: Look;
}

export interface Checked {
  /** What stops it first. */
  findings: Finding[];
  /** For how many customers it was made and looked at. */
  customers: number;
  /** Compiled and ready to be stored, one for each language; none when something in them is broken. */
  cards: CompiledCard[];
  /** The shop's look with the card's own above it, as it was compiled with. */
  look: Look;
}

/**
 * The list before publishing. The card is compiled, looked over, and filled in for every customer whom it can reach in the next 400 days through the
 * occasions that use it (`cardId`) or will (`occasionIds`); 100,000 customers take half a minute. What would keep a card from a customer stops
 * it where an automatic occasion sends it, because nobody would look at it before; elsewhere it warns.
 */
export async function checkBeforePublishing(
  db: Db,
  workshop: Workshop,
  businessId: string,
  design: Design,
  about: { cardId?: string; occasionIds?: string[] },
  now: Date,
): Promise<Checked> {
  const look = lookTogether(await lookOf(db, businessId), design.look);
  const { cards, problems, warnings } = await compileWordings(workshop.compile, { ...design, look });
  const reviewed = [
    ...once(problems.map((problem) => broken(problem, problem.language))),
    ...warnings.filter(({ where }) => where === 'footerWhy').map(footerFinding),
    ...reviewDesign(design.mjml),
    ...cards.flatMap((card) => reviewCard(design.mjml, design.words[card.language] ?? {}, card)),
  ];
  if (problems.length > 0) return { findings: sorted(reviewed), customers: 0, cards: [], look };
  const { findings, customers } = await tryEverybody(db, workshop, businessId, cards, about, now);
  return { findings: sorted([...reviewed, ...findings]), customers, cards, look };
}

/**
 * Why this occasion, sending by itself, must not send this card: the sentences of what stops it; undefined when it may. Asked before an occasion is
 * made automatic or is given another card. A published card cannot run away, so it is tried here and not in the workshop.
 */
export async function refuseAutomatic(
  db: Db,
  businessId: string,
  { cardId, occasionId }: { cardId: string; occasionId: string },
  now: Date,
): Promise<string | undefined> {
  const card = await db
    .selectFrom('card')
    .select('name')
    .where('business_id', '=', businessId)
    .where('id', '=', cardId)
    .executeTakeFirst();
  if (!card) return undefined;
  const cards = await publishedCards(db, businessId, cardId);
  if (cards.length === 0) return `“${card.name}” was never published. Publish it first.`;
  const here = { tryAll: (some: CompiledCard[], people: TryPerson[]) => Promise.resolve(tryAll(some, people)) };
  const { findings } = await tryEverybody(db, here, businessId, cards, { occasionIds: [occasionId], automatic: true }, now);
  const stops = findings.filter(({ kind }) => kind === 'stops').map(({ sentence }) => sentence);
  return stops.length === 0 ? undefined : `“${card.name}” cannot go by itself yet. ${stops.join(' ')}`;
}

/** What is wrong with the design is found in every language. */
function once(findings: Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function footerFinding({ message, language }: { message: string; language: string }): Finding {
  const [sentence = '', repair = ''] = message.split(/(?<=\.) /);
  return { kind: 'warns', what: 'footer', sentence, repair, where: { language, slot: 'footerWhy' } };
}

/** What the customers' own data do to a card. */
async function tryEverybody(
  db: Db,
  workshop: Tries,
  businessId: string,
  cards: CompiledCard[],
  about: { cardId?: string; occasionIds?: string[]; automatic?: boolean },
  now: Date,
): Promise<{ findings: Finding[]; customers: number }> {
  const columns = ['id', 'name', 'postal_address', 'country', 'zone', 'locale'] as const;
  const business = await db.selectFrom('business').select(columns).where('id', '=', businessId).executeTakeFirstOrThrow();
  const occasions = await occasionsOf(db, businessId, about);
  const tally: Tally = { business, cards, seen: new Set(), faults: new Map(), unspoken: new Map(), longest: undefined };
  for (const occasion of occasions.length === 0 ? [undefined] : occasions) {
    const strict = about.automatic === true || occasion?.mode === 'automatic';
    for await (const people of reachOf(db, business, occasion, now))
      await tryPeople(workshop, tally, people, { occasion, strict });
  }
  return { findings: findingsOf(tally), customers: tally.seen.size };
}

type Tries = { tryAll(cards: CompiledCard[], people: TryPerson[]): Promise<Tried> };
type Shop = Pick<Business, 'id' | 'name' | 'postal_address' | 'country' | 'zone' | 'locale'>;

interface Tally {
  business: Shop;
  cards: CompiledCard[];
  seen: Set<string>;
  /** By sentence: whom it keeps from the card, and whether that stops it. */
  faults: Map<string, { occasion: string | undefined; strict: boolean; people: Map<string, string> }>;
  /** By language: who speaks it, and gets another one. */
  unspoken: Map<string, Map<string, string>>;
  longest: { id: string; name: string; subject: string } | undefined;
}

interface Sending {
  occasion: ReachOccasion | undefined;
  strict: boolean;
}

const BATCH = 400;

async function tryPeople(workshop: Tries, tally: Tally, people: Reached[], sending: Sending): Promise<void> {
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const tries = people.map((person) => tryFor(tally, person));
  const batches = Array.from({ length: Math.ceil(tries.length / BATCH) }, (_, at) => tries.slice(at * BATCH, (at + 1) * BATCH));
  const tried = await Promise.all(batches.map((batch) => workshop.tryAll(tally.cards, batch)));
  for (const result of tried) count(tally, result, names, sending);
}

function tryFor(tally: Tally, person: Reached): TryPerson {
  const { cards, business } = tally;
  const languages = [person.language, business.locale].filter((language) => language !== null);
  const chosen = chooseWording(cards, languages) ?? cards[0]!;
  tally.seen.add(person.id);
  const [spoken, own] = [chosen.language.split('-')[0], person.language?.toLowerCase().split('-')[0]];
  if (own !== undefined && own !== spoken?.toLowerCase()) {
    const others = tally.unspoken.get(own) ?? new Map<string, string>();
    tally.unspoken.set(own, others.set(person.id, person.name));
  }
  return { id: person.id, card: cards.indexOf(chosen), data: person.dataIn(chosen.language) };
}

function count(tally: Tally, { faults, longest }: Tried, names: Map<string, string>, { occasion, strict }: Sending): void {
  for (const { id, errors } of faults) {
    for (const error of errors) {
      // A card that no occasion sends yet cannot know of a day or a purchase.
      const field = missingField(error);
      if (occasion === undefined && field !== undefined && !field.startsWith('customer.')) continue;
      const known = tally.faults.get(error) ?? { occasion: occasion?.name, strict, people: new Map<string, string>() };
      known.strict ||= strict;
      tally.faults.set(error, known);
      known.people.set(id, names.get(id) ?? '');
    }
  }
  if (longest && longest.subject.length > (tally.longest?.subject.length ?? 0))
    tally.longest = { ...longest, name: names.get(longest.id) ?? '' };
}

const MISSING = /^(\S+) is missing for this customer\.$/;
const MAX_SUBJECT = 60;

function missingField(error: string): string | undefined {
  return MISSING.exec(error)?.[1];
}

function findingsOf(tally: Tally): Finding[] {
  const faults = Array.from(tally.faults, ([error, fault]) => faultFinding(tally, error, fault));
  const languages = Array.from(tally.unspoken, ([language, people]) => languageFinding(language, people));
  const { longest } = tally;
  const subject: Finding[] =
    longest === undefined || longest.subject.length <= MAX_SUBJECT
      ? []
      : [
          {
            kind: 'warns',
            what: 'subject length',
            sentence: `The subject has up to ${longest.subject.length} letters: “${longest.subject}”. Mail programs show about ${MAX_SUBJECT}.`,
            repair: 'Put what matters first, or make it shorter.',
            where: { slot: 'subject' },
            customers: { count: 1, sample: [{ id: longest.id, name: longest.name }] },
          },
        ];
  return [...faults, ...subject, ...languages];
}

function faultFinding(
  tally: Tally,
  error: string,
  { occasion, strict, people }: { occasion: string | undefined; strict: boolean; people: Map<string, string> },
): Finding {
  const kind = strict ? 'stops' : 'warns';
  const customers = told(people);
  const field = missingField(error);
  const who = howMany(customers.count);
  if (field === undefined)
    return {
      kind,
      what: 'fails',
      sentence: `For ${who} the card cannot be made: ${error}`,
      repair: 'Look at it as one of them, and mend it.',
      customers,
    };
  if (field.startsWith('survey.') && customers.count === tally.seen.size)
    return {
      kind,
      what: 'no survey',
      sentence: `The card asks a question, and “${occasion ?? 'the occasion'}” has no survey.`,
      repair: 'Give the occasion a survey, or take the question out of the card.',
      customers,
    };
  const what =
    fieldAt(field)
      ?.sentence.replace(/\.$/, '')
      .replace(/^[A-Z]/, (letter) => letter.toLowerCase()) ?? field;
  return {
    kind,
    what: 'missing field',
    sentence: `For ${who} Fondly does not know ${what}, so they would get no card.`,
    repair: `Say what to write instead: {{fallback ${field} "…"}}, or write around it with {{#if ${field}}}.`,
    field,
    customers,
  };
}

function languageFinding(language: string, people: Map<string, string>): Finding {
  const name = new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  const customers = told(people);
  const [speak, get] = customers.count === 1 ? ['speaks', 'gets'] : ['speak', 'get'];
  return {
    kind: 'warns',
    what: 'languages',
    sentence: `${capital(howMany(customers.count))} ${speak} ${name}, and ${get} the card in another language.`,
    repair: `Word the card in ${name}.`,
    where: { language },
    customers,
  };
}

const MOST_NAMED = 5;

function told(people: Map<string, string>): { count: number; sample: { id: string; name: string }[] } {
  return { count: people.size, sample: Array.from(people, ([id, name]) => ({ id, name })).slice(0, MOST_NAMED) };
}

function howMany(count: number): string {
  return count === 1 ? 'one customer' : `${count.toLocaleString('en')} customers`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sorted(findings: Finding[]): Finding[] {
  return findings.toSorted((a, b) => Number(a.kind === 'warns') - Number(b.kind === 'warns'));
}

async function occasionsOf(
  db: Db,
  businessId: string,
  { cardId, occasionIds = [] }: { cardId?: string; occasionIds?: string[] },
): Promise<ReachOccasion[]> {
  const using = cardId === undefined ? [] : await occasionsWith(db, businessId, cardId);
  const ids = [...new Set([...occasionIds, ...using.map(({ id }) => id)])];
  if (ids.length === 0) return [];
  const { rows } = await sql<ReachOccasion>`
    select o.id, o.name, o.trigger, o.date_kind, o.mode,
      (select v.questions -> 0 from survey_version v where v.business_id = o.business_id and v.survey_id = o.survey_id order by v.n desc limit 1) as survey
    from occasion o where o.business_id = ${businessId} and o.id = any(${ids}::uuid[]) order by o.rank`.execute(db);
  return rows;
}

async function publishedCards(db: Db, businessId: string, cardId: string): Promise<CompiledCard[]> {
  const version = await readCardVersion(db, businessId, cardId, null);
  const languages = Object.keys(version?.words ?? {});
  const wordings = await Promise.all(
    languages.map((language) => findWording(db, businessId, cardId, version?.n ?? null, [language])),
  );
  return wordings.flatMap((wording) => wording?.card ?? []);
}
