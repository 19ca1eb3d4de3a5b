import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseTrouble } from '../trouble.ts';
import { type Account, environment, giveTo } from './account.ts';
import { damaged, diagnose } from './diagnose.ts';

/** Makes the cluster when there is none yet. It is made beside and renamed, so a killed start leaves nothing half. */
export async function ensureCluster(
  account: Account,
  password: string,
  durable: boolean,
): Promise<{ cluster: string; isFresh: boolean }> {
  const folder = path.join(account.home, 'cluster');
  const made = await stat(folder).catch(() => undefined);
  if (made === undefined) await makeCluster(account, folder, password, durable);
  else await refuseForeign(account, folder);
  return { cluster: folder, isFresh: made === undefined };
}

/** The password kept in `folder` (mode 600), made at first. `isNew` says that an existing cluster does not know it. */
export async function keepPassword(folder: string): Promise<{ password: string; isNew: boolean }> {
  const file = path.join(folder, 'password');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (/^[0-9a-f]{64}$/.test(kept)) return { password: kept, isNew: false };
  const password = randomBytes(32).toString('hex');
  await writeWhole(file, `${password}\n`);
  return { password, isNew: true };
}

/** Gives the cluster, on which no server may run, a new password; for when the file with the old one was lost. */
export async function setPassword(account: Account, folder: string, password: string): Promise<void> {
  await run(account, 'postgres', ['--single', '-D', folder, 'postgres'], `alter role fondly password '${password}'\n`);
}

export async function writeWhole(file: string, text: string): Promise<void> {
  const half = `${file}.${process.pid}.half`;
  await writeFile(half, text, { mode: 0o600, flush: true });
  await rename(half, file);
}

async function makeCluster(account: Account, folder: string, password: string, durable: boolean): Promise<void> {
  await clearHalves(account.home);
  const half = `${folder}.${randomBytes(4).toString('hex')}.half`;
  const passwordFile = `${half}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await mkdir(half, { mode: 0o700 });
  await giveTo(account, passwordFile, half);
  try {
    await run(account, 'initdb', [
      ...initWords,
      `--pgdata=${half}`,
      `--pwfile=${passwordFile}`,
      ...(durable ? [] : ['--no-sync']),
    ]);
    await rename(half, folder);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(half, { recursive: true, force: true });
  }
}

// Names sort by code point, whatever the machine: an update of its C library can then never spoil an index.
const initWords = [
  '--username=fondly',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

// Leftovers of killed starts. One that an orphaned initdb still writes to may resist, and goes next time.
async function clearHalves(home: string): Promise<void> {
  const halves = (await readdir(home)).filter((name) => name.startsWith('cluster.') && name.includes('.half'));
  for (const name of halves) await rm(path.join(home, name), { recursive: true, force: true }).catch(() => undefined);
}

async function refuseForeign({ binaries }: Account, folder: string): Promise<void> {
  const made = await readFile(path.join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (made === undefined) throw new DatabaseTrouble(damaged);
  if (made.trim() !== binaries.version.split('.')[0]) throw diagnose('initialized by PostgreSQL version');
}

async function run(account: Account, program: string, words: string[], input = ''): Promise<void> {
  const all = [...account.before, path.join(account.binaries.native, 'bin', program), ...words];
  const child = spawn(all[0] ?? '', all.slice(1), { ...account.ids, env: environment(account.env), cwd: account.home });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (words: string) => (output += words));
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw diagnose(output);
}
