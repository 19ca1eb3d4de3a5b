import type { BlockList } from 'node:net';
import type { Accounts } from '../businesses/accounts.ts';
import type { Db } from '../businesses/commit.ts';
import type { Workshop } from '../cards/workshop.ts';
import type { LinkKeys } from '../links/keys.ts';
import type { Log } from '../log.ts';
import type { SmtpServer } from '../mail/smtp-url.ts';

/** What the pages work with. */
export interface Site {
  db: Db;
  now: () => Date;
  keys: LinkKeys;
  accounts: Accounts;
  /** Where what members typed is made into cards, apart from everything else. */
  workshop: Workshop;
  /** Whom the demo signs in: its sign-in page is filled in. */
  guest?: { email: string; password: string };
  /** How the world reaches these pages, without a slash at the end. */
  publicUrl: string;
  /** Whose word is taken for where a visitor comes from. */
  trustedProxies: BlockList;
  /** Newest first. */
  secretKeys: readonly string[];
  log: Log;
  /** Where practice keeps its mail. */
  outboxFolder: string;
  /** The installation's own mail server; without it nothing leaves this machine but by a shop's own. */
  smtp?: SmtpServer | undefined;
  /** Nothing leaves this machine but by a shop's own mail server. */
  practice: boolean;
}
