import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';

// Paints the pictures of the gallery: `node test/support/paint.ts [name …]` makes templates/art/<name>.png from its .svg.

const ART = new URL('../../templates/art/', import.meta.url);
/** Twice as wide as a card, for screens with fine dots. */
export const WIDTH = 1200;
const KEY = 'Source';

export async function drawings(): Promise<string[]> {
  const files = await readdir(ART);
  return files.filter((file) => file.endsWith('.svg')).map((file) => file.slice(0, -'.svg'.length));
}

/** An indexed PNG that holds the SHA-256 of its drawing, so that a test can tell whether it was painted from that one. */
async function paint(svg: Buffer): Promise<Buffer> {
  const drawn = new Resvg(svg, { fitTo: { mode: 'width', value: WIDTH }, font: { loadSystemFonts: false } }).render();
  const indexed = await sharp(drawn.asPng()).png({ palette: true, quality: 34, effort: 10, dither: 0 }).toBuffer();
  return withText(indexed, sourceHash(svg));
}

export function sourceHash(svg: Buffer): string {
  return createHash('sha256').update(svg).digest('hex');
}

/** The hash of the drawing that a picture was painted from. */
export function readSource(png: Buffer): string | undefined {
  const at = png.indexOf(`tEXt${KEY}\0`);
  return at < 0 ? undefined : png.toString('latin1', at + 5 + KEY.length, at + 4 + png.readUInt32BE(at - 4));
}

/** A tEXt chunk before the last one (PNG, third edition, 11.3.3.2). */
function withText(png: Buffer, text: string): Buffer {
  const body = Buffer.from(`tEXt${KEY}\0${text}`, 'latin1');
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  check.writeUInt32BE(crc32(body));
  const end = png.length - 12;
  return Buffer.concat([png.subarray(0, end), length, body, check, png.subarray(end)]);
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : await drawings()) {
    const png = await paint(await readFile(new URL(`${name}.svg`, ART)));
    await writeFile(new URL(`${name}.png`, ART), png);
    console.log(`${name}: ${Math.round(png.length / 1024)} KB`);
  }
}
