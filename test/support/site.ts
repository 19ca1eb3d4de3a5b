import { openAccounts } from '../../src/businesses/accounts.ts';
import type { Db } from '../../src/businesses/commit.ts';
import { openWorkshop } from '../../src/cards/workshop.ts';
import { readConfig } from '../../src/config.ts';
import { linkKeys } from '../../src/links/keys.ts';
import { createLog } from '../../src/log.ts';
import type { Site } from '../../src/web/site.ts';

/** What the pages work with, where a whole app would be too much. */
export function siteOf(db: Db, now: Date): Site {
  const secretKeys = ['a secret of the tests, long enough to be one'];
  const publicUrl = 'http://127.0.0.1:3000';
  return {
    db,
    now: () => now,
    keys: linkKeys(secretKeys),
    log: createLog({ level: 'warn', to: { write: () => true } }),
    secretKeys,
    publicUrl,
    trustedProxies: readConfig({}).trustedProxies,
    accounts: openAccounts({ db, secretKeys, publicUrl }),
    workshop: openWorkshop(),
    outboxFolder: '/nowhere',
    practice: false,
  };
}
