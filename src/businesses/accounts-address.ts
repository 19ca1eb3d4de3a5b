import { z } from 'zod';
import { readAddress } from '../mail/address.ts';
import type { Db } from './commit.ts';

/** How the address of an account is kept and looked up; what is none stays as it is, and is found nowhere. */
export function emailKey(email: string): string {
  const read = readAddress(email);
  return 'reason' in read ? email.trim().toLowerCase() : read.key;
}

/** Why nobody can sign in with this address, in a sentence. better-auth takes fewer signs than mail does. */
export function emailProblem(email: string): string | undefined {
  const read = readAddress(email);
  if ('reason' in read) return read.reason;
  return z.email().safeParse(read.key).success ? undefined : 'Use a plainer address: one of letters, digits, dots and "-".';
}

export async function accountAt(db: Db, email: string): Promise<{ id: string; name: string } | undefined> {
  return db.selectFrom('auth_user').select(['id', 'name']).where('email', '=', emailKey(email)).executeTakeFirst();
}
