import { afterAll, describe, expect, it } from 'vitest';
import { v7 } from 'uuid';
import { memberRoutes, openRoutes, routes } from '../../src/web/routes.ts';
import { idIn, type MemberRoute, type OpenRoute } from '../../src/web/visit.ts';
import { testDatabase } from '../support/database.ts';
import { type Answer, type Guest, openHouse } from '../support/house.ts';
import { allCases } from './cases/all.ts';
import type { Case } from './cases/types.ts';
import { fingerprint } from './fingerprint.ts';

/** Neither a member's page nor the door to one. Each is open to all the world, and why that may be. */
const OPEN_TO_ALL: Record<string, string> = {
  'GET /v/:token': 'signed link of a card',
  'GET /u/:token': 'signed link of a card',
  'POST /u/:token': 'signed link of a card',
  'GET /a/:token': 'signed link of a card',
  'POST /a/:token': 'signed link of a card',
  'GET /p/:token': 'signed link of a card',
  'POST /p/:token': 'signed link of a card',
  'GET /join/:slug': 'a form for customers to be',
  'POST /join/:slug': 'a form for customers to be',
  'GET /c/:token': 'signed link of a letter',
  'POST /c/:token': 'signed link of a letter',
  'GET /outbox': 'on this machine only',
  'GET /outbox/:touchpoint': 'on this machine only',
  'GET /outbox/:touchpoint/card': 'on this machine only',
  'GET /pictures/:name': 'pictures in cards',
  'GET /mark.svg': 'a file',
  'GET /favicon.ico': 'a file',
  'GET /robots.txt': 'a file',
  'GET /health': 'says only whether all is well',
};

/** What a browser may keep for good: a file whose name changes with its content. */
const ASSET = /^GET \/[\w-]+-[0-9a-f]{12}\.(css|js|woff2)$/;

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, cem, nobody, business, other } = house;
const cases = await allCases();
const table: string[] = [];

const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

afterAll(() => console.log(['', ...table, ''].join('\n')));

describe('the routes of the app', () => {
  const inApp = routes(house.app)
    .routes.filter(({ method }) => method !== 'ALL')
    .map(nameOf);

  it('are the table’s, and each other one says why it is open', () => {
    const inTables = [...memberRoutes.map(({ method, path }) => `${method} /shops/:shop${path}`), ...openRoutes.map(nameOf)];
    const others = [...new Set(inApp)].filter((name) => !inTables.includes(name) && !ASSET.test(name));
    expect(others.toSorted()).toEqual(Object.keys(OPEN_TO_ALL).toSorted());
    expect(inTables.filter((name) => !inApp.includes(name))).toEqual([]);
  });

  it('have a case each, and no case is left over', () => {
    for (const [table, known] of [
      [memberRoutes, cases.ofMembers],
      [openRoutes, cases.open],
    ] as const) {
      const names = table.map(nameOf);
      expect(names.filter((name) => !known[name])).toEqual([]);
      expect(Object.keys(known).filter((name) => !names.includes(name))).toEqual([]);
      expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    }
  });

  it('only answer, and change nothing, where they are asked with GET', () => {
    expect(inApp.filter((name) => !/^(GET|POST) /.test(name))).toEqual([]);
  });
});

describe('a member’s route', () => {
  it.each(memberRoutes.map((route) => [nameOf(route), route] as const).filter(([name]) => cases.ofMembers[name]))(
    '%s opens to whom it is for, and to nobody else',
    async (name, route) => {
      const one = await cases.ofMembers[name]!(house);
      const before = await everything();
      const tries = {
        nobody: await nobodysTry(route, one),
        stranger: await strangersTry(route, one),
        staff: route.role === 'owner' ? (await at(ben, '/shops/rosa', route, one)).status : '',
        foreign: await foreignTries(route, one),
        'cross-site':
          route.method === 'POST' ? await crossSite(route.role === 'owner' ? ada : ben, '/shops/rosa', route, one) : '',
      };
      // Nothing of all that changed anything.
      expect(await everything()).toEqual(before);
      const allowed = await at(route.role === 'owner' ? ada : ben, '/shops/rosa', route, one);
      if (route.method === 'GET') expect(await everything()).toEqual(before);
      note(name, route.role, { ...tries, allowed: allowed.status });
      expect({ ...tries, allowed: allowed.status }).toEqual({
        nobody: route.method === 'GET' ? 302 : 401,
        stranger: 404,
        staff: route.role === 'owner' ? 403 : '',
        foreign: withIds(one) ? 404 : '',
        'cross-site': route.method === 'POST' ? 403 : '',
        allowed: one.expect ?? (route.method === 'GET' ? 200 : 303),
      });
    },
    30_000,
  );
});

describe('a route outside of shops', () => {
  it.each(openRoutes.map((route) => [nameOf(route), route] as const).filter(([name]) => cases.open[name]))(
    '%s opens to whom it is for',
    async (name, route) => {
      const one = await cases.open[name]!(house);
      const who = one.as ?? ben;
      const open = who === nobody;
      const tries = {
        nobody: open ? '' : (await at(nobody, '', route, one)).status,
        'cross-site': route.method === 'POST' ? await crossSite(who, '', route, one) : '',
      };
      const before = await everything();
      const allowed = await at(who, '', route, one);
      if (route.method === 'GET') expect(await everything()).toEqual(before);
      note(name, open ? 'all' : 'account', { ...tries, allowed: allowed.status });
      expect({ ...tries, allowed: allowed.status }).toEqual({
        nobody: open ? '' : (one.nobody ?? (route.method === 'GET' ? 302 : 401)),
        'cross-site': route.method === 'POST' ? 403 : '',
        allowed: one.expect ?? (route.method === 'GET' ? 200 : 303),
      });
    },
    30_000,
  );
});

async function nobodysTry(route: MemberRoute, one: Case): Promise<number> {
  const answer = await at(nobody, '/shops/rosa', route, one);
  if (answer.status === 302) expect(answer.location).toMatch(/^\/sign-in\?to=%2Fshops%2Frosa/);
  return answer.status;
}

async function strangersTry(route: MemberRoute, one: Case): Promise<number> {
  const answer = await at(cem, '/shops/rosa', route, one);
  expect(answer.page).not.toContain(business.name.replace('&', '&amp;'));
  return answer.status;
}

/** The owner of the other shop, in it, with the ids of this one; and this shop's owner with the other's ids, with nobody's, and with none. */
async function foreignTries(route: MemberRoute, one: Case): Promise<number | string> {
  if (!withIds(one)) return '';
  const others = (make: () => string) =>
    Object.fromEntries(Object.entries(one.params ?? {}).map(([name, value]) => [name, idIn(value) ? make() : value]));
  const tries = [
    await at(cem, '/shops/thorn', route, one),
    await at(ada, '/shops/rosa', route, { ...one, params: others(v7) }),
    await at(ada, '/shops/rosa', route, { ...one, params: others(() => 'no-id') }),
  ];
  if (one.foreign) tries.push(await at(ada, '/shops/rosa', route, { ...one, params: { ...one.params, ...one.foreign } }));
  const statuses = new Set(tries.map(({ status }) => status));
  return statuses.size === 1 ? (tries[0]?.status ?? '') : [...statuses].join(' ');
}

async function crossSite(who: Guest, base: string, route: MemberRoute | OpenRoute, one: Case): Promise<number> {
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  return (await at(who, base, route, { ...one, headers: { ...one.headers, ...headers } })).status;
}

async function at(who: Guest, base: string, { method, path }: Pick<MemberRoute, 'method' | 'path'>, one: Case): Promise<Answer> {
  const address = path.replaceAll(/:(\w+)/g, (hole, name: string) => {
    const value = one.params?.[name];
    if (value === undefined) throw new Error(`${method} ${path} needs a case with ${hole}`);
    return encodeURIComponent(value);
  });
  const whole = `${base}${address}${one.query ? `?${one.query}` : ''}`;
  const options = one.headers ? { headers: one.headers } : {};
  const answer = method === 'GET' ? await who.open(whole, options) : await who.send(whole, one.form ?? {}, options);
  if (answer.status >= 500) throw new Error(`${method} ${whole} failed: ${house.shop.logged.at(-1)}`);
  return answer;
}

function withIds({ params = {} }: Case): boolean {
  return Object.values(params).some((value) => idIn(value) !== undefined);
}

const everything = () => fingerprint(db, [business.id, other.id]);

function note(name: string, role: string, tries: Record<string, string | number>): void {
  const words = Object.entries(tries).flatMap(([what, status]) => (status === '' ? [] : [`${what} ${status}`]));
  table.push(`${name.padEnd(52)} ${role.padEnd(8)} ${words.join(', ')}`);
}
