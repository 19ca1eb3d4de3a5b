import { sql } from 'kysely';
import type { Business } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { lookOf } from '../businesses/look.ts';
import type { CompiledCard } from '../cards/card.ts';
import type { Look } from '../cards/look.ts';
import { broken, type Finding, reviewCard, reviewDesign, reviewLanguages } from '../cards/quality.ts';
import type { Words } from '../cards/words.ts';
import { type Tried, tryAll, type TryPerson } from '../cards/try-all.ts';
import type { Workshop } from '../cards/workshop.ts';
import { type Reached, type ReachOccasion, reachOf } from './card-checks-reach.ts';
import { occasionsWith } from './cards-archive.ts';
import { readCardVersion } from './card-versions.ts';
import { count, findingsOf, newTally, type Sending, type Tally } from './card-checks-tally.ts';
import { lookTogether } from './card-look.ts';
import { compileWordings } from './card-wordings.ts';
import { chooseWording, findWording } from './cards.ts';

export type { Finding } from '../cards/quality.ts';

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
    ...reviewLanguages(design.mjml, design.words),
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
  const trying = { workshop, business, cards, tally: newTally() };
  for (const occasion of occasions.length === 0 ? [undefined] : occasions) {
    const strict = about.automatic === true || occasion?.mode === 'automatic';
    for await (const people of reachOf(db, business, occasion, now)) await tryPeople(trying, people, { occasion, strict });
  }
  return { findings: findingsOf(trying.tally), customers: trying.tally.seen.size };
}

type Tries = { tryAll(cards: CompiledCard[], people: TryPerson[]): Promise<Tried> };

interface Trying {
  workshop: Tries;
  business: Pick<Business, 'locale'>;
  cards: CompiledCard[];
  tally: Tally;
}

const BATCH = 400;

async function tryPeople(trying: Trying, people: Reached[], sending: Sending): Promise<void> {
  const { workshop, cards, tally } = trying;
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const tries = people.map((person) => tryFor(trying, person));
  const batches = Array.from({ length: Math.ceil(tries.length / BATCH) }, (_, at) => tries.slice(at * BATCH, (at + 1) * BATCH));
  const tried = await Promise.all(batches.map((batch) => workshop.tryAll(cards, batch)));
  for (const result of tried) count(tally, result, names, sending);
}

function tryFor({ cards, business, tally }: Trying, person: Reached): TryPerson {
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

function sorted(findings: Finding[]): Finding[] {
  return findings.toSorted((a, b) => Number(a.kind === 'warns') - Number(b.kind === 'warns'));
}

/** The occasions that send a card, and others that will. */
export async function occasionsOf(
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
