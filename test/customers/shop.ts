import { addBusiness, type Business, businessById } from '../../src/businesses/business.ts';
import type { Actor, Db, Outcome } from '../../src/businesses/commit.ts';
import { prepareInstallation } from '../../src/businesses/installation.ts';

export const now = new Date('2027-03-10T10:00:00Z');
export const ada: Actor = { by: 'member:ada', now };
export const person: Actor = { by: 'customer', now };

/** A shop of Ada's in Berlin; a slug of its own for each test, so that they never meet. */
export async function openShop(db: Db, slug: string): Promise<Business> {
  value(await prepareInstallation(db, ['a secret for tests']));
  const from = { name: 'Rosa & Fern', address: 'rosa@example.com' };
  const asked = {
    name: 'Rosa & Fern',
    slug,
    zone: 'Europe/Berlin',
    country: 'DE',
    from,
    postalAddress: 'Marktgasse 1\n10115 Berlin',
  };
  const { id } = value(await addBusiness(db, asked, ada));
  const business = await businessById(db, id);
  if (!business) throw new Error('The shop was added and is not there');
  return business;
}

/** What a verb made; a refusal is a mistake of the test's. */
export function value<T>(outcome: Outcome<T>): { ok: true } & T {
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome;
}

export function reasonOf(outcome: { ok: true } | { ok: false; reason: string }): string {
  return outcome.ok ? '' : outcome.reason;
}
