import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addBusiness, type Business, findBusiness } from '../../src/businesses/business.ts';
import { importCustomers } from '../../src/customers/import/import.ts';
import { bytesSource, fileSource } from '../../src/customers/import/source.ts';
import { testDatabase } from '../support/database.ts';
import { SEED } from '../support/seed.ts';

const { db, url } = await testDatabase();
const child = fileURLToPath(new URL('../bench/import-process.ts', import.meta.url));
const actor = { by: 'fondly', now: new Date('2026-11-21T10:00:00Z') };
let folder = '';
let business: Business;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fondly-import-'));
  const from = { name: 'Flora', address: 'hello@example.com' };
  await addBusiness(db, { name: 'Flora', slug: 'flora', zone: 'Europe/Berlin', from, postalAddress: 'Main Street 1' }, actor);
  business =
    (await findBusiness(db, 'flora')) ??
    (() => {
      throw new Error('no business');
    })();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function count(): Promise<number> {
  const { n } = await db
    .selectFrom('person')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

test('a kill in the middle leaves no half row, and the same file again completes it', async () => {
  const rows = 6_000;
  const file = path.join(folder, 'customers.csv');
  const lines = Array.from(
    { length: rows },
    (_, n) => `Anna${n},Meier${n},a${n}@example.com,${1950 + (n % 50)}-03-14,2005-06-01`,
  );
  await writeFile(file, ['First name,Last name,Mail,Birthday,Wedding day', ...lines].join('\n'));
  const importing = spawn(process.execPath, [child, url, file], { stdio: 'ignore' });
  const gone = once(importing, 'exit');
  while ((await count()) < 500 && importing.exitCode === null) await sleep(10);
  importing.kill('SIGKILL');
  await gone;
  const before = await count();
  expect(before).toBeGreaterThanOrEqual(500);
  const whole = await db
    .selectFrom('date')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  expect(whole.n).toBe(2 * before);
  const customers = await db
    .selectFrom('customer')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  expect(customers.n).toBe(before);

  const report = await importCustomers(db, business, fileSource(file), {}, actor);
  // The server may still have been committing the last batch of the killed process when it was counted.
  expect(report.created + report.unchanged).toBe(rows);
  expect(report).toMatchObject({ updated: 0, rejected: [], questions: [] });
  expect(await count()).toBe(rows);
});

test('malformed files: every row is counted, a dry run says the same, and again nothing is doubled', async () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      'Anna',
      'Bert',
      'a@example.com',
      'b@example.com',
      '"',
      '"x',
      'x"y',
      '14.3.1980',
      '31.2.1990',
      '3/4/80',
      '\u0000',
      '\ud83d',
      'a@',
      'x'.repeat(300),
      ',,,,',
    ),
    fc.string({ maxLength: 6 }),
  );
  const file = fc.tuple(fc.array(fc.array(cell, { maxLength: 7 }), { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'));
  let files = 0;
  await fc.assert(
    fc.asyncProperty(file, fc.boolean(), async ([rows, newline], wide) => {
      const text = ['Name,Mail,Birthday,Note', ...rows.map((row) => row.join(','))].join(newline);
      const source = bytesSource(wide ? Buffer.from(`\ufeff${text}`, 'utf16le') : text);
      const dry =
        files++ % 10 === 0 ? await importCustomers(db, business, source, { dryRun: true, dateOrder: 'dmy' }, actor) : undefined;
      const first = await importCustomers(db, business, source, { dateOrder: 'dmy' }, actor);
      if (dry) expect(first).toEqual(dry);
      const people = await count();
      const again = await importCustomers(db, business, source, { dateOrder: 'dmy' }, actor);
      expect(again.created).toBe(0);
      expect(await count()).toBe(people);
      expect(again.updated + again.unchanged + again.rejected.length).toBe(
        first.created + first.updated + first.unchanged + first.rejected.length,
      );
    }),
    { numRuns: 50, seed: SEED },
  );
});

test('a table of ten thousand columns is asked about, and one such row refused', async () => {
  const wide = Array.from({ length: 10_000 }, (_, n) => `c${n}`).join(',');
  const report = await importCustomers(db, business, bytesSource(`${wide}\n1,2\n`), {}, actor);
  expect(report.questions[0]?.question).toContain('10000 columns');
  const one = await importCustomers(
    db,
    business,
    bytesSource(`Name,Mail\n${wide}\nZita,z@example.com\n`),
    { dryRun: true },
    actor,
  );
  expect(one).toMatchObject({ created: 1, rejected: [{ line: 2 }] });
});
