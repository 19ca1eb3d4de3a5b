import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { Db } from '../../businesses/commit.ts';
import type { Refusal } from './entry.ts';
import type { Known } from './people.ts';
import type { ImportOf } from './write-people.ts';

/** Keeps whom the file spoke of and at which line first: for going on after a crash, and for taking the import back. */
export async function keepSpoken(trx: Db, { businessId, importId }: ImportOf, spoken: Known[]): Promise<void> {
  if (spoken.length === 0) return;
  const rows = spoken.map(({ id, line, isNew }) => ({ id, line, made: isNew }));
  await sql`
    insert into import_person (business_id, import_id, customer_id, line, made)
    select ${businessId}, ${importId}, id, line, made from json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, line int, made boolean)
    on conflict do nothing`.execute(trx);
}

/** Keeps refused rows as they stood, so that a person can put them right. */
export async function keepRefusals(trx: Db, { businessId, importId }: ImportOf, refusals: Refusal[]): Promise<void> {
  if (refusals.length === 0) return;
  const rows = refusals.map(({ line, raw, reason, emailKey }) => ({ line, raw, reason, email_key: emailKey }));
  await sql`
    insert into import_row (business_id, import_id, line, email_hash, reason, raw)
    select ${businessId}, ${importId}, line, case when email_key is not null then email_hash(email_key) end, reason, raw
    from json_to_recordset(${JSON.stringify(rows)}) as r(line int, raw text, reason text, email_key text)
    on conflict do nothing`.execute(trx);
}

/** Keeps what is asked about single values, each with the customer whom it is about. */
export async function keepQuestions(
  trx: Db,
  { businessId, importId }: ImportOf,
  asked: { customerId: string; line?: number; question: string; samples: string[] }[],
): Promise<void> {
  if (asked.length === 0) return;
  const rows = asked.map((one) => ({ ...one, id: v7() }));
  await sql`
    insert into import_question (business_id, id, import_id, customer_id, line, question, samples)
    select ${businessId}, id, ${importId}, "customerId", line, question, samples
    from json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, "customerId" uuid, line int, question text, samples jsonb)`.execute(
    trx,
  );
}
