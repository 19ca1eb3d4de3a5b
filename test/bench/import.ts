import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { addBusiness } from '../../src/businesses/business.ts';
import { benchDatabase } from './bench-database.ts';

export interface ImportFigures {
  rows: number;
  created: number;
  seconds: number;
  rowsPerSecond: number;
  /** Peak resident memory of the process that imports, the database not counted. */
  peakMegabytes: number;
  /** The same file again, which changes nothing. */
  againSeconds: number;
}

const child = fileURLToPath(new URL('import-process.ts', import.meta.url));

/** Imports a made CSV (e-mail, names, birthday, anniversary, joined) in a process of its own, on a durable embedded PostgreSQL. */
export async function benchImport({ rows = 100_000, seed = 1 } = {}): Promise<ImportFigures> {
  await using bench = await benchDatabase();
  const from = { name: 'Flora', address: 'hello@example.com' };
  const asked = { name: 'Flora', slug: 'flora', zone: 'Europe/Berlin', from, postalAddress: 'Main Street 1' };
  await addBusiness(bench.db, asked, { by: 'fondly', now: new Date() });
  const folder = await mkdtemp(path.join(tmpdir(), 'fondly-bench-import-'));
  try {
    const file = path.join(folder, 'customers.csv');
    await writeCustomers(file, rows, seed);
    const first = await importApart(bench.url, file);
    const again = await importApart(bench.url, file);
    return { ...first, rows, rowsPerSecond: Math.round(rows / first.seconds), againSeconds: again.seconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function reportImport(): Promise<ImportFigures> {
  const figures = await benchImport();
  const { rows, created, seconds, rowsPerSecond, peakMegabytes, againSeconds } = figures;
  process.stdout.write(`${rows} rows, ${created} customers: ${seconds} s, ${rowsPerSecond} rows/s, peak ${peakMegabytes} MB\n`);
  process.stdout.write(`the same file again, nothing changed: ${againSeconds} s\n`);
  return figures;
}

/** Imports a file into the business "flora" in a process of its own. */
export async function importApart(
  url: string,
  file: string,
): Promise<Pick<ImportFigures, 'created' | 'seconds' | 'peakMegabytes'>> {
  const importing = spawn(process.execPath, [child, url, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  importing.stdout.on('data', (piece: Buffer) => said.push(String(piece)));
  const [code] = (await once(importing, 'close')) as [number];
  if (code !== 0) throw new Error(`The import ended with code ${code}.`);
  return JSON.parse(said.join('')) as Pick<ImportFigures, 'created' | 'seconds' | 'peakMegabytes'>;
}

/** Writes a sheet as a German shop would have it; the same for the same seed. */
export async function writeCustomers(file: string, rows: number, seed: number): Promise<void> {
  const names = await readFile(fileURLToPath(new URL('import.ts', import.meta.url)), 'utf8').then(
    (text) => text.match(/[a-z]{4,}/g) ?? [],
  );
  const random = generator(seed);
  const out = createWriteStream(file);
  out.write('E-mail;Vorname;Nachname;Geburtstag;Hochzeitstag;Kunde seit\n');
  for (let n = 0; n < rows; n++) {
    const [given, family] = [pick(names, random), `${pick(names, random)}${n % 97}`];
    const days = [dayOf(random, 1940, 65), random() < 0.4 ? dayOf(random, 1975, 45) : '', dayOf(random, 2010, 15)];
    const more = out.write(`${given}.${family}.${n}@example.com;${given};${family};${days.join(';')}\n`);
    if (!more) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

function dayOf(random: () => number, from: number, years: number): string {
  const [year, month, day] = [from + Math.floor(random() * years), 1 + Math.floor(random() * 12), 1 + Math.floor(random() * 28)];
  return `${String(day).padStart(2, '0')}.${String(month).padStart(2, '0')}.${year}`;
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}

// mulberry32
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
