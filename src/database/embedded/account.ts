import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseTrouble } from '../trouble.ts';
import { type Binaries, copyBinaries, linkLibraries } from './binaries.ts';

/** Under which account the server runs, and where its files lie. */
export interface Account {
  /** The folder that holds the cluster, its locks and its log. */
  home: string;
  /** Words that go before each program, to run it as somebody else. */
  before: string[];
  ids: { uid: number; gid: number } | undefined;
  binaries: Binaries;
  env: NodeJS.ProcessEnv;
}

export interface AccountOptions {
  /** How root, which PostgreSQL refuses, runs it: in a user namespace, or as another account. By default whichever works. */
  rootWay?: 'namespace' | 'account' | undefined;
  /** Where the second way keeps its files; /var/lib/fondly unless said. */
  systemFolder?: string | undefined;
}

/** Chooses the account for the server of `folder` (the `database` folder inside DATA_DIR, which exists). */
export async function chooseAccount(folder: string, binaries: Binaries, options: AccountOptions): Promise<Account> {
  if (process.getuid?.() !== 0) return ordinary(folder, binaries);
  const { uid, gid } = await stat(folder);
  if (uid !== 0) return asOwner(folder, binaries, { uid, gid }, systemFolderOf(options));
  const note = await readFile(path.join(folder, movedNote), 'utf8').catch(() => undefined);
  if (note === undefined) {
    const account = options.rootWay === 'account' ? undefined : await inNamespace(folder, binaries);
    if (account !== undefined) return account;
    await refuseOwnCluster(folder);
  }
  return asSystemUser(folder, note, binaries, systemFolderOf(options));
}

/** Gives a file that root made to the account that the server runs under. */
export async function giveTo(account: Account, ...files: string[]): Promise<void> {
  if (account.ids === undefined) return;
  for (const file of files) await chown(file, account.ids.uid, account.ids.gid);
}

const movedNote = 'kept-elsewhere';

function systemFolderOf(options: AccountOptions): string {
  return options.systemFolder ?? '/var/lib/fondly';
}

async function plain(folder: string, binaries: Binaries): Promise<Account> {
  return { home: folder, before: [], ids: undefined, binaries, env: await linkLibraries(binaries, path.join(folder, 'lib')) };
}

// initdb insists on an account with a name; containers often run under a bare number.
async function ordinary(folder: string, binaries: Binaries): Promise<Account> {
  const isNamed = (await namedUsers()).some(({ uid }) => uid === process.getuid?.());
  const account = await plain(folder, binaries);
  return isNamed || process.platform !== 'linux' ? account : ((await inNamespace(folder, binaries)) ?? account);
}

/** In a namespace of its own, root is an ordinary user to PostgreSQL while the files stay root's. Undefined where that is refused. */
async function inNamespace(folder: string, binaries: Binaries): Promise<Account | undefined> {
  if (process.platform !== 'linux') return undefined;
  const mask = (await namedUsers()).find(({ uid }) => uid !== 0 && uid !== OVERFLOW)?.uid ?? OVERFLOW;
  const account = await plain(folder, binaries);
  account.before = ['unshare', '--user', `--map-user=${mask}`, `--map-group=${mask}`];
  return (await works(account)) ? account : undefined;
}

// The folder is an ordinary user's and root came by: the server stays that user's, so that both can go on.
async function asOwner(
  folder: string,
  binaries: Binaries,
  ids: { uid: number; gid: number },
  systemFolder: string,
): Promise<Account> {
  const account = { ...(await plain(folder, binaries)), ids };
  await giveTo(account, path.join(folder, 'lib'));
  if (await works(account)) return account;
  return withCopiedBinaries(account, systemFolder);
}

async function asSystemUser(
  folder: string,
  note: string | undefined,
  binaries: Binaries,
  systemFolder: string,
): Promise<Account> {
  const user = (await namedUsers())
    .filter(({ name }) => name === 'postgres' || name === 'nobody')
    .toSorted((a, b) => (a.name < b.name ? 1 : -1))[0];
  if (user === undefined) {
    throw new DatabaseTrouble(
      'PostgreSQL refuses to run as root. Run Fondly as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours.',
    );
  }
  const home = note ?? (await reserveHome(folder, systemFolder));
  const account = { ...(await plain(folder, binaries)), home, ids: { uid: user.uid, gid: user.gid } };
  await mkdir(home, { recursive: true, mode: 0o700 });
  await chmod(path.dirname(home), 0o755);
  const { uid, gid } = await stat(home);
  if (uid === 0) await giveTo(account, home);
  else account.ids = { uid, gid };
  return withCopiedBinaries(account, systemFolder);
}

// The note comes first: a start killed here finds the same place again.
async function reserveHome(folder: string, systemFolder: string): Promise<string> {
  const home = path.join(systemFolder, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  await rename(home, `${home}.of-a-deleted-folder-${Date.now()}`).catch(() => undefined);
  await writeFile(path.join(folder, movedNote), home, { mode: 0o600 });
  return home;
}

async function withCopiedBinaries(account: Account, systemFolder: string): Promise<Account> {
  await mkdir(systemFolder, { recursive: true, mode: 0o755 });
  const binaries = await copyBinaries(account.binaries, systemFolder);
  const env = await linkLibraries(binaries, path.join(path.dirname(binaries.native), 'lib'));
  const copied = { ...account, binaries, env };
  if (await works(copied)) return copied;
  throw new DatabaseTrouble(
    'PostgreSQL refuses to run as root, and another account cannot reach its files here. Run Fondly as an ordinary user, or set DATABASE_URL.',
  );
}

async function refuseOwnCluster(folder: string): Promise<void> {
  const made = await stat(path.join(folder, 'cluster')).catch(() => undefined);
  if (made === undefined) return;
  throw new DatabaseTrouble(
    'PostgreSQL refuses to run as root here. Give the data folder to an ordinary user ("chown -R") and run Fondly as that user, or set DATABASE_URL.',
  );
}

// Whether the account can write in its home and run the server's program.
async function works({ before, ids, home, binaries, env }: Account): Promise<boolean> {
  const words = [
    ...before,
    'sh',
    '-c',
    'test -w "$1" && exec "$2" --version',
    'sh',
    home,
    path.join(binaries.native, 'bin', 'initdb'),
  ];
  const child = spawn(words[0] ?? '', words.slice(1), { ...ids, env: environment(env), cwd: '/', stdio: 'ignore' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

/** The whole environment of a server program: nothing of ours leaks into it, and it speaks the English that we read. */
export function environment(libraries: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: programFolders.join(':'), LC_ALL: 'C', TZ: 'UTC', ...libraries };
}

export function isInstalled(program: string): boolean {
  return programFolders.some((folder) => existsSync(path.join(folder, program)));
}

const programFolders = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/run/current-system/sw/bin',
];

const OVERFLOW = 65_534;

async function namedUsers(): Promise<{ name: string; uid: number; gid: number }[]> {
  const lines = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return lines
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
