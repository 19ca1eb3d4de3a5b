import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { addBusiness } from '../../src/businesses/business.ts';
import { testDatabase } from '../support/database.ts';
import { importApart, writeCustomers } from '../bench/import.ts';

const { db, url } = await testDatabase();

test('a thousand rows come in quickly, in a process of modest size, and again bring nobody', async () => {
  const from = { name: 'Flora', address: 'hello@example.com' };
  const asked = { name: 'Flora', slug: 'flora', zone: 'Europe/Berlin', from, postalAddress: 'Main Street 1' };
  await addBusiness(db, asked, { by: 'fondly', now: new Date() });
  const folder = await mkdtemp(path.join(tmpdir(), 'fondly-import-size-'));
  try {
    const file = path.join(folder, 'customers.csv');
    await writeCustomers(file, 1_000, 7);
    const first = await importApart(url, file);
    expect(first.created).toBe(1_000);
    expect(first.peakMegabytes).toBeLessThan(300);
    // A hundredth of 60 s is 0.6 s; what starting takes, and a busy machine, are let off.
    expect(first.seconds).toBeLessThan(20);
    expect((await importApart(url, file)).created).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
