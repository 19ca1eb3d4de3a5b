import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The processes of any PostgreSQL server on `cluster`, its workers included. PostgreSQL only asks whether the noted pid lives, and so takes
 * another program that was given the same number for itself; each server process stands in its cluster's folder, and that tells them apart.
 */
export async function serverProcesses(cluster: string): Promise<number[]> {
  if (process.platform !== 'linux') return listedProcesses(cluster);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const ours = await Promise.all(pids.map(async (pid) => (await standsIn(pid, cluster)) || (await isStarting(pid, cluster))));
  return pids.filter((_, i) => ours[i]);
}

export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function standsIn(pid: number, cluster: string): Promise<boolean> {
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster && (await commandOf(pid)) !== '';
}

// In its first milliseconds a server has not gone to its folder yet.
async function isStarting(pid: number, cluster: string): Promise<boolean> {
  return (await commandOf(pid)).includes(`/postgres\0-D\0${cluster}\0`);
}

// A zombie has no command line left: it holds nothing, and only waits for its parent.
async function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

async function listedProcesses(cluster: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,command='], { maxBuffer: 16_000_000 });
  return stdout
    .split('\n')
    .filter((line) => line.includes(`postgres -D ${cluster} `))
    .map((line) => Number.parseInt(line, 10));
}
