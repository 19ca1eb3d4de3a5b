import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { addBusiness, type Business, findBusiness } from '../../src/businesses/business.ts';
import type { NewBusiness } from '../../src/businesses/read-business.ts';
import { readConfig } from '../../src/config.ts';
import { addCustomer, type NewCustomer } from '../../src/customers/customer.ts';
import { createLog } from '../../src/log.ts';
import { addDefaultOccasions } from '../../src/occasions/occasion.ts';
import { type Clock, createClock, liveThrough } from '../../src/touchpoints/live.ts';

export interface Shop {
  app: App;
  clock: Clock;
  business: Business;
  /** Adds a customer who joined long ago; returns the id. */
  customer(fields: NewCustomer): Promise<string>;
  /** Lives through the time until then, with the cards in the outbox. */
  live(until: string): Promise<void>;
  /** What the program logged. */
  logged: string[];
}

/** A practising shop in London with its default occasions, on a clock that is set by hand. */
export async function openShop(url: string, start: string): Promise<Shop> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'fondly-shop-'));
  const clock = createClock(new Date(start));
  const logged: string[] = [];
  const log = createLog({ level: 'debug', to: { write: (line) => logged.push(line) } });
  const config = readConfig({ DATABASE_URL: url, DATA_DIR: dataDir, PUBLIC_URL: 'http://127.0.0.1:3000' });
  const app = await openApp(config, { log, now: clock.now });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const business = await addShop(app, ROSA);
  return {
    app,
    clock,
    business,
    logged,
    customer: async (fields) => {
      const added = await addCustomer(app.db, business.id, { joinedOn: null, ...fields }, { by: 'fondly', now: clock.now() });
      if (!added.ok) throw new Error(added.reason);
      return added.id;
    },
    live: async (until) => {
      const sender = await app.openSender();
      await liveThrough({ db: app.db, sender, clock }, new Date(until));
      await sender.stop();
    },
  };
}

/** Adds a shop with its default occasions. */
export async function addShop({ db, now }: Pick<App, 'db' | 'now'>, asked: NewBusiness): Promise<Business> {
  const actor = { by: 'fondly', now: now() };
  const added = await addBusiness(db, asked, actor);
  const business = added.ok ? await findBusiness(db, asked.slug) : undefined;
  if (!business) throw new Error(`The shop ${asked.slug} could not be made`);
  await addDefaultOccasions(db, business, actor);
  return business;
}

const ROSA: NewBusiness = {
  name: 'Rosa & Fern',
  slug: 'rosa',
  zone: 'Europe/London',
  from: { name: 'Rosa & Fern', address: 'hello@rosa.example' },
  postalAddress: '12 Market Row\nBath BA1 5LZ',
};
