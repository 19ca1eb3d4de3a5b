import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serverProcesses, signal } from '../../src/database/embedded/processes.ts';
import { ask, ready, type ServerFolder, serverFolder } from '../support/server-folder.ts';

// What only root can show: PostgreSQL refuses root, so the server runs in a user namespace, or as another account.
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

let place: ServerFolder;
beforeEach(async () => {
  place = await serverFolder();
  await chmod(place.folder, 0o700);
});
afterEach(() => place.clear());

describe.skipIf(!isRoot)('as root', () => {
  test.skipIf(!canUnshare())('in a folder that only root can enter, all files stay root’s', async () => {
    const server = await place.start();
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await stat(path.join(place.folder, 'database', 'cluster', 'base'))).uid).toBe(0);
    await server.stop();
  });

  test('an ordinary user’s folder stays usable for both', async () => {
    await chown(place.folder, NOBODY, NOBODY);
    const folder = path.join(place.folder, 'database');
    await mkdir(folder);
    await chown(folder, NOBODY, NOBODY);
    const server = await place.start();
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    for (const name of await readdir(folder)) expect([name, (await stat(path.join(folder, name))).uid]).toEqual([name, NOBODY]);
  });
});

describe.skipIf(!isRoot)('as root where user namespaces are refused', () => {
  let systemFolder: string;
  const other = (): { rootWay: 'account'; systemFolder: string } => ({ rootWay: 'account', systemFolder });
  beforeEach(async () => {
    systemFolder = await mkdtemp(path.join(tmpdir(), 'fondly-system-'));
    await chmod(systemFolder, 0o755);
  });
  afterEach(async () => {
    for (const home of await readdir(systemFolder)) {
      for (const pid of await serverProcesses(path.join(systemFolder, home, 'cluster'))) signal(pid, 'SIGKILL');
    }
    await rm(systemFolder, { recursive: true });
  });

  test('another account runs it elsewhere, DATA_DIR notes where, and the password stays root’s', async () => {
    const [server, second] = await Promise.all([place.start(other()), place.start(other())]);
    expect(second.url).toBe(server.url);
    await ask(server.url, 'create table kept (n int)');
    await Promise.all([server.stop(), second.stop()]);
    const home = await readFile(path.join(place.folder, 'database', 'kept-elsewhere'), 'utf8');
    expect(path.dirname(home)).toBe(systemFolder);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(home, 'cluster'))).uid).not.toBe(0);
    expect(await stat(path.join(place.folder, 'database', 'password'))).toMatchObject({ uid: 0, mode: 0o100600 });

    // The note alone leads there from now on, also where namespaces would work, and also after a kill -9.
    const child = place.spawnStarter();
    const url = await ready(child);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const third = await place.start();
    expect([third.url, await ask(third.url, 'select * from kept')]).toEqual([url, []]);
    await third.stop();
    expect(await serverProcesses(path.join(home, 'cluster'))).toEqual([]);
  });

  test.skipIf(!canUnshare())('a database made in a namespace is not silently replaced by an empty one', async () => {
    await (await place.start()).stop();
    await expect(place.start(other())).rejects.toThrow(
      'PostgreSQL refuses to run as root here. Give the data folder to an ordinary user',
    );
  });
});

test.skipIf(!isRoot || !canMount())('a full disk is said to be full, and space is all that it takes', async () => {
  const disk = path.join(place.folder, 'disk');
  await mkdir(disk);
  run('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', disk]);
  try {
    await expect(place.start({ folder: disk })).rejects.toThrow('The disk that holds the data folder is full.');
    run('mount', ['-o', 'remount,size=80m', disk]);
    await (await place.start({ folder: disk })).stop();
    run('mount', ['-o', 'remount,ro', disk]);
    await expect(place.start({ folder: disk })).rejects.toThrow('The data folder is on a read-only disk.');
  } finally {
    run('umount', [disk]);
  }
});

function canUnshare(): boolean {
  return succeeds('unshare', ['--user', '--map-user=1', '--map-group=1', 'true']);
}

function canMount(): boolean {
  return succeeds('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
}

function succeeds(program: string, words: string[]): boolean {
  try {
    run(program, words);
    return true;
  } catch {
    return false;
  }
}

function run(program: string, words: string[]): void {
  execFileSync(program, words, { stdio: 'ignore' });
}
