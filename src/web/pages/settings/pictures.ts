import type { Context } from 'hono';
import { findKeptPicture } from '../../../businesses/pictures.ts';
import { serveAnywhere } from '../../assets.ts';
import type { Site } from '../../site.ts';
import { idIn } from '../../visit.ts';

/** A shop's picture as cards in mailboxes name it: whoever has the address may see it, from anywhere, and it never changes. */
export async function showPicture(c: Context, { db }: Site): Promise<Response> {
  const business = idIn(c.req.param('business'));
  const found = business && (await findKeptPicture(db, business, c.req.param('file') ?? ''));
  return found ? serveAnywhere(c, { content: new Uint8Array(found.bytes), type: found.type }) : c.notFound();
}
