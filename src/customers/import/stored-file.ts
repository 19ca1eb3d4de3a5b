import { sql } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import type { Source } from './source.ts';

/** Small enough that reading one holds nobody up, and large enough that their number does not matter. */
const CHUNK = 131_072;

/** A file that a member dropped, read from the database in pieces. */
export function storedSource(db: Db, businessId: string, importId: string): Source {
  return {
    async *open() {
      for (let n = 0; ; n++) {
        const chunk = await db
          .selectFrom('import_chunk')
          .select('bytes')
          .where('business_id', '=', businessId)
          .where('import_id', '=', importId)
          .where('n', '=', n)
          .executeTakeFirst();
        if (!chunk) return;
        yield chunk.bytes;
      }
    },
  };
}

/** Keeps a file where every process finds it. */
export async function storeFile(trx: Db, businessId: string, importId: string, bytes: Uint8Array): Promise<void> {
  for (let n = 0; n * CHUNK < bytes.length; n++) {
    const piece = Buffer.from(bytes.subarray(n * CHUNK, (n + 1) * CHUNK));
    await trx.insertInto('import_chunk').values({ business_id: businessId, import_id: importId, n, bytes: piece }).execute();
  }
}

/** The import is over: nobody needs the file any more. What its columns are called stays with the rows that it refused. */
export async function dropFile(trx: Db, businessId: string, importId: string): Promise<void> {
  const chunks = trx.deleteFrom('import_chunk').where('business_id', '=', businessId);
  await chunks.where('import_id', '=', importId).execute();
  await sql`
    update import_file set trial = null, look = case when look is not null then jsonb_build_object('names', look -> 'names', 'delimiter',
      look -> 'delimiter') end
    where business_id = ${businessId} and import_id = ${importId}`.execute(trx);
}
