import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { changeColours, changeLogo, lookOf, PALETTES, remarkOn } from '../../src/businesses/look.ts';
import { findKeptPicture, keepPicture, MOST_UPLOAD_BYTES } from '../../src/businesses/pictures.ts';
import { ada, openShop } from '../customers/shop.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
const rosa = (await openShop(db, 'rosa')).id;
const cem = (await openShop(db, 'cem')).id;

/** The pointer to where a picture was taken, as EXIF writes it (tag 0x8825, one LONG). */
const GPS = Buffer.from('2588040001000000', 'hex');

test('a photo is turned upright, made smaller, and loses where it was taken', async () => {
  const photo = await noise(1500, 1000)
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Artist: 'Ada at home' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 23/1 3/1', GPSLongitudeRef: 'W', GPSLongitude: '2/1 21/1 36/1' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>')
    .jpeg({ quality: 60 })
    .toBuffer();
  const camera = await sharp(photo).metadata();
  expect([camera.exif?.includes(GPS), camera.exif?.includes('Ada at home'), camera.xmp?.length]).toEqual([
    true,
    true,
    expect.any(Number),
  ]);
  const kept = await keep(photo, 'card');
  const { bytes, type } = (await findKeptPicture(db, rosa, kept.file))!;
  const seen = await sharp(bytes).metadata();
  expect([type, seen.width, seen.height]).toEqual(['image/jpeg', kept.width, kept.height]);
  expect(kept.height).toBeGreaterThan(kept.width);
  expect(bytes.length).toBeLessThanOrEqual(200 * 1024);
  expect([seen.exif, seen.xmp, seen.iptc]).toEqual([undefined, undefined, undefined]);
  expect(bytes.includes('Ada at home')).toBe(false);
});

test('a logo keeps what is see-through, as PNG, WebP alike', async () => {
  const logo = sharp({ create: { width: 900, height: 300, channels: 4, background: { r: 200, g: 60, b: 40, alpha: 0.5 } } });
  for (const upload of [await logo.clone().png().toBuffer(), await logo.clone().webp().toBuffer()]) {
    const kept = await keep(upload, 'logo');
    expect(kept).toMatchObject({ width: 480, height: 160, file: expect.stringMatching(/^[0-9a-f]{32}\.png$/) });
    expect(await sharp((await findKeptPicture(db, rosa, kept.file))!.bytes).stats()).toMatchObject({ isOpaque: false });
  }
});

test('the same picture twice is one, and is nobody else’s', async () => {
  const upload = await noise(200, 100).png().toBuffer();
  const [once, twice] = [await keep(upload, 'logo'), await keep(upload, 'logo')];
  expect(twice).toEqual(once);
  expect(await findKeptPicture(db, cem, once.file)).toBeUndefined();
  expect(await changeLogo(db, cem, once.file, ada)).toMatchObject({ ok: false });
  expect(await findKeptPicture(db, rosa, '../../etc/passwd')).toBeUndefined();
});

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>');
const bomb = sharp({ create: { width: 6500, height: 6500, channels: 3, background: '#fff' } });

test.each([
  ['nothing', async () => Buffer.alloc(0), 'Choose a picture'],
  ['an SVG', async () => svg, 'Only PNG, JPEG and WebP'],
  ['a GIF', async () => Buffer.from('GIF89a\u0001\u0000\u0001\u0000'), 'Only PNG, JPEG and WebP'],
  ['a page that is called a PNG', async () => Buffer.from('<html>'), 'Only PNG, JPEG and WebP'],
  ['half a picture', async () => (await noise(400, 400).png().toBuffer()).subarray(0, 4000), 'could not be read'],
  [
    'a signature and an SVG after it',
    async () => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), svg]),
    'could not be read',
  ],
  ['one that unpacks to 42 megapixels', () => bomb.png().toBuffer(), 'could not be read'],
  [
    'one of more than 5 MB',
    async () => Buffer.concat([await noise(9, 9).png().toBuffer(), Buffer.alloc(MOST_UPLOAD_BYTES)]),
    'larger than 5 MB',
  ],
])('%s is refused in a sentence', async (_, upload, words) => {
  expect(await keepPicture(db, rosa, await upload(), 'logo', ada)).toMatchObject({
    ok: false,
    reason: expect.stringContaining(words),
  });
});

test('colours and logo make the look that cards are published with', async () => {
  expect(await lookOf(db, cem)).toEqual({});
  const kept = await keepPicture(db, cem, await noise(50, 50).png().toBuffer(), 'logo', ada);
  if (!kept.ok) throw new Error(kept.reason);
  expect(await changeColours(db, cem, { accent: '2F6B4F', second: '' }, ada)).toEqual({ ok: true, changed: true });
  expect(await changeColours(db, cem, { accent: '#2f6b4f', second: null }, ada)).toEqual({ ok: true, changed: false });
  expect(await changeLogo(db, cem, kept.file, ada)).toEqual({ ok: true, changed: true });
  expect(await lookOf(db, cem)).toEqual({ colours: { accent: '#2f6b4f' }, logoUrl: `{{links.pictures}}${cem}/${kept.file}` });
  expect(await changeColours(db, cem, { accent: 'red;}', second: null }, ada)).toMatchObject({ ok: false });
});

test('a palette reads well on white; a colour that does not is remarked on', () => {
  expect(PALETTES.map(({ accent }) => remarkOn(accent))).toEqual(PALETTES.map(() => undefined));
  expect(remarkOn('#ffe94a')).toContain('light');
  expect(remarkOn('#e08a3c')).toContain('hard to read');
});

async function keep(upload: Buffer, use: 'logo' | 'card') {
  const kept = await keepPicture(db, rosa, upload, use, ada);
  if (!kept.ok) throw new Error(kept.reason);
  return kept;
}

function noise(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#c86', noise: { type: 'gaussian', mean: 128, sigma: 30 } } });
}
