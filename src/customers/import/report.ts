import { type Selectable, sql } from 'kysely';
import type { Actor, Db } from '../../businesses/commit.ts';
import { called } from '../called.ts';
import type { Database } from '../../database/schema.ts';
import type { Look } from './look.ts';
import { fileOf, type ImportRun } from './runs.ts';
import type { Inspection } from './source.ts';
import type { TrialReport } from './try-run.ts';

/** A past or present import, as a list shows it. */
export interface ListedRun extends ImportRun {
  /** Of its questions, those that nobody has settled. */
  open: number;
}

/** The latest first, by when they began; `before` is the id of the last one on the page before. */
export async function listImports(db: Db, businessId: string, limit: number, before?: string): Promise<ListedRun[]> {
  const { rows } = await sql<ListedRun>`
    select r.*, (select count(*)::int from import_question q where q.business_id = r.business_id and q.import_id = r.id
      and q.settled_at is null) as open
    from import_run r where r.business_id = ${businessId} ${before === undefined ? sql`` : sql`and r.id < ${before}`}
    order by r.id desc limit ${limit}`.execute(db);
  return rows;
}

export interface FoundImport {
  run: ImportRun;
  inspection?: Inspection;
  look?: Look;
  trial?: TrialReport;
  /** An earlier import of the same file that has ended, if there is one. */
  same?: ImportRun;
}

export async function findImport(db: Db, businessId: string, id: string): Promise<FoundImport | undefined> {
  const query = db.selectFrom('import_run').selectAll().where('business_id', '=', businessId);
  const run = await query.where('id', '=', id).executeTakeFirst();
  if (!run) return undefined;
  const file = await fileOf(db, businessId, id);
  const same = await query
    .where('file_hash', '=', run.file_hash)
    .where('id', '<', id)
    .where('state', '=', 'done')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    run,
    ...(file && { inspection: file.inspection }),
    ...(file?.look && { look: file.look }),
    ...(file?.trial ? { trial: file.trial as TrialReport } : {}),
    ...(same && { same }),
  };
}

/** How fast rows come in, in rows a second, and about how long the rest takes; undefined before anything can be said. */
export async function paceOf(db: Db, run: ImportRun): Promise<{ rate: number; secondsLeft: number | undefined } | undefined> {
  if (run.going_since === null) return undefined;
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from clock_timestamp() - ${run.going_since}::timestamptz)::float8 as seconds`.execute(db);
  const seconds = rows[0]?.seconds ?? 0;
  const done = rowsDone(run) - run.rows_before;
  if (seconds < 1 || done === 0) return undefined;
  const rate = done / seconds;
  const left = run.rows === null ? undefined : Math.max(0, run.rows - rowsDone(run)) / rate;
  return { rate, secondsLeft: left };
}

export function rowsDone({ created, updated, unchanged, rejected }: ImportRun): number {
  return created + updated + unchanged + rejected;
}

export type ImportQuestion = Selectable<Database['import_question']> & { name: string };

/** What the file left open about single customers, by line; those of one import that nobody has settled. `after` is the last one's line and id. */
export async function listQuestions(
  db: Db,
  businessId: string,
  importId: string,
  limit: number,
  after?: { line: number; id: string },
): Promise<ImportQuestion[]> {
  const { rows } = await sql<ImportQuestion>`
    select q.*, coalesce(${called}, '') as name
    from import_question q join person p on p.business_id = q.business_id and p.customer_id = q.customer_id
    where q.business_id = ${businessId} and q.import_id = ${importId} and q.settled_at is null
      ${after === undefined ? sql`` : sql`and (q.line, q.id) > (${after.line}, ${after.id})`}
    order by q.line, q.id limit ${limit}`.execute(db);
  return rows;
}

/** Marks questions as done with: one, or all of an import. */
export async function settleQuestions(
  db: Db,
  businessId: string,
  which: { importId: string; questionId?: string },
  actor: Actor,
): Promise<{ settled: number }> {
  let query = db
    .updateTable('import_question')
    .set({ settled_at: actor.now, settled_by: actor.by })
    .where('business_id', '=', businessId)
    .where('import_id', '=', which.importId)
    .where('settled_at', 'is', null);
  if (which.questionId !== undefined) query = query.where('id', '=', which.questionId);
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow();
  return { settled: Number(numUpdatedRows) };
}

/** The way back of the above: what was settled at that moment by that member is open again. */
export async function unsettleQuestions(
  db: Db,
  businessId: string,
  which: { importId: string; questionId?: string; at: Date },
  actor: Actor,
): Promise<{ opened: number }> {
  let query = db
    .updateTable('import_question')
    .set({ settled_at: null, settled_by: null })
    .where('business_id', '=', businessId)
    .where('import_id', '=', which.importId)
    .where('settled_at', '=', which.at)
    .where('settled_by', '=', actor.by);
  if (which.questionId !== undefined) query = query.where('id', '=', which.questionId);
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow();
  return { opened: Number(numUpdatedRows) };
}

export type RefusedRow = Pick<Selectable<Database['import_row']>, 'line' | 'reason' | 'raw'>;

export async function listRefused(db: Db, businessId: string, importId: string, limit: number, after = 0): Promise<RefusedRow[]> {
  return db
    .selectFrom('import_row')
    .select(['line', 'reason', 'raw'])
    .where('business_id', '=', businessId)
    .where('import_id', '=', importId)
    .where('line', '>', after)
    .orderBy('line')
    .limit(limit)
    .execute();
}
