import { fork } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { LARGEST_FILE } from '../../src/customers/import/runs.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';

const { db, url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { dataDir, publicUrl } = house.app.config;
const server = fork(fileURLToPath(new URL('upload-process.ts', import.meta.url)), [url, dataDir, publicUrl]);
afterAll(async () => {
  const ended = once(server, 'exit');
  server.disconnect();
  await ended;
});
const [{ port }] = (await once(server, 'message')) as [{ port: number }];

async function peak(): Promise<number> {
  server.send('memory');
  const [{ peakBytes }] = (await once(server, 'message')) as [{ peakBytes: number }];
  return peakBytes;
}

test('a file a little under 50 MB is taken whole, and costs less memory than five of it', async () => {
  const before = await peak();
  const size = LARGEST_FILE - 1000;
  const taken = await upload(size);
  expect([taken.status, taken.location]).toEqual([303, expect.stringMatching(/^\/shops\/rosa\/imports\//)]);
  expect((await peak()) - before).toBeLessThan(5 * LARGEST_FILE);
  expect(await kept()).toEqual([{ bytes: size, hash: hashOf(size) }]);
});

test('one over it is refused in a sentence, which its sender comes to read, and nothing of it is kept', async () => {
  const already = await kept();
  const little = await upload(LARGEST_FILE + 1000);
  expect([little.status, little.early]).toEqual([422, false]);
  expect(little.page).toContain('The file is larger than 50 MB. Cut it in two, and drop one after the other.');
  const much = await upload(LARGEST_FILE + 8 * 1024 * 1024);
  expect([much.status, much.early]).toEqual([413, false]);
  expect(much.page).toContain('At most 50 MB can be sent here. Make it smaller, and try again.');
  expect(await kept()).toEqual(already);
});

test('whoever is not signed in reads that too, and not that the line broke', async () => {
  const { status, page, early } = await upload(8 * 1024 * 1024, '');
  expect([status, early, page]).toEqual([401, false, expect.stringContaining('Please sign in')]);
});

test('of one whose sender hangs up half way nothing is kept', async () => {
  const already = await kept();
  await upload(LARGEST_FILE, house.ada.cookie, 10 * 1024 * 1024);
  expect((await upload(0)).status).toBe(422);
  expect(await kept()).toEqual(already);
  expect(await db.selectFrom('import_run').select('id').execute()).toHaveLength(already.length);
});

/** The files that are kept, as they lie in the database. */
async function kept(): Promise<{ bytes: number; hash: string }[]> {
  const { rows } = await sql<{ bytes: number; hash: string }>`
    select sum(length(bytes))::int as bytes, encode(sha256(string_agg(bytes, '' order by n)), 'hex') as hash
    from import_chunk group by import_id order by import_id`.execute(db);
  return rows;
}

function hashOf(size: number): string {
  return hash('sha256', Buffer.concat([...table(size)]));
}

interface Uploaded {
  status: number | undefined;
  page: string;
  location: string | undefined;
  /** The answer came before the last byte was on its way. */
  early: boolean;
}

/** Sends a table of exactly so many bytes, made on the way; with `until` the sender hangs up there. */
async function upload(size: number, cookie = house.ada.cookie, until = Infinity): Promise<Uploaded> {
  const head = Buffer.from(
    '--sheet\r\nContent-Disposition: form-data; name="file"; filename="all.csv"\r\nContent-Type: text/csv\r\n\r\n',
  );
  const end = Buffer.from('\r\n--sheet--\r\n');
  const asked = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/shops/rosa/imports',
    headers: {
      cookie,
      origin: `http://127.0.0.1:${port}`,
      'content-type': 'multipart/form-data; boundary=sheet',
      'content-length': head.length + size + end.length,
    },
  });
  const answer = once(asked, 'response') as Promise<[IncomingMessage]>;
  let whole = false;
  let early = false;
  asked.once('response', () => (early = !whole));
  let sent = 0;
  asked.write(head);
  for (const piece of table(size)) {
    if (!asked.write(piece)) await once(asked, 'drain');
    sent += piece.length;
    if (sent >= until) return hangUp(asked, answer);
  }
  whole = true;
  asked.end(end);
  const [response] = await answer;
  return { status: response.statusCode, page: await text(response), location: response.headers.location, early };
}

async function hangUp(asked: ClientRequest, answer: Promise<unknown>): Promise<Uploaded> {
  asked.destroy();
  await answer.catch(() => undefined);
  return { status: undefined, page: '', location: undefined, early: false };
}

const FIRST = 'Name,E-mail,Birthday\n';
const LINES = Buffer.from('Maria Lopez,maria@example.com,1980-03-14\n'.repeat(1600));

function* table(size: number): Generator<Buffer> {
  if (size === 0) return;
  yield Buffer.from(FIRST);
  let left = size - FIRST.length;
  for (; left > LINES.length; left -= LINES.length) yield LINES;
  yield LINES.subarray(0, left);
}
