import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';

/** What the environment says, typed. What is absent there is undefined, or its default. */
export interface Config {
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  smtpUrl: string | undefined;
  port: number;
  /** False: the default, so that another free port may do. */
  portGiven: boolean;
  host: string;
  /** How customers reach our pages, without a slash at its end. */
  publicUrl: string;
  publicUrlGiven: boolean;
  /** Whose word is taken for where a visitor comes from: this machine itself, and the proxies that were named. */
  trustedProxies: BlockList;
  /** Absolute. */
  dataDir: string;
  /** Newest first; undefined: made and kept in DATA_DIR. */
  secretKeys: string[] | undefined;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** The strings that Fondly reads, each as it stands in the environment. */
export type Environment = Partial<Record<Variable, string | undefined>>;

/** A setting that a person must put right; the message names the variable and says what to do, and no secret. */
export class ConfigTrouble extends Error {
  override name = 'ConfigTrouble';
}

const variables = [
  'DATABASE_URL',
  'REDIS_URL',
  'SMTP_URL',
  'PORT',
  'HOST',
  'PUBLIC_URL',
  'TRUSTED_PROXIES',
  'DATA_DIR',
  'SECRET_KEY',
  'LOG_LEVEL',
] as const;
type Variable = (typeof variables)[number];

/** Reads the environment, and `.env` in the working folder below it. Throws ConfigTrouble. */
export function loadConfig(): Config {
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw new ConfigTrouble('The file .env could not be read. Make it readable for this user, or move it away.');
    }
  }
  return readConfig(process.env);
}

/** The same from any strings. An empty one counts as absent. */
export function readConfig(environment: Environment): Config {
  const strings = Object.fromEntries(variables.map((name) => [name, environment[name]?.trim() || undefined]));
  const read = shape.safeParse(strings);
  if (!read.success) throw new ConfigTrouble(sentencesOf(read.error));
  const { data } = read;
  const config = {
    databaseUrl: data.DATABASE_URL,
    redisUrl: data.REDIS_URL,
    smtpUrl: data.SMTP_URL,
    port: data.PORT ?? 3000,
    portGiven: data.PORT !== undefined,
    host: data.HOST ?? '127.0.0.1',
    publicUrl: data.PUBLIC_URL ?? publicUrlFor(data.HOST ?? '127.0.0.1', data.PORT ?? 3000),
    publicUrlGiven: data.PUBLIC_URL !== undefined,
    trustedProxies: listOf([...THIS_MACHINE, ...(data.TRUSTED_PROXIES ?? [])]),
    dataDir: path.resolve(data.DATA_DIR ?? './data'),
    secretKeys: data.SECRET_KEY,
    logLevel: data.LOG_LEVEL ?? 'info',
  };
  if (config.smtpUrl !== undefined) refuseOpenLinks(config.publicUrl);
  return config;
}

/** Where this machine itself reaches us when nothing else was said. */
export function publicUrlFor(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/**
 * The secrets, newest first: those of SECRET_KEY, else the one kept in DATA_DIR, which is made at the first start (32 random bytes, mode 600).
 * Two processes that start at once end up with the same one.
 */
export async function secretKeysOf({ secretKeys, dataDir }: Pick<Config, 'secretKeys' | 'dataDir'>): Promise<string[]> {
  if (secretKeys !== undefined) return secretKeys;
  const file = secretKeyFile(dataDir);
  const kept = await readKept(file);
  if (kept !== undefined) return kept;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(own, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
  // Whoever links first has made the key; a rename would replace the other's.
  await link(own, file).catch(() => undefined);
  await rm(own, { force: true });
  const made = await readKept(file);
  if (made === undefined)
    throw new ConfigTrouble('The key could not be kept in DATA_DIR. Make that folder writable, or set SECRET_KEY.');
  return made;
}

/** Where the key is kept when SECRET_KEY is absent. */
export function secretKeyFile(dataDir: string): string {
  return path.join(dataDir, 'secret-key');
}

async function readKept(file: string): Promise<string[] | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new ConfigTrouble('The key kept in DATA_DIR could not be read. Make the file secret-key readable for this user.');
  });
  if (text === undefined) return undefined;
  await chmod(file, 0o600).catch(() => undefined);
  const keys = splitList(text);
  if (keys.length === 0) throw new ConfigTrouble('The key kept in DATA_DIR is empty. Restore the file secret-key from a backup.');
  return keys;
}

function splitList(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

const shape = z.object({
  DATABASE_URL: z.string().refine(isDatabaseUrl, 'must look like postgresql://user:password@host:5432/name').optional(),
  REDIS_URL: z.string().refine(isUrl('redis', 'rediss'), 'must look like redis://user:password@host:6379').optional(),
  SMTP_URL: z.string().refine(isUrl('smtp', 'smtps'), 'must look like smtps://user:password@mail.example.com:465').optional(),
  PORT: z.string().refine(isPort, 'must be a whole number from 0 to 65535, such as 3000').transform(Number).optional(),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'must be an address or name of this machine, such as 127.0.0.1 or 0.0.0.0')
    .optional(),
  PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, 'must look like https://cards.example.com, with nothing after a "?" or "#"')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  TRUSTED_PROXIES: z
    .string()
    .transform(splitList)
    .refine(
      (networks) => networks.every(isNetwork),
      'must be addresses or networks of your proxies with commas between, such as 10.0.0.5, 172.18.0.0/16',
    )
    .optional(),
  DATA_DIR: z.string().optional(),
  SECRET_KEY: z
    .string()
    .transform(splitList)
    .refine(
      (keys) => keys.length > 0 && keys.every((key) => key.length >= 16),
      'must be one or more long random texts of at least 16 letters, with commas between',
    )
    .optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'must be trace, debug, info, warn, error or silent')
    .optional(),
});

function sentencesOf(error: z.ZodError): string {
  return error.issues
    .map(({ path: [name], message }) => `${String(name)} ${message}. Mend it in the environment or in .env.`)
    .join('\n');
}

function isUrl(...schemes: string[]): (text: string) => boolean {
  return (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)) && new URL(text).hostname !== '';
}

// The server may also be a socket in a folder: postgresql:///fondly?host=/run/postgresql.
function isDatabaseUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
}

const THIS_MACHINE = ['127.0.0.0/8', '::1'];

// The whole world (/0) is refused: then each visitor could say where they come from.
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (most === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most);
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function isPublicUrl(text: string): boolean {
  return isUrl('http', 'https')(text) && !/[?#]/.test(text) && new URL(text).username === '';
}

// Whoever reads a link on its way may use it: only this machine itself may be reached without encryption.
function refuseOpenLinks(publicUrl: string): void {
  const { protocol, hostname } = new URL(publicUrl);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (protocol === 'https:' || loopback) return;
  throw new ConfigTrouble(
    'PUBLIC_URL must start with https:// when SMTP_URL is set: the links in cards are keys. Put a web server with a certificate in front of Fondly.',
  );
}
