import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TaskMeta, TestOptions } from 'vitest';

/** A program that some tests need, and that this project's package manager cannot bring. */
export type Program = 'redis-server' | 'chromium';

declare module 'vitest' {
  interface TaskMeta {
    /** Programs that were not found, so that the test did not run. The closing lines of a run name them. */
    missing?: Program[];
  }
}

const names: Record<Program, string[]> = {
  'redis-server': ['redis-server'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
};

/**
 * Options for `describe` or `test`: they skip it when a program is not on the path, and the run says so at its end.
 * `describe('through Redis', needs('redis-server'), () => { … })`
 */
export function needs(...programs: Program[]): TestOptions & { meta?: Partial<TaskMeta> } {
  const missing = programs.filter((program) => find(program) === undefined);
  return missing.length === 0 ? {} : { skip: true, meta: { missing } };
}

/** Where `redis-server` is, if it is on the path. */
export function redisServer(): string | undefined {
  return find('redis-server');
}

/** Where a Chromium is, under whichever of its usual names, if one is on the path. */
export function chromium(): string | undefined {
  return find('chromium');
}

function find(program: Program): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names[program].flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
