import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { v7 } from 'uuid';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from './commit.ts';

/** What may be uploaded, before anything is done to it. */
export const MOST_UPLOAD_BYTES = 5 * 1024 * 1024;

/** What is kept of a picture. Its file name is made of its content, so it never changes: '<32 hexadecimal digits>.png' or '.jpg'. */
export interface KeptPicture {
  file: string;
  width: number;
  height: number;
}

/** The largest that a picture of this use is kept; pixels, twice what is shown. */
const BOXES = { logo: { width: 480, height: 320 }, card: { width: 1200, height: 1600 } };

const MOST_PIXELS = 40_000_000;
const MOST_BYTES = 200 * 1024;
const MOST_PICTURES = 300;

/**
 * Keeps an uploaded picture: turned upright, made smaller, and without what a camera wrote into it (place, device, time). PNG, JPEG and WebP
 * are taken, at most 5 MB and 40 megapixels; what is kept is a PNG or JPEG of at most 200 KB. The same picture twice is one.
 */
export async function keepPicture(
  db: Db,
  businessId: string,
  upload: Uint8Array,
  use: keyof typeof BOXES,
  actor: Actor,
): Promise<Outcome<KeptPicture>> {
  const problem = problemWith(upload);
  if (problem) return refused(problem);
  const made = await shrink(upload, BOXES[use]);
  if (!made) return refused('This picture could not be read. Save it as a PNG or JPEG in another program, and try again.');
  return inOneCommit(db, async (trx) => {
    await trx.selectFrom('business').select('id').where('id', '=', businessId).forUpdate().executeTakeFirstOrThrow();
    if ((await countPictures(trx, businessId)) >= MOST_PICTURES)
      return refused(`There are ${MOST_PICTURES} pictures already. That is as many as one shop can keep.`);
    const { file, width, height, bytes } = made;
    const row = { business_id: businessId, id: v7(), file, bytes, width, height, by: actor.by, at: actor.now };
    await trx
      .insertInto('picture')
      .values(row)
      .onConflict((conflict) => conflict.columns(['business_id', 'file']).doNothing())
      .execute();
    return { ok: true, file, width, height };
  });
}

/** A kept picture by its file name, which may be any text. */
export async function findKeptPicture(
  db: Db,
  businessId: string,
  file: string,
): Promise<{ bytes: Buffer; type: 'image/png' | 'image/jpeg' } | undefined> {
  if (!/^[0-9a-f]{32}\.(png|jpg)$/.test(file)) return undefined;
  const query = db.selectFrom('picture').select('bytes').where('business_id', '=', businessId).where('file', '=', file);
  const found = await query.executeTakeFirst();
  return found && { bytes: found.bytes, type: file.endsWith('.png') ? 'image/png' : 'image/jpeg' };
}

function problemWith(upload: Uint8Array): string | undefined {
  if (upload.length === 0) return 'Choose a picture first.';
  if (upload.length > MOST_UPLOAD_BYTES) return 'This picture is larger than 5 MB. Make it smaller, and try again.';
  return kindOf(upload) ? undefined : 'Only PNG, JPEG and WebP pictures can be shown in mail. Save it as one of them.';
}

// By its first bytes: a name or a browser's word for it proves nothing, and no other reader may ever see it.
function kindOf(upload: Uint8Array): 'png' | 'jpeg' | 'webp' | undefined {
  const head = Buffer.from(upload.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  return /^RIFF[^]{4}WEBP$/.test(head) ? 'webp' : undefined;
}

/** Smaller and smaller until it is light enough; undefined when it is no picture after all. */
async function shrink(
  upload: Uint8Array,
  box: { width: number; height: number },
): Promise<(KeptPicture & { bytes: Buffer }) | undefined> {
  try {
    const { hasAlpha } = await sharp(upload, reading).metadata();
    const opaque = !hasAlpha || (await sharp(upload, reading).stats()).isOpaque;
    for (let part = 1; part > 0.1; part *= 0.75) {
      const size = { width: Math.round(box.width * part), height: Math.round(box.height * part) };
      const made = await encode(upload, size, opaque && kindOf(upload) !== 'png');
      if (made.bytes.length <= MOST_BYTES) return made;
      const photo = opaque ? await encode(upload, size, true) : undefined;
      if (photo && photo.bytes.length <= MOST_BYTES) return photo;
    }
  } catch {
    // Cut short, too many pixels, or only dressed up as a picture: all of them are told alike.
  }
  return undefined;
}

const reading = { limitInputPixels: MOST_PIXELS, failOn: 'error', animated: false } as const;

async function encode(
  upload: Uint8Array,
  size: { width: number; height: number },
  photo: boolean,
): Promise<KeptPicture & { bytes: Buffer }> {
  const fitted = sharp(upload, reading)
    .autoOrient()
    .resize({ ...size, fit: 'inside', withoutEnlargement: true });
  const inColour = fitted.toColourspace('srgb');
  const encoded = photo
    ? inColour.jpeg({ quality: 82, mozjpeg: true })
    : inColour.png({ compressionLevel: 9, palette: true, quality: 92 });
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  const name = createHash('sha256').update(data).digest('hex').slice(0, 32);
  return { file: `${name}.${photo ? 'jpg' : 'png'}`, width: info.width, height: info.height, bytes: data };
}

async function countPictures(db: Db, businessId: string): Promise<number> {
  const query = db.selectFrom('picture').where('business_id', '=', businessId);
  const { count } = await query.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return count;
}
