import { leavePractice } from '../touchpoints/switch-on.ts';
import { businessNamed, withApp } from './run.ts';
import { count, refuse, say } from './say.ts';

/** Ends a shop's practice: from now on its cards are mailed. */
export async function businessSwitchOn(slug: string): Promise<void> {
  await withApp(async ({ db, now, practice: without }) => {
    const business = await businessNamed(db, slug);
    if (business.sample) return refuse('The sample shop is for looking around only and cannot be switched on.');
    const { changed, again } = await leavePractice(db, business, { by: 'fondly', now: now() });
    if (!changed) return say(`${business.name} was live already.`);
    say(`${business.name} is live.`);
    if (again > 0) say(`${count(again, 'card')} of today went to the outbox only, and go for real while they are in time.`);
    if (without && business.smtp_rev === null)
      say('SMTP_URL is not set, so nothing leaves this machine yet. Set it in .env and start Fondly again.');
  });
}
