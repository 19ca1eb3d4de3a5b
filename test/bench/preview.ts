import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { type App, openApp } from '../../src/app.ts';
import { addAccount } from '../../src/businesses/accounts.ts';
import { addMember } from '../../src/businesses/members.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { startCard } from '../../src/occasions/card-start.ts';
import { startWeb } from '../../src/web/server.ts';
import { openBrowser, windowOf } from '../support/browser.ts';
import { typeAndWatch } from '../support/keystrokes.ts';
import { chromium } from '../support/need.ts';
import { benchDatabase } from './bench-database.ts';
import { addBenchShop } from './bench-shop.ts';

const CARDS = ['birthday-balloons', 'new-year', 'thank-you'];
const TEXT = 'So-much-love-from-all-of-us-at-Rosa-&-Fern!'.slice(0, 40);

/** Three cards worded in Chromium: from each key to the new card, painted beside the words. */
export async function reportPreview(): Promise<void> {
  if (chromium() === undefined) {
    process.stdout.write('There is no Chromium on the path, so this cannot be measured here.\n');
    return;
  }
  await using bench = await benchDatabase();
  const took = await keysOf(bench.url);
  const at = (share: number): string => (took[Math.ceil(took.length * share) - 1] ?? 0).toFixed(0);
  process.stdout.write(
    `${took.length} keys in ${CARDS.length} cards, milliseconds to the painted card: median ${at(0.5)}, 95 of 100 within ${at(0.95)}, ` +
      `the fastest ${took[0]?.toFixed(0)}, the slowest ${at(1)} (at most 100)\n`,
  );
}

async function keysOf(url: string): Promise<number[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fondly-preview-'));
  const log = createLog({ level: 'error', to: { write: (line) => process.stderr.write(line) } });
  const config = readConfig({ DATABASE_URL: url, DATA_DIR: folder, PUBLIC_URL: 'http://127.0.0.1:3000' });
  try {
    await using app = await openApp(config, { log });
    const { cookie, drafts } = await startDrafts(app);
    const web = await startWeb(app, { host: '127.0.0.1', port: 0 });
    const browser = await openBrowser();
    const took: number[] = [];
    for (const draft of drafts) {
      const { page, context } = await windowOf(browser, { base: `http://127.0.0.1:${web.port}` }, { cookie });
      await page.goto(draft, { waitUntil: 'networkidle' });
      took.push(...(await typeAndWatch(page, TEXT)));
      await context.close();
    }
    await browser.close();
    await web.close(0);
    return took.toSorted((a, b) => a - b);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startDrafts(app: App): Promise<{ cookie: string; drafts: string[] }> {
  const actor = { by: 'fondly', now: app.now() };
  const business = await addBenchShop(app.db, 'Europe/London', actor.now);
  const account = await addAccount(app.db, { name: 'Ada', email: 'ada@bench.example', password: 'four red tulips' }, actor.now);
  if (!account.ok) throw new Error(account.reason);
  await addMember(app.db, business.id, { accountId: account.id, role: 'owner' }, actor);
  await sql`update business set setup_step = 'done'`.execute(app.db);
  const device = { headers: new Headers({ 'user-agent': 'bench' }), network: '127.0.0.1' };
  const cookies = await app.accounts.openSession(account.id, device);
  const drafts: string[] = [];
  for (const gallery of CARDS) {
    const started = await startCard(app.db, business.id, { gallery }, actor);
    if (!started.ok) throw new Error(started.reason);
    drafts.push(`/shops/bench/cards/${started.cardId}/edit`);
  }
  return { cookie: cookies.map((line) => line.split(';')[0]).join('; '), drafts };
}
