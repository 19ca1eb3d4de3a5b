import { pino } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Fields are ids, codes and counts; never names, addresses or words of a card. Tokens and addresses that slip in are masked. */
export interface Log {
  debug(fields: object, words: string): void;
  info(fields: object, words: string): void;
  warn(fields: object, words: string): void;
  error(fields: object, words: string): void;
}

export interface LogOptions {
  level: LogLevel;
  /** Where lines go: standard error unless said. */
  to?: { write(line: string): unknown; isTTY?: boolean };
}

/** One JSON object a line for machines; on a terminal, a line that people can read. */
export function createLog({ level, to = process.stderr }: LogOptions): Log {
  const told = level === 'debug' || level === 'trace';
  const write = (line: string): void => void to.write(to.isTTY ? readable(line) : line);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => masked(fields, told) as Record<string, unknown> },
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map((arg) => (typeof arg === 'string' ? mask(arg) : arg)) as Parameters<typeof method>);
        },
      },
    },
    { write },
  );
}

/** Hides what is nobody's business in a log: the keys in links, e-mail addresses, passwords in addresses of servers. */
export function mask(text: string): string {
  return text
    .replaceAll(/\/([a-z])\/[A-Za-z0-9_-]{20,}/g, '/$1/…')
    .replaceAll(/:\/\/[^\s/@]+@/g, '://…@')
    .replaceAll(/[^\s<>"'(),;:/@]+@[^\s<>"'(),;:/@]+\.[^\s<>"'(),;:/@]+/g, '…@…');
}

const DEEPEST = 6;

function masked(value: unknown, told: boolean, depth = 0): unknown {
  if (typeof value === 'string') return mask(value);
  if (value instanceof Error) return masked(described(value, told), told, depth);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((item) => masked(item, told, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, told, depth + 1)]));
}

// A database error's message may hold a row's values, so it is told only to who asks for more; its detail, which holds the whole row, never is.
function described(error: Error, told: boolean): object {
  const code = 'code' in error ? error.code : undefined;
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    code,
    ...(told ? { message: error.message } : {}),
    stack: places.slice(0, 12).map((line) => line.trim()),
  };
}

function readable(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${String(time).slice(11, 19)} ${String(level)}: ${String(msg)}${rest.length > 0 ? ` (${rest.join(', ')})` : ''}\n`;
}
