import { randomBytes } from 'node:crypto';
import type { LinkPurpose } from '../../src/links/keys.ts';
import { signLink } from '../../src/links/token.ts';
import { routes } from '../../src/web/routes.ts';
import type { Site } from '../../src/web/site.ts';

/** The pages that a signed link opens, by what it is signed for. */
const DOORS: Partial<Record<LinkPurpose, string>> = { unsubscribe: 'u', preferences: 'p', survey: 'a', confirm: 'c', view: 'v' };

export interface Forged {
  tried: number;
  /** Answered with anything but "there is no such page". None may be. */
  accepted: number;
}

/** Every single-bit change of these touchpoints' links, of one purpose after the other: pressed, not only opened. */
export async function tryChangedBits(site: Site, business: string, touchpoints: readonly string[]): Promise<Forged> {
  const purposes = Object.keys(DOORS) as LinkPurpose[];
  return tryAll(
    site,
    touchpoints.flatMap((touchpoint, n) => {
      // One link of many touchpoints, all links of a single one.
      const own = touchpoints.length < purposes.length ? purposes : [purposes[n % purposes.length]!];
      return own.flatMap((purpose) => bitsOf(purpose, signLink(site.keys, { business, touchpoint, purpose })));
    }),
  );
}

/** As many made-up links, at each of the pages. */
export async function tryMadeUp(site: Site, count: number): Promise<Forged> {
  const doors = Object.values(DOORS);
  return tryAll(
    site,
    Array.from({ length: count }, (_, n) => `/${doors[n % doors.length]}/${randomBytes(49 + (n % 3)).toString('base64url')}`),
  );
}

/** The status of an address that is pressed; one that only shows something is opened. */
export function presser(site: Site): (path: string) => Promise<number> {
  const app = routes(site);
  return async (path) => {
    const body = new URLSearchParams({ do: 'stop', answer: '1', 'List-Unsubscribe': 'One-Click' });
    const asked = path.startsWith('/v') ? { method: 'GET' } : { method: 'POST', body };
    return (await app.request(path, asked)).status;
  };
}

function bitsOf(purpose: LinkPurpose, token: string): string[] {
  const bytes = Buffer.from(token, 'base64url');
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return `/${DOORS[purpose]}/${copy.toString('base64url')}`;
  });
}

const AT_ONCE = 500;

async function tryAll(site: Site, paths: readonly string[]): Promise<Forged> {
  const statusOf = presser(site);
  let accepted = 0;
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const statuses = await Promise.all(paths.slice(at, at + AT_ONCE).map(statusOf));
    accepted += statuses.filter((status) => status !== 404).length;
  }
  return { tried: paths.length, accepted };
}
