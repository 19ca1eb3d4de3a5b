import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const ART = new URL('../../templates/art/', import.meta.url);

/**
 * The address of a picture of the gallery, to stand after `{{links.pictures}}`, such as "garland-1a2b3c4d.png"; undefined if there
 * is none of that name. Eight letters of its SHA-256 are part of it: a picture that changes gets a new address, and a mail that was
 * sent keeps the old one.
 */
export function pictureFile(name: string): string | undefined {
  return files().get(name);
}

export function pictureNames(): string[] {
  return [...files().keys()];
}

/** The PNG at such an address, for a web route; undefined if there is none, so that any text may be asked for. */
export async function findPicture(file: string): Promise<Uint8Array | undefined> {
  const name = [...files()].find(([, known]) => known === file)?.[0];
  return name === undefined ? undefined : readFile(new URL(`${name}.png`, ART));
}

let known: ReadonlyMap<string, string> | undefined;

/** Read once: the art comes with Fondly and does not change while it runs. */
function files(): ReadonlyMap<string, string> {
  known ??= new Map(
    readdirSync(ART)
      .filter((file) => file.endsWith('.png'))
      .toSorted()
      .map((file) => [file.slice(0, -'.png'.length), hashed(file)]),
  );
  return known;
}

function hashed(file: string): string {
  const hash = createHash('sha256').update(readFileSync(new URL(file, ART)));
  return file.replace(/\.png$/, `-${hash.digest('hex').slice(0, 8)}.png`);
}
