import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, secretKeyFile, secretKeysOf } from '../../src/config.ts';
import { createLog, mask } from '../../src/log.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'fondly-config-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the environment', () => {
  it('needs nothing at all', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 3000,
      portGiven: false,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:3000',
      logLevel: 'info',
    });
    expect([config.databaseUrl, config.redisUrl, config.smtpUrl, config.secretKeys]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('counts an empty value as absent', () => {
    expect(readConfig({ PORT: '', SMTP_URL: '  ', SECRET_KEY: '' })).toEqual(readConfig({}));
  });

  it('takes what is right', () => {
    const config = readConfig({
      DATABASE_URL: 'postgresql:///fondly?host=/run/postgresql',
      REDIS_URL: 'rediss://u:p@cache.example:6380/1',
      SMTP_URL: 'smtps://u:p@mail.example.com',
      PUBLIC_URL: 'https://cards.example.com/shop/',
      PORT: '8080',
      SECRET_KEY: 'the-newest-of-our-keys, the-former-one-of-them',
    });
    expect(config).toMatchObject({ port: 8080, portGiven: true, publicUrl: 'https://cards.example.com/shop' });
    expect(config.secretKeys).toEqual(['the-newest-of-our-keys', 'the-former-one-of-them']);
  });

  it.each([
    [{ PORT: '80a' }, /^PORT must be a whole number/],
    [{ PORT: '70000' }, /^PORT must be/],
    [{ DATABASE_URL: 'mysql://a/b' }, /^DATABASE_URL must look like postgresql:/],
    [{ REDIS_URL: 'localhost' }, /^REDIS_URL must look like/],
    [{ SMTP_URL: 'mail.example.com:25' }, /^SMTP_URL must look like/],
    [{ PUBLIC_URL: 'cards.example.com' }, /^PUBLIC_URL must look like/],
    [{ PUBLIC_URL: 'https://a.example/?x=1' }, /^PUBLIC_URL must look like/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be trace, debug/],
    [{ SECRET_KEY: 'short' }, /^SECRET_KEY must be one or more long/],
    [{ HOST: 'a b' }, /^HOST must be/],
    [{ TRUSTED_PROXIES: 'proxy.internal' }, /^TRUSTED_PROXIES must be addresses or networks of your proxies/],
    [{ TRUSTED_PROXIES: '10.0.0.5 10.0.0.6' }, /^TRUSTED_PROXIES must be/],
    [{ TRUSTED_PROXIES: '10.0.0.5, 10.0.0.0/33' }, /^TRUSTED_PROXIES must be/],
    [{ TRUSTED_PROXIES: '::/0' }, /^TRUSTED_PROXIES must be/],
    [{ SMTP_URL: 'smtp://mail.example.com', PUBLIC_URL: 'http://cards.example.com' }, /^PUBLIC_URL must start with https/],
  ])('says what is wrong with %o, naming the variable', (environment, words) => {
    expect(() => readConfig(environment)).toThrow(words);
  });

  it('repeats no secret when it complains', () => {
    const wrong = () => readConfig({ DATABASE_URL: 'mysql://fondly:hunter2@db/x', SECRET_KEY: 'hunter2' });
    expect(wrong).toThrow(/DATABASE_URL[\s\S]*SECRET_KEY/);
    expect(wrong).not.toThrow(/hunter2/);
  });

  it('lets this very machine be reached without encryption', () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      expect(readConfig({ SMTP_URL: 'smtp://mail.example.com', PUBLIC_URL: `http://${name}:3000` }).smtpUrl).toBeDefined();
    }
  });
});

describe('the key', () => {
  it('is made once, kept for its owner only, and the same for all who start at once', async () => {
    const config = { secretKeys: undefined, dataDir: path.join(folder, 'data') };
    const keys = await Promise.all(Array.from({ length: 10 }, () => secretKeysOf(config)));
    expect(new Set(keys.flat()).size).toBe(1);
    const file = secretKeyFile(config.dataDir);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim()).toBe(keys[0]?.[0]);
    expect(Buffer.from(keys[0]?.[0] ?? '', 'base64url')).toHaveLength(32);
  });

  it('is not made when SECRET_KEY is there', async () => {
    const dataDir = path.join(folder, 'untouched');
    expect(await secretKeysOf({ secretKeys: ['given'], dataDir })).toEqual(['given']);
    await expect(stat(dataDir)).rejects.toThrow('ENOENT');
  });
});

describe('the log', () => {
  it('masks keys in links, addresses, and passwords in addresses of servers', () => {
    expect(mask('GET /u/HAGiABkyi3WhplwXG6-vGJoBogAZNiB0 for mia@example.com at smtp://fondly:hunter2@mail')).toBe(
      'GET /u/… for …@… at smtp://…@mail',
    );
  });

  it('keeps what an error says to itself, unless asked for more', () => {
    const told = (level: 'info' | 'debug'): string => {
      const lines: string[] = [];
      createLog({ level, to: { write: (line) => lines.push(line) } }).warn(
        { err: new Error('Mia Okafor is taken') },
        'mia@example.com failed',
      );
      return lines.join('');
    };
    expect(told('info')).not.toMatch(/Okafor|mia@/);
    expect(told('info')).toContain('"level":"warn"');
    expect(told('debug')).toContain('Mia Okafor is taken');
  });

  it('speaks in lines on a terminal', () => {
    const lines: string[] = [];
    const to = { write: (line: string) => lines.push(line), isTTY: true };
    createLog({ level: 'info', to }).info({ id: 7 }, 'Started');
    expect(lines.join('')).toMatch(/^\d\d:\d\d:\d\d info: Started \(id=7\)\n$/);
  });
});
