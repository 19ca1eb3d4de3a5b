import { hash, type KeyObject } from 'node:crypto';
import { localDayOf } from '../calendar/instant.ts';
import { cleanText } from '../cards/clean.ts';
import type { MergeData } from '../cards/fields.ts';
import { renderAsBefore, renderCard } from '../cards/render.ts';
import { mailUntil } from '../customers/mail-until.ts';
import { type Mailbox, wireAddress } from '../mail/address.ts';
import { boundaryOf, messageIdOf } from '../mail/message-id.ts';
import { type MessageShape, prepareMessage } from '../mail/message.ts';
import type { Envelope } from '../mail/mailer.ts';
import type { Wording } from '../occasions/cards.ts';
import { mergeDataFor } from '../occasions/merge-data.ts';
import type { CardLinks } from './card-links.ts';
import type { Addresses, Frozen, Load } from './load.ts';
import type { Reason } from './reasons.ts';
import { isAfterLast, stopReason } from './stops.ts';

/** What making messages needs besides the rows. */
export interface Workshop {
  links: CardLinks;
  messageIdKey: KeyObject;
  /** A card's words: of one version, or of the latest for null, in the first of these languages that it has. */
  wordingFor(businessId: string, cardId: string, version: number | null, languages: string[]): Promise<Wording | undefined>;
}

/** A message as it is frozen at hand-over. `date` is an ISO instant. */
export interface Message {
  messageId: string;
  date: string;
  boundary: string;
  cardId: string;
  cardVersion: number;
  surveyId: string | null;
  surveyVersion: number | null;
  language: string;
  data: MergeData;
  addresses: Addresses;
}

/** Ready to go: the bytes, their SHA-256 in hexadecimal digits, and what they were made of. */
export interface Prepared {
  ok: true;
  message: Message;
  bytes: Buffer;
  sha256: string;
  envelope: Envelope;
}

export type Preparation = Prepared | { ok: false; reason: Reason };

/** Makes a touchpoint's message from its rows, or says why it cannot go. A frozen one is made again from what was frozen, never anew. */
export async function prepareTouchpoint(shop: Workshop, load: Load, now: Date): Promise<Preparation> {
  const obstacle = obstacleTo(load, now);
  if (obstacle) return { ok: false, reason: obstacle };
  if (load.frozen) return thaw(shop, load, load.frozen);
  return draft(shop, load, now);
}

/** Why this may not be sent as things stand, whatever the card says. */
export function obstacleTo(load: Load, now: Date): Reason | undefined {
  if (load.gone || load.person === null) return 'erased';
  if (load.occasion.mode === 'off') return 'off';
  const { occasion, sendOn, stops } = load;
  const dateKind = load.date?.kind ?? (occasion.date_kind === '*' ? null : occasion.date_kind);
  const stopped = stopReason(stops, { occasionId: occasion.id, dateKind, sendOn });
  if (stopped) return stopped;
  if (load.basis === 'none') return 'no basis';
  const today = localDayOf(now, load.person.zone ?? load.business.zone);
  if (isAfterLast(today, mailUntil(load.business, load))) return 'consent ended';
  if (!load.person.email) return 'no email';
  if (load.answered) return 'answered';
  return load.complaint ? 'open complaint' : undefined;
}

async function thaw(shop: Workshop, load: Load, frozen: Frozen): Promise<Preparation> {
  if (frozen.data === null || frozen.addresses === null) return { ok: false, reason: 'erased' };
  if (frozen.addresses.to.address !== load.person?.email) return { ok: false, reason: 'address changed' };
  return (await remakeMessage(shop, frozen)) ?? { ok: false, reason: 'bytes differ' };
}

/** A message made once more from what was frozen; undefined when that no longer gives the very same bytes, or its person was erased. */
export async function remakeMessage(shop: Pick<Workshop, 'wordingFor'>, frozen: Frozen): Promise<Prepared | undefined> {
  const { data, addresses, language } = frozen;
  if (data === null || addresses === null) return undefined;
  const wording = await shop.wordingFor(frozen.business_id, frozen.card_id, frozen.card_version, [language]);
  if (wording?.language !== language) return undefined;
  const message: Message = {
    messageId: frozen.message_id,
    date: frozen.date,
    boundary: frozen.boundary,
    cardId: frozen.card_id,
    cardVersion: frozen.card_version,
    surveyId: frozen.survey_id,
    surveyVersion: frozen.survey_version,
    language,
    data,
    addresses,
  };
  const asItWas = (again: Preparation): again is Prepared => again.ok && `\\x${again.sha256}` === frozen.hash;
  const again = compose(wording, message);
  if (asItWas(again)) return again;
  const older = compose(wording, message, renderAsBefore);
  return asItWas(older) ? older : undefined;
}

async function draft(shop: Workshop, load: Load, now: Date): Promise<Preparation> {
  const wording = await shop.wordingFor(load.businessId, load.cardId, load.cardVersion, languagesOf(load));
  if (!wording) return { ok: false, reason: 'card broken' };
  const data = mergeData(shop, load, wording.language);
  const addresses = addressesOf(load, data);
  return compose(wording, {
    messageId: messageIdOf(shop.messageIdKey, load.id, domainOf(addresses.from)),
    date: now.toISOString(),
    boundary: boundaryOf(shop.messageIdKey, load.id),
    cardId: wording.cardId,
    cardVersion: wording.version,
    surveyId: load.survey?.survey_id ?? null,
    surveyVersion: load.survey?.n ?? null,
    language: wording.language,
    data,
    addresses,
  });
}

/** What the customer reads, then what the shop writes. */
export function languagesOf({ person, business }: Load): string[] {
  return [person?.language, business.locale].filter((language) => typeof language === 'string');
}

export type PaperLinks = Pick<CardLinks, 'view' | 'unsubscribe' | 'preferences' | 'answer' | 'pictures'>;

/** What the card says of this customer, as the rows stand now. */
export function mergeData({ links }: { links: PaperLinks }, load: Load, language: string): MergeData {
  const { business, person, basis, occasion, date, purchase, survey, line } = load;
  const question = survey?.questions[0];
  const years = yearsOf(load);
  return mergeDataFor({
    business,
    person: person!,
    basis,
    occasion,
    ...(date ? { date } : {}),
    ...(years === undefined ? {} : { years }),
    ...(purchase ? { purchase } : {}),
    ...(question
      ? {
          survey: {
            question,
            urlOf: (value) => links.answer({ businessId: load.businessId, id: load.reminderOf ?? load.id }, value),
          },
        }
      : {}),
    links: {
      view: links.view(load),
      unsubscribe: links.unsubscribe(load),
      preferences: links.preferences(load),
      pictures: links.pictures,
    },
    ...(line === null ? {} : { personalLine: line }),
    language,
  });
}

/** The cause names the year that is kept: 2027 less the date's own year, or the years with us. */
function yearsOf({ cause, date }: Load): number | undefined {
  const last = Number(/:(\d+)$/.exec(cause)?.[1]);
  const years = cause.startsWith('joined:') ? last : cause.startsWith('date:') && date?.year ? last - date.year : 0;
  return years > 0 ? years : undefined;
}

function addressesOf({ business, person, occasion }: Load, data: MergeData): Addresses {
  const name = cleanText(data.customer.name ?? '');
  const from = { name: business.from_name, address: business.from_address };
  return {
    from,
    ...(business.reply_to ? { replyTo: { address: business.reply_to } } : {}),
    to: { ...(name ? { name } : {}), address: person!.email! },
    listId: { name: business.name, id: `greetings.${business.slug}.${domainOf(from)}` },
    feedbackId: `${occasion.slug}:${business.slug}:greetings:fondly`,
    unsubscribe: data.links.unsubscribe,
  };
}

function domainOf({ address }: Mailbox): string {
  return wireAddress(address).split('@').at(-1)!;
}

function compose(wording: Wording, message: Message, render = renderCard): Preparation {
  const { addresses, language } = message;
  const { errors, subject, text, html } = render(wording.card, message.data);
  if (errors.length > 0)
    return { ok: false, reason: errors.every(({ missing }) => missing !== undefined) ? 'field missing' : 'card broken' };
  const bytes = composerFor({ ...addresses, language })({
    to: addresses.to,
    subject,
    text,
    html,
    messageId: message.messageId,
    date: new Date(message.date),
    boundary: message.boundary,
    listUnsubscribeUrl: addresses.unsubscribe,
  });
  const envelope = { from: addresses.from.address, to: addresses.to.address };
  return { ok: true, message, bytes, sha256: hash('sha256', bytes), envelope };
}

const MOST_COMPOSERS = 200;
const composers = new Map<string, ReturnType<typeof prepareMessage>>();

/** What all cards of one business and occasion share is encoded once. */
function composerFor({ from, replyTo, listId, feedbackId, language }: MessageShape): ReturnType<typeof prepareMessage> {
  const shape = { from, replyTo, listId, feedbackId, language };
  const key = JSON.stringify(shape);
  const composer = composers.get(key) ?? prepareMessage(shape);
  if (!composers.has(key) && composers.size >= MOST_COMPOSERS) composers.clear();
  composers.set(key, composer);
  return composer;
}
