import { sql } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import { type Named, namesPerson } from '../refused-rows.ts';
import { type Encoding, textOf } from './source.ts';
import { storedSource } from './stored-file.ts';

/**
 * Forgets what imports still hold of these people besides refused rows: questions that name them, a file's name, and a file that has not come in
 * yet or whose columns are called after them. An import under way whose file names one of them ends with its present batch.
 */
export async function forgetInFiles(trx: Db, businessId: string, people: readonly Named[]): Promise<void> {
  const isNamed = (text: string): boolean => people.some((person) => namesPerson(text, person));
  await forgetQuestions(trx, businessId, isNamed);
  await forgetFileNames(trx, businessId, isNamed);
  for (const file of await filesOf(trx, businessId)) {
    if (isNamed(file.seen) || (await fileNames(trx, businessId, file, isNamed))) await dropWhole(trx, businessId, file.import_id);
  }
}

const MOST_WORDS = 600;
const BETWEEN = 4_000;

async function forgetQuestions(trx: Db, businessId: string, isNamed: (text: string) => boolean): Promise<void> {
  const { rows } = await sql<{ id: string; words: string }>`
    select id, question || ' ' || samples::text as words from import_question where business_id = ${businessId}`.execute(trx);
  const ids = rows.filter(({ words }) => isNamed(words)).map(({ id }) => id);
  await sql`delete from import_question where business_id = ${businessId} and id = any(${ids}::uuid[])`.execute(trx);
}

async function forgetFileNames(trx: Db, businessId: string, isNamed: (text: string) => boolean): Promise<void> {
  const { rows } = await sql<{ id: string; file_name: string }>`
    select id, file_name from import_run where business_id = ${businessId} and file_name is not null`.execute(trx);
  const ids = rows.filter(({ file_name }) => isNamed(file_name)).map(({ id }) => id);
  await sql`update import_run set file_name = null where business_id = ${businessId} and id = any(${ids}::uuid[])`.execute(trx);
}

interface Kept {
  import_id: string;
  encoding: Encoding;
  /** What a page shows of it. */
  seen: string;
}

async function filesOf(trx: Db, businessId: string): Promise<Kept[]> {
  const { rows } = await sql<Kept>`
    select import_id, inspection ->> 'encoding' as encoding, coalesce(look::text, '') || ' ' || coalesce(trial::text, '') as seen
    from import_file where business_id = ${businessId}`.execute(trx);
  return rows;
}

async function fileNames(trx: Db, businessId: string, file: Kept, isNamed: (text: string) => boolean): Promise<boolean> {
  let end = '';
  for await (const piece of textOf(storedSource(trx, businessId, file.import_id), file.encoding)) {
    for (let at = 0; at < piece.length; at += BETWEEN) {
      const text = end + piece.slice(at, at + BETWEEN);
      if (isNamed(text)) return true;
      end = text.slice(-MOST_WORDS);
    }
  }
  return false;
}

const WHY = 'Somebody in this file asked to be forgotten, so the file was removed. Take them out of it, and drop it again.';

async function dropWhole(trx: Db, businessId: string, importId: string): Promise<void> {
  await sql`delete from import_file where business_id = ${businessId} and import_id = ${importId}`.execute(trx);
  await sql`
    update import_run set state = 'cancelled', ended_at = coalesce(ended_at, clock_timestamp()), lease_until = null, trouble = ${WHY}
    where business_id = ${businessId} and id = ${importId} and state not in ('done', 'cancelled', 'failed', 'undoing', 'undone')`.execute(
    trx,
  );
}
