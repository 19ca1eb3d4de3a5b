import { addBusiness } from '../businesses/business.ts';
import { readMailbox } from '../mail/address.ts';
import { addDefaultOccasions } from '../occasions/occasion.ts';
import { withApp } from './run.ts';
import { refuse, say, sayJson, UsageTrouble } from './say.ts';

interface BusinessOptions {
  name: string;
  slug: string;
  timeZone: string;
  from: string;
  postalAddress: string;
  country?: string;
  locale?: string;
  uncertain: 'ask' | 'retry';
  live?: boolean;
  json?: boolean;
}

/** Adds a shop with its occasions and their cards: all of it or nothing. */
export async function businessAdd(options: BusinessOptions): Promise<void> {
  const from = readMailbox(options.from);
  if ('reason' in from) throw new UsageTrouble(`--from must look like "Rosa & Fern <hello@rosa.example>". ${from.reason}`);
  const { slug, live = false } = options;
  const asked = {
    name: options.name,
    slug,
    zone: options.timeZone,
    from: { name: from.name ?? options.name, address: from.address },
    postalAddress: options.postalAddress.replaceAll('\\n', '\n'),
    uncertainPolicy: options.uncertain,
    live,
    ...(options.country === undefined ? {} : { country: options.country }),
    ...(options.locale === undefined ? {} : { locale: options.locale }),
  };
  await withApp(async ({ db, now }) => {
    const actor = { by: 'fondly', now: now() };
    const id = await db.transaction().execute(async (trx) => {
      const added = await addBusiness(trx, asked, actor);
      if (!added.ok) return refuse(added.reason);
      await addDefaultOccasions(trx, { id: added.id, zone: options.timeZone }, actor);
      return added.id;
    });
    if (options.json) return sayJson({ id, slug });
    say(`${options.name} is here, as "${slug}".`);
    say(
      live
        ? 'It is live: its cards go out for real as soon as SMTP_URL is set.'
        : 'It practises: its cards go to the outbox, and nothing leaves this machine.',
    );
    say(`Next: npm run -s fondly -- import customers.csv --business ${slug}`);
  });
}
