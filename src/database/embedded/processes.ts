import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

/**
 * The processes of any PostgreSQL server on `cluster`, its workers included. PostgreSQL only asks whether the noted pid lives, and so takes
 * another program that was given the same number for itself; each server process stands in its cluster's folder, and that tells them apart.
 */
export async function serverProcesses(cluster: string): Promise<number[]> {
  if (process.platform !== 'linux') return listedProcesses(cluster);
  // Synchronous on purpose: these reads touch no disk, and a pool thread for each would cost more than the read.
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => standsIn(pid, cluster) || isStarting(pid, cluster)).map(Number);
}

export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether `pid` runs; a dead process that its parent has not taken note of yet does not. */
export function isRunning(pid: number): boolean {
  return process.platform === 'linux' ? commandOf(String(pid)) !== '' : signal(pid, 0);
}

function standsIn(pid: string, cluster: string): boolean {
  return orNothing(() => readlinkSync(`/proc/${pid}/cwd`)) === cluster && commandOf(pid) !== '';
}

// In its first milliseconds a server has not gone to its folder yet.
function isStarting(pid: string, cluster: string): boolean {
  return commandOf(pid).includes(`/postgres\0-D\0${cluster}\0`);
}

// A zombie has no command line left: it holds nothing, and only waits for its parent.
function commandOf(pid: string): string {
  return orNothing(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

async function listedProcesses(cluster: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,command='], { maxBuffer: 16_000_000 });
  return stdout
    .split('\n')
    .filter((line) => line.includes(`postgres -D ${cluster} `))
    .map((line) => Number.parseInt(line, 10));
}
