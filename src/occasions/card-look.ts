import { isDeepStrictEqual } from 'node:util';
import { holdBusiness } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { lookFrom } from '../businesses/look.ts';
import type { Look } from '../cards/look.ts';

/** The shop's look, and above it what the card sets itself. */
export function lookTogether(shop: Look, own: Look): Look {
  const colours = { ...shop.colours, ...own.colours };
  return { ...shop, ...own, ...(Object.keys(colours).length > 0 ? { colours } : {}) };
}

/**
 * Whether what was compiled in `look` is still as the shop looks now; it stays so until this transaction ends. Asked before each version is
 * stored, and ahead of the card's lock: compiling takes a while, in which the shop may change its look and publish its cards anew.
 */
export async function isStillWorn(
  trx: Db,
  businessId: string,
  { look, ownLook }: { look: Look; ownLook: Look },
): Promise<boolean> {
  const business = await holdBusiness(trx, businessId);
  return business !== undefined && isDeepStrictEqual(lookTogether(lookFrom(business), ownLook), look);
}
