import { invite } from '../businesses/invitations.ts';
import type { Role } from '../businesses/members.ts';
import { cardLinks } from '../touchpoints/card-links.ts';
import { businessNamed, withApp } from './run.ts';
import { refuse, say, sayJson } from './say.ts';

interface InviteOptions {
  business: string;
  role: Role;
  json?: boolean;
}

/** A link by which somebody becomes a member: for a shop that nobody can enter any more, or that was made on the command line. */
export async function memberInvite({ business: slug, role, json }: InviteOptions): Promise<void> {
  await withApp(async ({ db, now, config, keys }) => {
    const business = await businessNamed(db, slug);
    const made = await invite(db, business, { role }, { by: 'fondly', now: now() });
    if (!made.ok) return refuse(made.reason);
    const link = cardLinks(config.publicUrl, keys).invitation({ businessId: business.id, id: made.id });
    if (json) return sayJson({ link });
    say(`To join ${business.name} as ${role === 'owner' ? 'an owner' : 'staff'}, once, within 7 days:`, link);
  });
}
