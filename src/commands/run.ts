import { type App, type AppOptions, openApp } from '../app.ts';
import { findBusiness, listBusinesses, type Business } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { type Config, loadConfig } from '../config.ts';
import { createLog, type Log } from '../log.ts';
import { Interrupted, refuse } from './say.ts';

export interface Ground {
  config: Config;
  log: Log;
  /** Aborted by the first SIGTERM or SIGINT. */
  stopping: AbortSignal;
}

const FORCED_MS = 29_000;

/** npm passes Ctrl-C on to a program that the terminal has told already: two signals this close together are one. */
const ONE_PRESS_MS = 1000;

/** Reads the configuration and listens for signals. A second Ctrl-C, or 29 s of stopping, ends the process at once. */
export function ground(change: (config: Config) => Config = (config) => config): Ground {
  const config = change(loadConfig());
  const stopping = new AbortController();
  let pressed = 0;
  const onSignal = (): void => {
    if (stopping.signal.aborted && performance.now() - pressed < ONE_PRESS_MS) return;
    if (stopping.signal.aborted) process.exit(130);
    pressed = performance.now();
    stopping.abort(new Interrupted('Stopped.'));
    setTimeout(() => process.exit(1), FORCED_MS).unref();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('SIGHUP', onSignal);
  return { config, log: createLog({ level: config.logLevel }), stopping: stopping.signal };
}

/**
 * Opens the app for a command that has an end, and closes it whatever happens. A signal cuts the work short; work that `heedsSignal` ends
 * by itself instead.
 */
export async function withApp<T>(
  work: (app: App, stopping: AbortSignal) => Promise<T>,
  { heedsSignal = false, ...options }: Partial<AppOptions> & { heedsSignal?: boolean } = {},
): Promise<T> {
  const { config, log, stopping } = ground();
  await using app = await openApp(config, { log: quieter(log, config), ...options });
  return await (heedsSignal ? work(app, stopping) : unlessStopped(work(app, stopping), stopping));
}

/** The business of this short name; else a sentence that names those there are. */
export async function businessNamed(db: Db, slug: string): Promise<Business> {
  const business = await findBusiness(db, slug);
  if (business) return business;
  const slugs = (await listBusinesses(db)).map((known) => known.slug);
  if (slugs.length === 0) refuse('There is no business yet. Add one with "business add".');
  return refuse(
    `There is no business "${slug}". There is: ${slugs.slice(0, 10).join(', ')}${slugs.length > 10 ? ' and more' : ''}.`,
  );
}

/** Resolves at the first signal. */
export function stopped(stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function unlessStopped<T>(work: Promise<T>, stopping: AbortSignal): Promise<T> {
  const cut = stopped(stopping).then((): never => {
    throw stopping.reason;
  });
  try {
    return await Promise.race([work, cut]);
  } finally {
    // Whoever loses the race is no longer listened to.
    work.catch(() => undefined);
    cut.catch(() => undefined);
  }
}

// Someone who types a command wants its answer: what goes well is told at LOG_LEVEL=debug only.
function quieter(log: Log, { logLevel }: Config): Log {
  return logLevel === 'debug' || logLevel === 'trace'
    ? log
    : { ...log, info: () => undefined, debug: () => undefined, warn: log.warn.bind(log), error: log.error.bind(log) };
}
