import { type AddressInfo, createServer } from 'node:net';
import { type App, openApp } from '../app.ts';
import { hasAccounts, setupKey } from '../businesses/accounts-first.ts';
import { type Config, publicUrlFor } from '../config.ts';
import { type RunningWorker, startWorker } from '../queue/worker.ts';
import { startWeb, type WebServer } from '../web/server.ts';
import type { Site } from '../web/site.ts';
import { ground, stopped } from './run.ts';
import { note, refuse } from './say.ts';

interface Services {
  web: boolean;
  worker: boolean;
}

/** Runs until it is told to stop, then ends cleanly: what is leaving leaves, and nothing new starts. */
export async function start(services: Services): Promise<void> {
  const { config: asked, log, stopping } = ground();
  const config = services.web ? await settlePort(asked, false) : asked;
  await using app = await openApp(config, { log, migrate: 'always' });
  await using running = new AsyncDisposableStack();
  if (services.worker) running.adopt(await openWorker(app), (worker) => worker.close());
  if (services.web) running.adopt(await openWeb(app), (web) => web.close());
  note(await welcome(app, services));
  await stopped(stopping);
  note('Stopping: what is leaving leaves, nothing new starts.');
}

/** Chooses the port before the first card is made, because links in cards name it: any free one for PORT=0, or in place of one that is taken. */
export async function settlePort(config: Config, orFree: boolean): Promise<Config> {
  const free = (port: number): Promise<number | undefined> => probe(config.host, port);
  const wanted = config.port === 0 || (orFree && (await free(config.port)) === undefined) ? await free(0) : config.port;
  const port = wanted ?? config.port;
  return { ...config, port, publicUrl: config.publicUrlGiven ? config.publicUrl : publicUrlFor(config.host, port) };
}

function probe(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}

export async function openWorker(app: App): Promise<RunningWorker> {
  const { db, now, log, outboxFolder } = app;
  return startWorker({ db, queue: app.queue(), sender: await app.openSender(), outboxFolder, now, log });
}

/** Listens at the configured address; a port that cannot be had is said in a sentence. */
export async function openWeb(app: App & Pick<Site, 'guest'>): Promise<WebServer> {
  const { host, port } = app.config;
  try {
    return await startWeb(app, { host, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      return refuse(`Port ${port} is taken by another program. Set PORT to a free one, such as ${port + 1}.`);
    if (code === 'EACCES') return refuse(`Port ${port} may not be used by this user. Set PORT to one above 1023.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      return refuse(`HOST ${host} is no address of this machine. Set HOST to 127.0.0.1 or 0.0.0.0.`);
    throw error;
  }
}

async function welcome({ config, practice, db, secretKeys }: App, { web }: Services): Promise<string> {
  const address = publicUrlFor(config.host, config.port);
  const mode = practice
    ? 'Without SMTP_URL only shops with a mail server of their own send for real.'
    : 'Live shops send for real.';
  if (!web) return `Fondly plans and sends. ${mode} Ctrl-C stops it.`;
  const key = setupKey(secretKeys);
  const first = (await hasAccounts(db))
    ? ''
    : `Make your account there. From another machine, the key is ${key}: ${config.publicUrl}/welcome?key=${key}\n`;
  return `Fondly runs. Your shop: ${address}/   The outbox: ${address}/outbox\n${first}${mode} Ctrl-C stops it.`;
}
