import { parse as parseCsv } from 'csv-parse/sync';
import { sql } from 'kysely';
import { type DefaultTreeAdapterMap, parse as parseHtml } from 'parse5';
import { describe, expect, it } from 'vitest';
import { memberRoutes, openRoutes } from '../../src/web/routes.ts';
import { testDatabase } from '../support/database.ts';
import { type Answer, type Fields, openHouse } from '../support/house.ts';
import { allCases } from './cases/all.ts';
import type { Case } from './cases/types.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const cases = await allCases();

// Short, so that no length keeps them out. `zqx` is found again wherever it turns up.
const MARKUP = [`"><zqx/><img src=zqx onerror=zqx()>`, `' onfocus=zqx() x='</textarea><script>zqx()</script>`];
// What a spreadsheet (OWASP, CSV injection), a link or a template would run.
const OTHERS = ['=zqx()', '\t@zqx', 'javascript:zqx()', '+zqx()', '{{{zqx}}}', '-zqx()'];

const all = [
  ...memberRoutes.map((route) => ({ ...route, base: '/shops/rosa', make: cases.ofMembers[`${route.method} ${route.path}`] })),
  ...openRoutes.map((route) => ({ ...route, base: '', make: cases.open[`${route.method} ${route.path}`] })),
].flatMap(({ make, ...route }) => (make ? [{ ...route, make, name: `${route.method} ${route.base}${route.path}` }] : []));

it('sees what would run, and what would not', () => {
  const answer = (page: string, type = 'text/html') => ({
    status: 200,
    page,
    location: '',
    headers: new Headers({ 'content-type': type }),
  });
  const bad = [
    '<zqx>',
    '<img src=zqx>',
    '<b onclick=x>',
    '<script>zqx()</script>',
    '<a href=" JavaScript:zqx()">',
    '<p x=y zqx>',
  ];
  expect(bad.filter((page) => faultsOf(answer(page)).length === 0)).toEqual([]);
  const good = [
    '&lt;zqx&gt;',
    '<a href="/x?q=javascript:zqx()">',
    '<input value="&quot;><img src=zqx onerror=zqx()>">',
    '<script src="/a.js"></script>',
  ];
  expect(good.flatMap((page) => faultsOf(answer(page)))).toEqual([]);
  expect(faultsOf(answer(`name,note\n=zqx(),"\t@zqx"\n'=zqx(),'-zqx()\n`, 'text/csv'))).toEqual(['=zqx()', '\t@zqx']);
});

const shown = new Set<string>();

describe('words that are an attack', () => {
  it.each(all.filter(({ method }) => method === 'POST'))(
    'stay words in the answer to $name',
    async ({ make, ...route }) => {
      const { form = {} } = await make(house);
      for (const field of textFields(form)) {
        for (const words of [turn(MARKUP), turn(OTHERS)]) {
          const one = await make(house);
          const answer = await send(route, {
            ...one,
            form: { ...one.form, [field]: Array.isArray(form[field]) ? [words] : words },
          });
          expect({ field, words, failed: answer.status >= 500, found: faultsOf(answer) }).toEqual({
            field,
            words,
            failed: false,
            found: [],
          });
        }
      }
    },
    120_000,
  );

  it.each(all.filter(({ method }) => method === 'GET'))(
    'stay words on the page $name, wherever they were kept',
    async ({ make, name, ...route }) => {
      const answer = await send(route, await make(house));
      if (answer.page.includes('zqx')) shown.add(name);
      expect({ failed: answer.status >= 500, found: faultsOf(answer) }).toEqual({ failed: false, found: [] });
    },
  );

  it('were kept, and stand on many pages as they were written', () => {
    expect(shown.size).toBeGreaterThan(20);
  });

  it('run in no program that opens a customer’s export', async () => {
    const { rows } = await sql<{ id: string }>`
      select p.customer_id as id from person p where p.business_id = ${house.business.id} and p::text like '%zqx%' limit 20`.execute(
      house.app.db,
    );
    const files = await Promise.all(rows.map(({ id }) => house.ada.get(`/customers/${id}/export.csv`)));
    expect(files.flatMap((file) => faultsOf(file))).toEqual([]);
    expect(files.filter(({ page }) => page.includes('zqx')).length).toBeGreaterThan(0);
  });
});

describe('a form that no browser would send', () => {
  it.each(all.filter(({ method }) => method === 'POST'))(
    'is answered with words by $name: a field twice, as a file, or not at all',
    async ({ make, ...route }) => {
      const { form = {} } = await make(house);
      for (const field of Object.keys(form)) {
        for (const [shape, value] of Object.entries(shapes(form[field]))) {
          const one = await make(house);
          const { [field]: _, ...others } = one.form ?? {};
          const answer = await send(route, { ...one, form: value === undefined ? others : { ...others, [field]: value } });
          expect({ field, shape, failed: answer.status >= 500 }).toEqual({ field, shape, failed: false });
        }
      }
      const { headers, ...one } = await make(house);
      const unreadable = { ...headers, 'content-type': 'multipart/form-data; boundary=none' };
      expect((await send(route, { ...one, form: { a: 'b' }, headers: unreadable })).status).toBeLessThan(500);
    },
    120_000,
  );
});

function shapes(value: Fields[string] = ''): Record<string, Fields[string] | undefined> {
  const words = typeof value === 'string' ? value : 'zq';
  return { twice: [words, words], file: new Blob([words], { type: 'text/plain' }), missing: undefined };
}

let turns = 0;

/** Each in its turn, so that all of them get everywhere in the end. */
function turn(words: readonly string[]): string {
  return words[Math.floor(turns++ / 2) % words.length] ?? '';
}

function textFields(form: Fields): string[] {
  return Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' || Array.isArray(value) ? [name] : []));
}

async function send({ method, path, base }: { method: string; path: string; base: string }, one: Case): Promise<Answer> {
  const address = base + path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(one.params?.[name] ?? ''));
  const who = one.as ?? house.ada;
  const options = one.headers ? { headers: one.headers } : {};
  const whole = one.query ? `${address}?${one.query}` : address;
  return method === 'GET' ? who.open(whole, options) : who.send(whole, one.form ?? {}, options);
}

/** What in an answer a browser or a spreadsheet would run. */
function faultsOf({ headers, page, location }: Answer): string[] {
  const type = headers.get('content-type') ?? '';
  const led = /^(javascript|data):/i.test(location) || location.startsWith('//') ? [`led to ${location}`] : [];
  if (type.includes('text/html')) return [...led, ...faultsIn(parseHtml(page))];
  if (type.includes('text/csv')) return [...led, ...cellsThatRun(page)];
  return led;
}

type Node = DefaultTreeAdapterMap['node'];

function faultsIn(node: Node): string[] {
  const own = 'tagName' in node ? elementFaults(node) : [];
  const children = 'childNodes' in node ? node.childNodes : [];
  return [...own, ...children.flatMap((child) => faultsIn(child))];
}

function elementFaults(element: DefaultTreeAdapterMap['element']): string[] {
  const { tagName, attrs } = element;
  const inside = element.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
  const told = tagName === 'zqx' || (tagName === 'script' && inside.trim() !== '') ? [`<${tagName}> ${inside.slice(0, 40)}`] : [];
  const bad = attrs.filter(
    ({ name, value }) =>
      name.startsWith('on') ||
      name.includes('zqx') ||
      (['href', 'src', 'action', 'formaction', 'hx-get', 'hx-post'].includes(name) &&
        /^\s*(javascript|vbscript):/i.test(value)) ||
      (name === 'src' && value === 'zqx'),
  );
  return [...told, ...bad.map(({ name, value }) => `<${tagName} ${name}="${value.slice(0, 40)}">`)];
}

function cellsThatRun(text: string): string[] {
  const rows = parseCsv(text, { bom: true, relax_column_count: true, delimiter: [',', ';', '\t'] });
  return rows.flat().filter((cell) => cell.includes('zqx') && /^[=+\-@\t\r]/.test(cell));
}
