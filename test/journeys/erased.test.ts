import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { localDayOf } from '../../src/calendar/instant.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import type { Database } from '../../src/database/schema.ts';
import { removeMails } from '../../src/mail/outbox.ts';
import { testDatabase } from '../support/database.ts';
import { fondly } from '../support/fondly.ts';
import { needs } from '../support/need.ts';
import { startRedis } from '../support/redis.ts';
import { zoneAtNoon } from '../support/zone-at-noon.ts';

const { db, url } = await testDatabase();

const IDENTIFIERS = ['Zebedora', 'Quillfeather', 'zq@quill.example', '151 2345678', 'purple peonies'];

it(
  'a customer who lived through it all and is erased is found in no dump, no queue, no log and no file',
  needs('redis-server'),
  async () => {
    await using redis = await startRedis({ appendonly: true, args: ['--maxmemory-policy', 'noeviction'] });
    const program = fondly({ DATABASE_URL: url, REDIS_URL: redis.url, LOG_LEVEL: 'trace' });
    const zone = zoneAtNoon(new Date());
    const shop = ['--name', 'Rosa', '--slug', 'rosa', '--from', 'Rosa <hello@rosa.example>', '--postal-address', 'Market Row 1'];
    const said = [(await program.run('business', 'add', ...shop, '--time-zone', zone, '--country', 'GB')).stderr];
    const file = path.join(program.dataDir, 'customers.csv');
    const today = localDayOf(new Date(), zone).slice(5);
    const own = `Zebedora,Quillfeather,zq@quill.example,+49 151 2345678,likes purple peonies,1980-${today}`;
    await writeFile(
      file,
      `First name,Last name,Email,Phone,Notes,Birthday\n${own}\nOther,Guest,other@example.com,,,1980-${today}\n`,
    );
    said.push((await program.run('import', file, '--business', 'rosa')).stderr);
    await rm(file);

    const worker = program.spawn('worker');
    const accepted = async () => (await sql`select id from touchpoint where state = 'accepted'`.execute(db)).rows.length;
    for (const end = Date.now() + 100_000; (await accepted()) < 2 && Date.now() < end;) await sleep(100);
    await worker.stop();
    said.push(worker.said());
    expect(await accepted()).toBe(2);
    const everywhere = async () => [await dump(db), await filesIn(redis.folder), await filesIn(program.dataDir), said.join('\n')];
    // What is searched for is really there before, and logs and queue never knew it.
    expect((await everywhere()).map(foundIn)).toEqual([IDENTIFIERS, [], IDENTIFIERS.slice(0, 3), []]);

    const { rows } = await sql<{ business_id: string; customer_id: string }>`select business_id, customer_id from person
    where given_name = 'Zebedora'`.execute(db);
    const erased = await eraseCustomer(db, rows[0]!.business_id, rows[0]!.customer_id, { by: 'customer', now: new Date() });
    if (!erased.ok) throw new Error(erased.reason);
    expect(await removeMails(path.join(program.dataDir, 'outbox'), erased.messageIds)).toBe(1);
    expect((await everywhere()).map(foundIn)).toEqual([[], [], [], []]);
    expect(await dump(db)).toContain('other@example.com');
  },
);

function foundIn(text: string): string[] {
  return IDENTIFIERS.filter((identifier) => text.toLowerCase().includes(identifier.toLowerCase()));
}

/** Every row of every table, the queue's own among them, as text. */
async function dump(on: Kysely<Database>): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`.execute(on);
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql<{ text: string }>`select t::text as text from ${sql.raw(name)} t`.execute(on);
      return rows.map(({ text }) => text).join('\n');
    }),
  );
  return texts.join('\n');
}

/** All files below a folder; mails with their quoted-printable undone. */
async function filesIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((each) => readFile(each, 'latin1')))).join('\n').replaceAll('=\r\n', '');
}
