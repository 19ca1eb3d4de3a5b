import { findBusiness } from '../../src/businesses/business.ts';
import { importCustomers } from '../../src/customers/import/import.ts';
import { fileSource } from '../../src/customers/import/source.ts';
import { connectDatabase } from '../../src/database/connect.ts';

// Imports one file into the business "flora" and prints the figures: a process of its own, so that its memory can be measured (and it can be killed).
const [url = '', file = ''] = process.argv.slice(2);
const db = connectDatabase(url, { applicationName: 'import' });
const business = await findBusiness(db, 'flora');
if (!business) throw new Error('There is no business to import into.');
const began = performance.now();
const { created, updated, unchanged, rejected, questions } = await importCustomers(
  db,
  business,
  fileSource(file),
  { onProgress: ({ rows }) => process.stderr.isTTY && process.stderr.write(`\r${rows}`) },
  { by: 'fondly', now: new Date() },
);
const seconds = Math.round(performance.now() - began) / 1000;
await db.destroy();
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(
  JSON.stringify({ created, updated, unchanged, rejected: rejected.length, questions: questions.length, seconds, peakMegabytes }),
);
