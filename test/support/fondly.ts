import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** What a command said and how it ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Fondly {
  dataDir: string;
  /** Runs a command to its end, as a person would. */
  run(...words: string[]): Promise<Ended>;
  /** The same with `--json`, read. Fails when it said anything but one JSON document, or ended with another code than 0. */
  json<T>(...words: string[]): Promise<T>;
  /** Starts a command that does not end by itself; it is killed when the test file is done. */
  spawn(...words: string[]): Running;
}

export interface Running {
  process: ChildProcess;
  /** Everything said so far, on both ways. */
  said(): string;
  /** Resolves with the first match in what is said; rejects when the program ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** SIGTERM; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const project = path.join(import.meta.dirname, '..', '..');

/** The real program as a process of its own, with a DATA_DIR of its own and nothing else of this environment's settings. */
export function fondly(environment: Record<string, string> = {}): Fondly {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'fondly-cli-'));
  const children = new Set<ChildProcess>();
  const start = (words: string[]): Child => {
    const child = spawn(process.execPath, [path.join(project, 'src/main.ts'), ...words], {
      cwd: dataDir,
      env: {
        PATH: process.env['PATH'],
        HOME: dataDir,
        TMPDIR: tmpdir(),
        DATA_DIR: dataDir,
        PORT: '0',
        LOG_LEVEL: 'warn',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    child.once('close', () => children.delete(child));
    return running(child);
  };
  const run = async (...words: string[]): Promise<Ended> => {
    const child = start(words);
    const code = await child.ended;
    return { code, stdout: child.stdout(), stderr: child.stderr() };
  };
  afterAll(async () => {
    await Promise.all([...children].map((child) => end(child)));
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    dataDir,
    run,
    spawn: (...words) => start(words),
    json: async <T>(...words: string[]): Promise<T> => {
      const { code, stdout, stderr } = await run(...words, '--json');
      if (code !== 0) throw new Error(`"${words.join(' ')}" ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
  };
}

interface Child extends Running {
  ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

function running(child: ChildProcess): Child {
  const out: string[] = [];
  const errors: string[] = [];
  child.stdout?.on('data', (text: Buffer) => out.push(String(text)));
  child.stderr?.on('data', (text: Buffer) => errors.push(String(text)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const said = (): string => [...out, ...errors].join('');
  return {
    process: child,
    said,
    ended,
    stdout: () => out.join(''),
    stderr: () => errors.join(''),
    says: (pattern) => says(child, said, pattern),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

function says(child: ChildProcess, said: () => string, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const match = pattern.exec(said());
      if (match) resolve(match);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', (code) => reject(new Error(`It ended with ${code} before it said ${pattern}:\n${said()}`)));
    look();
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await closed;
  clearTimeout(timer);
}
