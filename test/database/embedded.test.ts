import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { diagnose } from '../../src/database/embedded/diagnose.ts';
import { serverProcesses } from '../../src/database/embedded/processes.ts';
import { ask, ready, type ServerFolder, serverFolder, starting } from '../support/server-folder.ts';

let seed: ServerFolder;
let place: ServerFolder;
beforeAll(makeSeed);
afterAll(() => rm(seed.folder, { recursive: true }));
afterEach(() => place.clear());

const inside = (...names: string[]): string => path.join(place.folder, 'database', ...names);
const running = (): Promise<number[]> => serverProcesses(inside('cluster'));

describe('in an empty folder', () => {
  beforeEach(async () => void (place = await serverFolder()));

  test('answers on loopback only, behind a password that only its owner can read', async () => {
    const server = await place.start();
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    const settings = await ask(
      server.url,
      `select current_setting('listen_addresses') as l, current_setting('unix_socket_directories') as u`,
    );
    expect(settings).toEqual([{ l: '127.0.0.1', u: '' }]);
    expect((await stat(inside('password'))).mode & 0o777).toBe(0o600);
    expect((await stat(inside())).mode & 0o777).toBe(0o700);
    await expect(ask(server.url.replace(/:[0-9a-f]{64}@/, ':guess@'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
    await server.stop();
    expect(await running()).toEqual([]);
  });

  test('many may use it at once, and the last to leave stops it', async () => {
    const child = place.spawnStarter();
    const [first, second, url] = await Promise.all([place.start(), place.start(), ready(child)]);
    expect([first.url, second.url]).toEqual([url, url]);
    await first.stop();
    await first.stop();
    await second.stop();
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    child.stdin?.end();
    await once(child, 'exit');
    expect(await running()).toEqual([]);
  });

  test('kill -9 of the app, ten times and at any moment: the next start works and nothing committed is lost', async () => {
    let committed = 0;
    for (let round = 0; round < 10; round++) {
      const child = place.spawnStarter();
      const gone = once(child, 'exit');
      await starting(child);
      // The first five die while they make the cluster; of the others every second one works before it dies.
      if (round < 5 || round % 2 === 0) await sleep(round < 5 ? round * 160 : (round - 5) * 40);
      else {
        const url = await ready(child);
        await ask(url, 'create table if not exists kept (n int)');
        await ask(url, `insert into kept values (${++committed})`);
      }
      child.kill('SIGKILL');
      await gone;
    }
    const server = await place.start();
    expect(await ask(server.url, 'select count(*)::int as n from kept')).toEqual([{ n: committed }]);
    await server.stop();
  });
});

describe('after one start', () => {
  beforeEach(async () => void (place = await serverFolder(seed.folder)));

  test('Ctrl-C in the terminal does not reach the server', async () => {
    const child = place.spawnStarter();
    const url = await ready(child);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await once(child, 'exit');
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('keeps its port, and takes another one when somebody took that', async () => {
    const port = Number(await readFile(inside('port'), 'utf8'));
    const again = await place.start();
    expect(Number(new URL(again.url).port)).toBe(port);
    await again.stop();
    const thief = createServer().listen(port, '127.0.0.1');
    await once(thief, 'listening');
    const elsewhere = await place.start();
    expect(Number(new URL(elsewhere.url).port)).not.toBe(port);
    await elsewhere.stop();
    thief.close();
  });

  test('a note of a server that is gone, its number now another program’s, does not stop a start', async () => {
    await writeFile(inside('cluster', 'postmaster.pid'), `${process.pid}\n${inside('cluster')}\n1\n5432\n\n127.0.0.1\n`);
    const server = await place.start();
    expect(await ask(server.url, 'select * from kept')).toEqual([]);
    await server.stop();
  });

  test('leftovers of a killed start go, and an empty note too', async () => {
    await mkdir(inside('cluster.dead.half'));
    await writeFile(inside('cluster', 'postmaster.pid'), '');
    const server = await place.start();
    expect(await ask(server.url, 'select * from kept')).toEqual([]);
    await server.stop();
  });

  test('a lost password is made anew, also while an orphan still runs on the old one', async () => {
    const child = place.spawnStarter();
    await ready(child);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await rm(inside('password'));
    const server = await place.start();
    expect(await ask(server.url, 'select * from kept')).toEqual([]);
    await server.stop();
  });

  test('a server that the system killed comes back at the same port', async () => {
    const server = await place.start();
    for (const pid of await running()) process.kill(pid, 'SIGKILL');
    while (place.said.length === 0 || (await ask(server.url, 'select 1').catch(() => [])).length === 0) await sleep(50);
    expect(place.said[0]).toBe('The database stopped by itself and is started again.');
    await server.stop();
    expect(await running()).toEqual([]);
  });

  test('workers that outlive their killed server are waited for', async () => {
    const server = await place.start();
    const busy = ask(server.url, 'select pg_sleep(0.3)').catch(() => []);
    await sleep(50);
    process.kill(Number((await readFile(inside('cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGKILL');
    const second = await place.start();
    expect(await ask(second.url, 'select * from kept')).toEqual([]);
    await Promise.all([busy, server.stop(), second.stop()]);
    expect(await running()).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('a server in another container on the same files is respected', async () => {
    // Nothing of a server in another container shows but the lock that it holds.
    const [program, ...words] = ['flock', '--no-fork', inside('server.lock'), 'sh', '-c', 'echo held; exec sleep 60'] as const;
    const other = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    await expect(place.start()).rejects.toThrow('in use by Fondly in another container');
    other.kill();
    await once(other, 'exit');
    await (await place.start()).stop();
  });

  test('a damaged database is said to be damaged', async () => {
    await writeFile(inside('cluster', 'global', 'pg_control'), 'nonsense');
    await expect(place.start()).rejects.toThrow('The database in the data folder is damaged.');
    await rm(inside('cluster', 'PG_VERSION'));
    await expect(place.start()).rejects.toThrow('The database in the data folder is damaged.');
    await writeFile(inside('cluster', 'PG_VERSION'), '17\n');
    await expect(place.start()).rejects.toThrow('made by another version of PostgreSQL');
  });
});

describe('says what is wrong', () => {
  beforeEach(async () => void (place = await serverFolder()));

  test.each([
    [{ platform: 'linux', arch: 'x64', glibc: false } as const, 'has musl. Set DATABASE_URL'],
    [{ platform: 'win32', arch: 'x64', glibc: true } as const, 'Use WSL'],
    [{ platform: 'freebsd', arch: 'x64', glibc: true } as const, 'There is no built-in PostgreSQL for freebsd x64.'],
    [{ platform: 'linux', arch: 'ppc64', glibc: true } as const, 'Run "npm ci" without leaving out optional packages'],
  ])('when there is no PostgreSQL for the machine: %o', async (machine, words) => {
    await expect(place.start({ machine })).rejects.toThrow(words);
  });

  test('when DATA_DIR is a file', async () => {
    const folder = path.join(place.folder, 'file');
    await writeFile(folder, '');
    await expect(place.start({ folder })).rejects.toThrow('DATA_DIR names a file');
  });

  test.each([
    ['FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device', 'is full'],
    ['could not extend file "base/1/2691": wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.\nPANIC:  x', 'is full'],
    ['initdb: error: could not look up effective user ID 12345: user does not exist', 'has no name on this system'],
    ['FATAL:  data directory "/home/ada/data" has wrong ownership', 'belongs to another user'],
    ['FATAL:  data directory "/mnt/c/data" has invalid permissions', 'keeps no permissions'],
    ['FATAL:  could not create shared memory segment: Cannot allocate memory', 'too little memory'],
    ['postgres: error while loading shared libraries: libz.so.1: cannot open shared object file', 'Run "npm ci" again'],
    ["postgres: /lib/libc.so.6: version `GLIBC_2.34' not found", 'too old'],
    ['PANIC:  could not locate a valid checkpoint record at 0/14F2A28', 'is damaged'],
    ['FATAL:  something new about "/home/ada/data/x"', 'did not start: something new about a file.'],
    ['', 'did not start. Its file postgres.log'],
  ])('in a sentence for what PostgreSQL complained of: %s', (output, words) => {
    const { message } = diagnose(output);
    expect(message).toContain(words);
    expect(message).not.toMatch(/\/(home|mnt|lib)/);
  });

  test.skipIf(process.getuid?.() === 0)('when the folder may not be written in, or is another’s', async () => {
    await chmod(place.folder, 0o500);
    await expect(place.start()).rejects.toThrow('Fondly may not write in its data folder.');
    await chmod(place.folder, 0o700);
  });
});

async function makeSeed(): Promise<void> {
  seed = await serverFolder();
  const server = await seed.start();
  await ask(server.url, 'create table kept (n int)');
  await server.stop();
}
