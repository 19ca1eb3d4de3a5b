import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { routes } from './routes.ts';
import type { Site } from './site.ts';

export interface WebServer {
  port: number;
  /** Takes no new visitors, lets answers under way end for `waitMs` (5,000), then closes every connection. */
  close(waitMs?: number): Promise<void>;
}

export interface Listening {
  host: string;
  port: number;
}

/** Starts answering. Rejects with the system's error (EADDRINUSE, EACCES) when the port cannot be had. */
export async function startWeb(site: Site, where: Listening): Promise<WebServer> {
  const server = createAdaptorServer({ fetch: routes(site).fetch }) as Server;
  // A visitor who is slow on purpose holds a connection no longer than this; a shop's file of 50 MB needs it on a slow line (1.5 Mbit/s).
  server.requestTimeout = 300_000;
  server.headersTimeout = 15_000;
  await listen(server, where.host, where.port);
  const { port } = server.address() as AddressInfo;
  return { port, close: (waitMs = 5000) => close(server, waitMs) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server, waitMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), waitMs);
  await closed;
  clearTimeout(timer);
}
