import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Person } from './lock.ts';
import { nameKey } from './name-key.ts';

export type Named = Pick<Person, 'given_name' | 'family_name' | 'email' | 'email_key' | 'phone'>;

const ROWS_A_STEP = 1_000;
const DIGITS_THAT_TELL = 8;
const FEWEST_DIGITS = 6;

/**
 * Forgets the rows of former imports that name one of these people: refused rows belong to nobody, and hold what the file said.
 * Read and compared here, because what PostgreSQL takes for a letter, or for its capital, depends on how its cluster was made.
 */
export async function forgetRefusedRows(trx: Db, businessId: string, people: readonly Named[]): Promise<void> {
  let after: Row | undefined;
  do {
    const rows = await rowsAfter(trx, businessId, after);
    await dropRows(
      trx,
      businessId,
      rows.filter(({ raw, reason }) => people.some((person) => namesPerson(`${raw} ${reason}`, person))),
    );
    after = rows.length < ROWS_A_STEP ? undefined : rows.at(-1);
  } while (after);
}

/**
 * Whether a text names the person: by the address, by the end of the phone number however it is spaced or prefixed, or by given and family name
 * in either order with at most one word between them. One name alone is many people's.
 */
export function namesPerson(text: string, person: Named): boolean {
  const low = text.toLowerCase();
  const addresses = [person.email, person.email_key].filter((address) => address !== null);
  return addresses.some((address) => low.includes(address.toLowerCase())) || holdsPhone(text, person) || holdsNames(text, person);
}

function holdsPhone(text: string, { phone }: Named): boolean {
  const digits = (phone ?? '').replaceAll(/\D/g, '').slice(-DIGITS_THAT_TELL);
  return digits.length >= FEWEST_DIGITS && text.replaceAll(/\D/g, '').includes(digits);
}

function holdsNames(text: string, person: Named): boolean {
  const [given, family] = [wordsOf(person.given_name), wordsOf(person.family_name)];
  if (given === '' || family === '') return false;
  const words = wordsOf(text);
  return follows(words, given, family) || follows(words, family, given);
}

// ' anna maria ' : each word between spaces, compared as names are.
function wordsOf(text: string | null): string {
  const words = (text ?? '').split(/[^\p{Letter}\p{Mark}\p{Number}]+/u).map((word) => nameKey(word));
  const kept = words.filter((word) => word !== '');
  return kept.length === 0 ? '' : ` ${kept.join(' ')} `;
}

function follows(words: string, first: string, second: string): boolean {
  for (let at = words.indexOf(first); at !== -1; at = words.indexOf(first, at + 1)) {
    const rest = words.slice(at + first.length - 1);
    if (rest.startsWith(second) || rest.slice(rest.indexOf(' ', 1)).startsWith(second)) return true;
  }
  return false;
}

interface Row {
  import_id: string;
  line: number;
  raw: string;
  reason: string;
}

async function rowsAfter(trx: Db, businessId: string, after: Row | undefined): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select import_id, line, raw, reason from import_row where business_id = ${businessId}
      ${after === undefined ? sql`` : sql`and (import_id, line) > (${after.import_id}, ${after.line})`}
    order by import_id, line limit ${ROWS_A_STEP}`.execute(trx);
  return rows;
}

async function dropRows(trx: Db, businessId: string, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    delete from import_row r using jsonb_to_recordset(${JSON.stringify(rows.map(({ import_id, line }) => ({ import_id, line })))}::jsonb)
      as named (import_id uuid, line int)
    where r.business_id = ${businessId} and r.import_id = named.import_id and r.line = named.line`.execute(trx);
}
