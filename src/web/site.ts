import type { Accounts } from '../businesses/accounts.ts';
import type { Db } from '../businesses/commit.ts';
import type { LinkKeys } from '../links/keys.ts';
import type { Log } from '../log.ts';

/** What the pages work with. */
export interface Site {
  db: Db;
  now: () => Date;
  keys: LinkKeys;
  accounts: Accounts;
  /** How the world reaches these pages, without a slash at the end. */
  publicUrl: string;
  /** Newest first. */
  secretKeys: readonly string[];
  log: Log;
  /** Where practice keeps its mail. */
  outboxFolder: string;
  /** Nothing leaves this machine. */
  practice: boolean;
}
