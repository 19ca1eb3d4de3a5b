import { isIP } from 'node:net';

/** A mail server that takes our mail, and how to reach it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (port 465). */
  readonly secure: boolean;
  /** Without `secure`: refuse to go on unless STARTTLS works. */
  readonly requireTls: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  /** What we call ourselves in EHLO. */
  readonly name?: string;
  /** PEM of a certificate authority of one's own. */
  readonly ca?: string;
  readonly maxConnections?: number;
}

/**
 * Reads SMTP_URL: `smtps://user:password@host:465` or `smtp://…:587` (STARTTLS is required, this machine excepted); else why not, naming no secret.
 * Options after `?`: `requireTLS=false` for a relay on one's own network, `maxConnections=5`, `name=` for EHLO.
 */
export function readSmtpUrl(text: string): SmtpServer | { readonly reason: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^smtps?:$/.test(url.protocol)) return { reason: 'It must look like smtps://user:password@mail.example.com:465.' };
  const host = decoded(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const [user, pass] = [decoded(url.username), decoded(url.password)];
  if (!host) return { reason: 'It names no mail server.' };
  if (user === undefined || pass === undefined) return { reason: 'The user or password has a % that must be written as %25.' };
  const most = Number(url.searchParams.get('maxConnections') ?? 5);
  if (!Number.isInteger(most) || most < 1 || most > 100) return { reason: 'maxConnections must be a number from 1 to 100.' };
  const secure = url.protocol === 'smtps:';
  const port = url.port ? Number(url.port) : secure ? 465 : 587;
  const requireTls = !secure && (url.searchParams.get('requireTLS') ?? String(!isLoopback(host))) !== 'false';
  const name = url.searchParams.get('name');
  return {
    host,
    port,
    secure,
    requireTls,
    maxConnections: most,
    ...(user ? { auth: { user, pass } } : {}),
    ...(name ? { name } : {}),
  };
}

/** Whether the host is this very machine, where mail may go unencrypted. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
