import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigTrouble } from '../config.ts';
import { DatabaseTrouble } from '../database/trouble.ts';

/** What a command cannot do, and what to do instead, in sentences: printed as they are, exit code 1. */
class CommandTrouble extends Error {
  override name = 'CommandTrouble';
}

/** Something is wrong with how the command was written: exit code 2. */
export class UsageTrouble extends Error {
  override name = 'UsageTrouble';
}

/** Ctrl-C or SIGTERM in the middle of a command that has an end. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

export function refuse(reason: string): never {
  throw new CommandTrouble(reason);
}

/** Refuses what cannot be read as a file, by its name alone: where it lies is nobody else's business. */
export async function checkFile(file: string): Promise<void> {
  const name = path.basename(file);
  const found = await stat(file).catch(() => refuse(`There is no file "${name}" there. Check its name.`));
  if (found.isDirectory()) refuse(`"${name}" is a folder. Name a file in it.`);
  await access(file, constants.R_OK).catch(() => refuse(`The file "${name}" may not be read by this user. Check its rights.`));
}

/** Prints one JSON document, and nothing else may be printed. */
export function sayJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function say(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** What is not the answer itself: progress and notes, beside a `--json` document too. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The sentence for what a person can put right; undefined for anything else. */
export function sentenceOf(error: unknown): string | undefined {
  const told = [CommandTrouble, UsageTrouble, ConfigTrouble, DatabaseTrouble].some((kind) => error instanceof kind);
  return told ? (error as Error).message : connectionTrouble(error);
}

function connectionTrouble(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'].includes(code)) {
    return 'The database could not be reached. Check DATABASE_URL, and that the server runs.';
  }
  if (['28P01', '28000'].includes(code)) return 'The database refused the user or the password. Check DATABASE_URL.';
  if (code === '3D000') return 'There is no database of that name. Create it, or check DATABASE_URL.';
  if (code === '42501') return 'The database user may not do that. Give it the right to create tables and schemas.';
  if (['ENOSPC', '53100'].includes(code)) return 'The disk is full. Make room, then try again.';
  if (['EACCES', 'EROFS'].includes(code))
    return 'A file could not be written. Check the rights on DATA_DIR and on the files named.';
  return undefined;
}

/** `3 customers`, `1 customer`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

export interface Progress {
  /** `share` from 0 to 1. */
  at(share: number, words?: string): void;
  end(): void;
}

/** A bar on a terminal; in a pipe a plain line at each tenth. Both on standard error. */
export function startProgress(label: string, out: NodeJS.WriteStream = process.stderr): Progress {
  return out.isTTY ? bar(label, out) : lines(label, out);
}

function bar(label: string, out: NodeJS.WriteStream): Progress {
  let drawn = 0;
  const at = (share: number, words = ''): void => {
    if (share < 1 && performance.now() - drawn < 60) return;
    drawn = performance.now();
    const filled = Math.round(Math.min(1, share) * 24);
    const line = `${label} ${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${Math.floor(share * 100)} % ${words}`;
    out.write(`\r\u001b[2K${line.slice(0, Math.max(20, (out.columns || 80) - 1))}`);
  };
  return { at, end: () => void out.write('\r\u001b[2K') };
}

function lines(label: string, out: NodeJS.WriteStream): Progress {
  let told = 0;
  const at = (share: number, words = ''): void => {
    const tenth = Math.floor(share * 10);
    if (tenth <= told) return;
    told = tenth;
    out.write(`${label}: ${tenth * 10} %${words ? ` (${words})` : ''}\n`);
  };
  return { at, end: () => undefined };
}

/** Rows as columns that line up. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>((widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, width(cell))), []);
  return rows.map((row) =>
    row
      .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

const graphemes = new Intl.Segmenter();

function width(text: string): number {
  return [...graphemes.segment(text)].length;
}
