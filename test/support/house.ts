import { afterAll } from 'vitest';
import { type Accounts, addAccount, openAccounts } from '../../src/businesses/accounts.ts';
import type { Business } from '../../src/businesses/business.ts';
import { addMember, type Role } from '../../src/businesses/members.ts';
import { startWeb, type WebServer } from '../../src/web/server.ts';
import { PASSWORD, PASSWORD_HASH } from './password.ts';
import { addShop, openShop, type Shop } from './shop.ts';

/** A shop with its people, another shop with a stranger, and the pages of both. */
export interface House {
  app: Shop['app'];
  shop: Shop;
  accounts: Accounts;
  /** Rosa & Fern: Ada owns it, Ben is staff. */
  business: Business;
  /** Thorn & Son, of which Cem is the owner. */
  other: Business;
  web: WebServer;
  /** Such as http://127.0.0.1:41234. */
  base: string;
  ada: Guest;
  ben: Guest;
  cem: Guest;
  /** Signed in nowhere. */
  nobody: Guest;
  /** Makes an account and signs it in; with a role it is a member of `business`, or of the one that is named. */
  guest(name: string, role?: Role, businessId?: string): Promise<Guest>;
  close(): Promise<void>;
}

/** Somebody at a browser. */
export interface Guest {
  /** '' for nobody. */
  accountId: string;
  /** '' unless a member. */
  memberId: string;
  email: string;
  /** As it stands in a request; for browser tests, `name=value`. */
  cookie: string;
  /** A page below /shops/rosa: '/customers?q=maria'. */
  get(path: string, options?: AskOptions): Promise<Answer>;
  post(path: string, fields?: Fields, options?: AskOptions): Promise<Answer>;
  /** The same at an address of the whole site, such as '/account'. */
  open(address: string, options?: AskOptions): Promise<Answer>;
  send(address: string, fields?: Fields, options?: AskOptions): Promise<Answer>;
}

export type Fields = Record<string, string | number | Blob | readonly string[]>;

export interface AskOptions {
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  page: string;
  /** '' when it leads nowhere. */
  location: string;
  headers: Headers;
}

/** Opens a house on the clock of its shop, at the top of a test file; it is closed when the file is done. Sessions are on the machine's own clock. */
export async function openHouse(url: string, start: string): Promise<House> {
  const shop = await openShop(url, start);
  const { app, business } = shop;
  const accounts = openAccounts({ db: app.db, secretKeys: app.secretKeys, publicUrl: app.config.publicUrl });
  const other = await addShop(app, THORN);
  const web = await startWeb(app, { host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${web.port}`;
  let open = true;
  const close = async (): Promise<void> => {
    if (open) await web.close(0);
    open = false;
  };
  afterAll(close);
  const invite = (name: string, role?: Role, businessId = business.id) =>
    makeGuest({ shop, accounts, base }, name, role, businessId);
  const ada = await invite('Ada', 'owner');
  const ben = await invite('Ben', 'staff');
  const cem = await invite('Cem', 'owner', other.id);
  const nobody = guestWith({ accountId: '', memberId: '', email: '', cookie: '' }, base);
  return { app, shop, accounts, business, other, web, base, ada, ben, cem, nobody, guest: invite, close };
}

const THORN = {
  name: 'Thorn & Son',
  slug: 'thorn',
  zone: 'Europe/London',
  from: { name: 'Thorn', address: 'hello@thorn.example' },
  postalAddress: '1 Hedge Lane\nYork YO1 7HH',
};

type Parts = Pick<House, 'shop' | 'accounts' | 'base'>;

async function makeGuest(
  { shop, accounts, base }: Parts,
  name: string,
  role: Role | undefined,
  businessId: string,
): Promise<Guest> {
  const { db, now } = shop.app;
  const email = `${name.toLowerCase()}@${role === undefined ? 'nowhere' : 'rosa'}.example`;
  const account = await addAccount(db, { name, email, password: PASSWORD }, now(), async () => PASSWORD_HASH);
  if (!account.ok) throw new Error(account.reason);
  const actor = { by: 'fondly', now: now() };
  const member = role && (await addMember(db, businessId, { accountId: account.id, role }, actor));
  if (member?.ok === false) throw new Error(member.reason);
  const device = { headers: new Headers({ 'user-agent': 'A browser of the tests' }), network: '203.0.113.7' };
  const cookie = (await accounts.openSession(account.id, device)).map((line) => line.split(';')[0]).join('; ');
  return guestWith({ accountId: account.id, memberId: member?.id ?? '', email, cookie }, base);
}

function guestWith(who: Pick<Guest, 'accountId' | 'memberId' | 'email' | 'cookie'>, base: string): Guest {
  const open = (address: string, options?: AskOptions) => ask(base, address, { who, ...options });
  const send = (address: string, fields: Fields = {}, options?: AskOptions) => ask(base, address, { who, fields, ...options });
  return {
    ...who,
    open,
    send,
    get: (path, options) => open(`/shops/rosa${path}`, options),
    post: (path, fields, options) => send(`/shops/rosa${path}`, fields, options),
  };
}

interface Asking extends AskOptions {
  who: Pick<Guest, 'cookie'>;
  fields?: Fields;
}

async function ask(base: string, address: string, { who, fields, headers = {} }: Asking): Promise<Answer> {
  const cookie: Record<string, string> = who.cookie === '' ? {} : { cookie: who.cookie };
  // A browser says so with each form.
  const origin: Record<string, string> = fields ? { origin: base, 'sec-fetch-site': 'same-origin' } : {};
  const answer = await fetch(base + address, {
    method: fields ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { ...cookie, ...origin, ...headers },
    ...(fields && { body: bodyOf(fields) }),
  });
  return {
    status: answer.status,
    page: await answer.text(),
    location: answer.headers.get('location') ?? '',
    headers: answer.headers,
  };
}

// As a browser does: with a file the form is sent in parts.
function bodyOf(fields: Fields): URLSearchParams | FormData {
  const withFile = Object.values(fields).some((value) => value instanceof Blob);
  const body = withFile ? new FormData() : new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one instanceof Blob) (body as FormData).append(name, one);
      else body.append(name, String(one));
    }
  }
  return body;
}
