import { sql } from 'kysely';
import { v7 } from 'uuid';
import { addBusiness, type Business, findBusiness } from '../../src/businesses/business.ts';
import type { Db } from '../../src/businesses/commit.ts';
import type { OwnMailers } from '../../src/businesses/smtp-mailers.ts';
import { publishGalleryCard } from '../../src/occasions/cards.ts';
import { listOccasions, type Occasion } from '../../src/occasions/occasion.ts';
import { linkKeys } from '../../src/links/keys.ts';
import { createMailer, type Mailer, type MailerOptions } from '../../src/mail/mailer.ts';
import { messageIdKey } from '../../src/mail/message-id.ts';
import { cardLinks } from '../../src/touchpoints/card-links.ts';
import type { Ref } from '../../src/touchpoints/due.ts';
import { createSender, type Sender, type SenderLog } from '../../src/touchpoints/sender.ts';

/** 09:30 on a birthday morning in Berlin: cards are due since 09:00 and late at 20:00. */
export const MORNING = new Date('2026-11-21T08:30:00Z');
const DUE = new Date('2026-11-21T08:00:00Z');
const LATE = new Date('2026-11-21T19:00:00Z');
const SECRET = 'a secret of the tests, long enough to be one';

export interface SendShop {
  business: Business;
  occasions: Record<string, Occasion>;
}

let shops = 0;

/** A live business with a birthday card. */
export async function openShop(
  db: Db,
  how: { uncertainPolicy?: 'ask' | 'retry'; live?: boolean; slug?: string } = {},
): Promise<SendShop> {
  await sql`insert into installation (salt) values ('salt') on conflict do nothing`.execute(db);
  const actor = { by: 'fondly', now: MORNING };
  const slug = how.slug ?? `shop-${++shops}`;
  const asked = {
    name: 'Rosa & Fern',
    slug,
    zone: 'Europe/Berlin',
    from: { name: 'Rosa & Fern', address: 'hello@rosa.example' },
    postalAddress: '12 Market Row\nBath',
  };
  await addBusiness(db, { ...asked, live: how.live ?? true, uncertainPolicy: how.uncertainPolicy ?? 'ask' }, actor);
  const business = (await findBusiness(db, slug))!;
  const { cardId } = await publishGalleryCard(db, business, 'birthday-balloons', actor);
  await db
    .insertInto('occasion')
    .values({
      business_id: business.id,
      id: v7(),
      slug: 'birthday',
      name: 'Birthday',
      trigger: 'date',
      date_kind: 'birthday',
      hour: '09:00',
      late_days: 0,
      mode: 'automatic',
      rank: 10,
      active_since: '2026-01-01',
      card_id: cardId,
    })
    .execute();
  const occasions = await listOccasions(db, business.id);
  return { business, occasions: Object.fromEntries(occasions.map((occasion) => [occasion.slug, occasion])) };
}

export interface Due extends Ref {
  customerId: string;
  email: string;
}

/** Customers with a birthday on that day and their touchpoints, due since 09:00: one for each address. */
export async function addDue(db: Db, { business, occasions }: SendShop, emails: readonly string[]): Promise<Due[]> {
  const rows = emails.map((email) => ({ id: v7(), customerId: v7(), dateId: v7(), email }));
  const { id: occasionId, card_id: cardId } = occasions['birthday']!;
  await sql`
    with a as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as a(id uuid, "customerId" uuid, "dateId" uuid, email text)),
    customers as (
      insert into customer (business_id, id, joined_on, basis_kind, basis_on, created_at)
      select ${business.id}::uuid, "customerId", '2024-05-01', 'customer', '2024-05-01', ${DUE}::timestamptz from a),
    people as (
      insert into person (business_id, customer_id, given_name, family_name, name_key, email, email_key)
      select ${business.id}::uuid, "customerId", 'Mia', 'Okafor', 'mia okafor', email, lower(email) from a),
    dates as (
      insert into date (business_id, id, customer_id, kind, month, day, year, source)
      select ${business.id}::uuid, "dateId", "customerId", 'birthday', 11, 21, 1986, 'test' from a)
    insert into touchpoint (business_id, id, customer_id, occasion_id, cause, occurs_on, send_on, due_at, late_at, state, card_id, created_at)
    select ${business.id}::uuid, id, "customerId", ${occasionId}::uuid, 'date:birthday:2026', '2026-11-21', '2026-11-21', ${DUE}::timestamptz,
      ${LATE}::timestamptz, 'planned', ${cardId}::uuid, ${DUE}::timestamptz from a`.execute(db);
  return rows.map(({ id, customerId, email }) => ({ businessId: business.id, id, customerId, email }));
}

export interface SenderSet extends AsyncDisposable {
  sender: Sender;
  mailer: Mailer;
  /** Lines of the log, as text. */
  said: string[];
}

/** A sender whose mail goes to a sink on `port`, with settable time. */
export function openSender(
  db: Db,
  port: number,
  how: {
    leaseMs?: number;
    now?: () => Date;
    mailer?: Partial<MailerOptions>;
    outboxPort?: number;
    outbox?: Mailer;
    ownMailers?: OwnMailers;
  } = {},
): SenderSet {
  const said: string[] = [];
  const line = (port: number): Mailer =>
    createMailer({ host: '127.0.0.1', port, secure: false, requireTls: false, ...how.mailer });
  const mailer = line(port);
  const log: SenderLog = {
    warn: (fields, words) => said.push(`${words} ${JSON.stringify(fields)}`),
    error: (fields, words) => said.push(`${words} ${JSON.stringify(fields)}`),
  };
  const sender = createSender({
    db,
    now: how.now ?? (() => MORNING),
    mailer,
    ...(how.ownMailers ? { ownMailers: how.ownMailers } : {}),
    outbox: how.outbox ?? line(how.outboxPort ?? port),
    links: cardLinks('https://cards.example', linkKeys([SECRET])),
    messageIdKey: messageIdKey([SECRET]),
    log,
    random: () => 0,
    ...(how.leaseMs === undefined ? {} : { leaseMs: how.leaseMs }),
  });
  return { sender, mailer, said, [Symbol.asyncDispose]: () => sender.stop(2000) };
}

/** What the ledger says of one touchpoint, its tries included: `accepted`, `deferred: server busy`. */
export async function ledger(db: Db, { businessId, id }: Ref) {
  const row = await db
    .selectFrom('touchpoint')
    .selectAll()
    .where('business_id', '=', businessId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const attempts = await db
    .selectFrom('attempt')
    .selectAll()
    .where('business_id', '=', businessId)
    .where('touchpoint_id', '=', id)
    .orderBy('n')
    .execute();
  return {
    ...row,
    says: row.reason === null ? row.state : `${row.state}: ${row.reason}`,
    attempts: attempts.map(({ stage, code }) => (code === null ? stage : `${stage} ${code}`)),
  };
}
