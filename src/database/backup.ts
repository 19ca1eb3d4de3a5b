import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Kysely } from 'kysely';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { encodeFrame, FORMAT, type Frame, type Header, Tally } from './backup/frames.ts';
import { onOneConnection } from './backup/one-connection.ts';
import { headerOf } from './backup/read.ts';
import { currentSchema, quoted, type Table, tablesInOrder } from './catalogue.ts';
import { appliedMigrations } from './migrate.ts';
import type { Database } from './schema.ts';
import { codeOf, DatabaseTrouble } from './trouble.ts';

export interface BackupExtras {
  now: Date;
  /** The keys that DATA_DIR keeps; they go into the file, which only its owner can read. */
  secretKeys?: string;
}

export interface BackupSummary {
  tables: number;
  rows: number;
  /** Size of the file. */
  bytes: number;
}

/**
 * Writes the whole installation, as it is at one moment, to `file` (mode 600): every table of the schema, not the queue's.
 * Streams, so its size does not matter. The file appears when it is whole; an older backup of the same name is replaced, another file is not.
 */
export async function backupTo(url: string, file: string, extras: BackupExtras): Promise<BackupSummary> {
  await refuseOtherFile(file);
  const half = `${file}.${process.pid}.half`;
  try {
    const summary = await onOneConnection(url, (db, client) => writeBackup(db, client, half, extras));
    const { size } = await stat(half);
    await rename(half, file);
    return { ...summary, bytes: size };
  } catch (error) {
    await rm(half, { force: true });
    throw inWords(error);
  }
}

async function refuseOtherFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || found.size === 0) return;
  await headerOf(file).catch(() => {
    throw new DatabaseTrouble('There is another file of that name already. Choose a new name for the backup.');
  });
}

type Written = Omit<BackupSummary, 'bytes'>;

async function writeBackup(db: Kysely<Database>, client: Client, file: string, extras: BackupExtras): Promise<Written> {
  await client.query(`set datestyle to 'ISO, YMD'; set intervalstyle to 'postgres'; set extra_float_digits to 3`);
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const written: Written = { tables: 0, rows: 0 };
      const header = await makeHeader(trx, extras);
      const schema = (await currentSchema(trx)) ?? 'public';
      const tables = await tablesInOrder(trx, schema);
      const out = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
      await pipeline(bytesOf(client, header, schema, tables, written), createGzip(), out);
      return written;
    });
}

async function makeHeader(trx: Kysely<Database>, { now, secretKeys }: BackupExtras): Promise<Header> {
  const migrations = await appliedMigrations(trx);
  if (migrations.length === 0) throw new DatabaseTrouble('There is nothing to back up yet: the database has no tables.');
  const header: Header = { fondly: 'backup', format: FORMAT, migrations, at: now.toISOString() };
  return secretKeys === undefined ? header : { ...header, secretKeys };
}

async function* bytesOf(
  client: Client,
  header: Header,
  schema: string,
  tables: Table[],
  written: Written,
): AsyncGenerator<Buffer> {
  yield* encodeFrame({ type: 'H', header });
  for (const table of tables) {
    for await (const frame of framesOf(client, schema, table)) {
      if (frame.type === 'E') written.rows += frame.end.rows;
      yield* encodeFrame(frame);
    }
    written.tables++;
  }
  yield* encodeFrame({ type: 'Z', tables: tables.length });
}

async function* framesOf(client: Client, schema: string, { name, columns }: Table): AsyncGenerator<Frame> {
  yield { type: 'T', table: { name, columns } };
  const tally = new Tally();
  const list = columns.map((column) => quoted(column)).join(', ');
  for await (const data of client.query(copyTo(`copy ${quoted(schema, name)} (${list}) to stdout`)) as AsyncIterable<Buffer>) {
    tally.add(data);
    yield { type: 'D', data };
  }
  yield { type: 'E', end: tally.end() };
}

function inWords(error: unknown): unknown {
  const words = fileTroubles[codeOf(error)];
  return words === undefined ? error : new DatabaseTrouble(words, { cause: error });
}

const fileTroubles: Record<string, string> = {
  ENOSPC: 'The disk is full, and no backup was written. Free some space, or choose another disk.',
  EDQUOT: 'The disk is full, and no backup was written. Free some space, or choose another disk.',
  ENOENT: 'The folder for the backup does not exist. Make it first, or choose another.',
  EACCES: 'Fondly may not write there. Choose a folder for the backup that belongs to the user who runs Fondly.',
  EROFS: 'That disk is read-only. Choose another place for the backup.',
};
