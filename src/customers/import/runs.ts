import type { Selectable } from 'kysely';
import { v7 } from 'uuid';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../../businesses/commit.ts';
import type { Database, ImportState } from '../../database/schema.ts';
import { type Answers, understand } from './answers.ts';
import type { Look } from './look.ts';
import { bytesSource, inspectSource, type Inspection } from './source.ts';
import { dropFile, storeFile } from './stored-file.ts';

export type ImportRun = Selectable<Database['import_run']>;

/** The most that can be dropped. */
export const LARGEST_FILE = 50 * 1024 * 1024;
export const TOO_LARGE = 'The file is larger than 50 MB. Cut it in two, and drop one after the other.';
const LONGEST_NAME = 200;

/** Keeps a dropped file, to be looked at by the clockwork. A file that holds no customers is refused in a sentence, and not kept. */
export async function dropImport(
  db: Db,
  businessId: string,
  file: { name: string; bytes: Uint8Array },
  actor: Actor,
): Promise<Outcome<{ id: string }>> {
  if (file.bytes.length > LARGEST_FILE) return refused(TOO_LARGE);
  const inspection = await inspectSource(bytesSource(file.bytes));
  if (inspection.trouble !== undefined) return refused(inspection.trouble);
  const id = v7();
  const of = { business_id: businessId, import_id: id };
  await inOneCommit(db, async (trx) => {
    const name = file.name.replaceAll(/[^\P{Cc}]/gu, '').slice(-LONGEST_NAME);
    const run = { file_hash: inspection.hash, options: '{}', by: actor.by, started_at: actor.now, state: 'looking' } as const;
    await trx
      .insertInto('import_run')
      .values({ business_id: businessId, id, file_name: name, ...run })
      .execute();
    await trx
      .insertInto('import_file')
      .values({ ...of, inspection: JSON.stringify(inspection) })
      .execute();
    await storeFile(trx, businessId, id, file.bytes);
  });
  return { ok: true, id };
}

/** What a member said about the columns and the customers; what they leave out stays as it was. A dry run done before is no longer true. */
export async function answerImport(
  db: Db,
  businessId: string,
  id: string,
  said: Answers,
): Promise<Outcome<{ answers: Answers }>> {
  return inOneCommit(db, async (trx) => {
    const run = await lockRun(trx, businessId, id);
    if (!run || !isOpenToAnswers(run.state)) return refused(TOO_LATE);
    const before = answersOf(run);
    const answers = {
      ...before,
      ...said,
      fields: { ...before.fields, ...said.fields },
      orders: { ...before.orders, ...said.orders },
    };
    // Other columns have other places.
    if ((before.headless ?? false) !== (answers.headless ?? false)) answers.orders = { ...said.orders };
    const set = { options: JSON.stringify(answers), state: 'asking' } as const;
    await setRun(trx, businessId, id, set);
    return { ok: true, answers };
  });
}

/** Has the clockwork try the import without writing anything. Refused while a question about the whole file is open. */
export async function tryImport(db: Db, businessId: string, id: string): Promise<Outcome> {
  return inOneCommit(db, async (trx) => {
    const run = await lockRun(trx, businessId, id);
    if (!run || !isOpenToAnswers(run.state)) return refused(TOO_LATE);
    const open = await openQuestion(trx, run);
    if (open !== undefined) return refused(open);
    await setRun(trx, businessId, id, { state: 'trying', share: 0, tries: 0, lease_until: null });
    return { ok: true };
  });
}

/** From here on customers come in. */
export async function startImport(db: Db, businessId: string, id: string, actor: Actor): Promise<Outcome> {
  const set = { state: 'running', share: 0, tries: 0, lease_until: null, by: actor.by, started_at: actor.now } as const;
  return move(db, businessId, id, ['tried'], set, 'Look first at what this import would do.');
}

/** Takes effect within a batch: what is in stays in. */
export async function pauseImport(db: Db, businessId: string, id: string): Promise<Outcome> {
  return move(db, businessId, id, ['running'], { state: 'paused' }, 'This import is not under way any more.');
}

export async function resumeImport(db: Db, businessId: string, id: string): Promise<Outcome> {
  return move(db, businessId, id, ['paused'], { state: 'running', tries: 0, lease_until: null }, 'This import is not paused.');
}

/** Ends an import for good: what is in stays in, the rest of the file stays out. One that has not begun is thrown away whole. */
export async function cancelImport(
  db: Db,
  businessId: string,
  id: string,
  actor: Actor,
): Promise<Outcome<{ thrownAway: boolean }>> {
  return inOneCommit(db, async (trx) => {
    const run = await lockRun(trx, businessId, id);
    if (!run) return refused('There is no such import.');
    if (['looking', 'asking', 'trying', 'tried'].includes(run.state)) {
      await trx.deleteFrom('import_run').where('business_id', '=', businessId).where('id', '=', id).execute();
      return { ok: true, thrownAway: true };
    }
    if (run.state !== 'running' && run.state !== 'paused') return refused('This import has ended already.');
    await setRun(trx, businessId, id, { state: 'cancelled', ended_at: actor.now, lease_until: null });
    await dropFile(trx, businessId, id);
    return { ok: true, thrownAway: false };
  });
}

/** Has the clockwork take back what an import did, as long as it is known: 30 days. */
export async function undoImport(db: Db, businessId: string, id: string, actor: Actor): Promise<Outcome> {
  const known = await db
    .selectFrom('import_person')
    .select('line')
    .where('business_id', '=', businessId)
    .where('import_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (!known) return refused('Nothing is left of this import to take back.');
  const set = { state: 'undoing', share: 0, tries: 0, lease_until: null, rows_before: 0, undone_by: actor.by } as const;
  return move(db, businessId, id, ['done', 'cancelled', 'failed'], set, 'Only an import that has ended can be taken back.');
}

export function answersOf(run: Pick<ImportRun, 'options'>): Answers {
  return run.options as Answers;
}

function isOpenToAnswers(state: ImportState): boolean {
  return state === 'asking' || state === 'tried';
}

const TOO_LATE = 'This import has gone on meanwhile. Look at it once more.';

/** What must be said before the file can come in, in one sentence. */
async function openQuestion(trx: Db, run: ImportRun): Promise<string | undefined> {
  const file = await fileOf(trx, run.business_id, run.id);
  if (!file?.look) return TOO_LATE;
  const answers = answersOf(run);
  if (file.inspection.kind === 'csv') {
    const { open } = understand(file.look, answers);
    const [first] = open;
    if (first?.column !== undefined) return `Say how the dates in “${first.column}” are written.`;
    if (first) return 'Say which column holds the names or the e-mail addresses.';
  }
  return answers.basis === undefined ? 'Say why you may write to these customers.' : undefined;
}

/** What is known of the file itself; its look is gone once the import has ended, the names of its columns excepted. */
export async function fileOf(
  db: Db,
  businessId: string,
  id: string,
): Promise<{ inspection: Inspection; look: Look | null; trial: unknown } | undefined> {
  const row = await db
    .selectFrom('import_file')
    .selectAll()
    .where('business_id', '=', businessId)
    .where('import_id', '=', id)
    .executeTakeFirst();
  return row && { inspection: row.inspection as Inspection, look: row.look as Look | null, trial: row.trial };
}

type NewRun = Partial<
  Pick<
    ImportRun,
    'state' | 'share' | 'tries' | 'lease_until' | 'rows_before' | 'by' | 'started_at' | 'ended_at' | 'undone_by'
  > & { options: string }
>;

async function lockRun(trx: Db, businessId: string, id: string): Promise<ImportRun | undefined> {
  const query = trx.selectFrom('import_run').selectAll().where('business_id', '=', businessId).where('id', '=', id);
  return query.forUpdate().executeTakeFirst();
}

async function setRun(trx: Db, businessId: string, id: string, set: NewRun): Promise<void> {
  await trx.updateTable('import_run').set(set).where('business_id', '=', businessId).where('id', '=', id).execute();
}

async function move(
  db: Db,
  businessId: string,
  id: string,
  from: ImportState[],
  set: NewRun,
  otherwise: string,
): Promise<Outcome> {
  const query = db.updateTable('import_run').set(set).where('business_id', '=', businessId).where('id', '=', id);
  const { numUpdatedRows } = await query.where('state', 'in', from).executeTakeFirstOrThrow();
  return numUpdatedRows === 1n ? { ok: true } : refused(otherwise);
}
