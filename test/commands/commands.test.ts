import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyDatabase, testDatabase } from '../support/database.ts';
import { fondly } from '../support/fondly.ts';

const { db, url } = await testDatabase();
const program = fondly({ DATABASE_URL: url });
const shop = ['--name', 'Rosa & Fern', '--time-zone', 'Europe/London', '--postal-address', '12 Market Row\\nBath'];

async function file(name: string, content: string): Promise<string> {
  const full = path.join(program.dataDir, name);
  await writeFile(full, content);
  return full;
}

describe('help and mistakes', () => {
  it('explains every command', async () => {
    const { code, stdout } = await program.run('--help');
    expect(code).toBe(0);
    for (const command of 'start web worker migrate demo business import purchase plan simulate render doctor backup restore'.split(
      ' ',
    )) {
      expect(stdout).toMatch(new RegExp(`^ +${command} `, 'm'));
    }
  });

  it('asks what was meant, and ends with 2', async () => {
    const [wrong, missing, day] = await Promise.all([
      program.run('strat'),
      program.run('plan', '--business', 'rosa'),
      program.run('plan', '--business', 'rosa', '--from', '2027-02-30', '--to', '2027-03-01'),
    ]);
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('Did you mean start?');
    expect([missing.code, day.code]).toEqual([2, 2]);
    expect(day.stderr).toContain('Write a day like 2027-02-28.');
  });

  it('names the variable that is wrong, without a stack', async () => {
    const { code, stderr } = await fondly({ PORT: 'eighty' }).run(
      'plan',
      '--business',
      'x',
      '--from',
      '2027-01-01',
      '--to',
      '2027-01-01',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^PORT must be a whole number/);
    expect(stderr).not.toMatch(/ {4}at |\/src\//);
  });

  it('says that a database cannot be reached', async () => {
    const { code, stderr } = await fondly({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/x' }).run('migrate');
    expect([code, stderr]).toEqual([1, 'The database could not be reached. Check DATABASE_URL, and that the server runs.\n']);
  });
});

describe('a shop from its beginning', () => {
  it('is added once, with its occasions, and practises', async () => {
    const added = await program.run('business', 'add', ...shop, '--slug', 'rosa', '--from', 'Rosa <hello@rosa.example>');
    expect([added.code, added.stderr]).toEqual([0, '']);
    expect(added.stdout).toContain('It practises');
    const row = await db.selectFrom('business').selectAll().where('slug', '=', 'rosa').executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      country: 'GB',
      from_address: 'hello@rosa.example',
      postal_address: '12 Market Row\nBath',
      live_at: null,
    });
    expect(await db.selectFrom('occasion').select('slug').execute()).toHaveLength(6);
    const again = await program.run('business', 'add', ...shop, '--slug', 'rosa', '--from', 'Rosa <hello@rosa.example>');
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain('already a business named "rosa"');
  });

  it('refuses a sender that is none, as a wrong use', async () => {
    const { code, stderr } = await program.run('business', 'add', ...shop, '--slug', 'fern', '--from', 'Rosa');
    expect([code, stderr.startsWith('--from must look like')]).toEqual([2, true]);
  });

  it('takes its customers from a file, and asks what it must not guess', async () => {
    const sheet = await file(
      'customers.csv',
      'Name,Email,Birthday\nMia Okafor,mia@example.com,1990-03-14\nBen Hart,not an address,\n',
    );
    const report = await program.json<{ created: number; rejected: unknown[] }>('import', sheet, '--business', 'rosa');
    expect(report.created).toBeGreaterThan(0);
    expect(Object.keys(report).toSorted()).toEqual(['created', 'questions', 'rejected', 'unchanged', 'updated']);
    const unsure = await file(
      'unsure.csv',
      'Name,Email,Birthday\nAda,ada@example.com,03/04/1980\nBea,bea@example.com,05/06/1981\n',
    );
    const asked = await program.run('import', unsure, '--business', 'rosa', '--json');
    expect(asked.code).toBe(1);
    expect(JSON.parse(asked.stdout)).toMatchObject({ created: 0, questions: [{ column: 'Birthday' }] });
    expect(await program.json('import', unsure, '--business', 'rosa', '--date-order', 'dmy')).toMatchObject({ created: 2 });
  });

  it('names the shops there are when one is not known', async () => {
    const { code, stderr } = await program.run('import', path.join(program.dataDir, 'customers.csv'), '--business', 'roza');
    expect([code, stderr]).toEqual([1, 'There is no business "roza". There is: rosa.\n']);
  });

  it('says what is wrong with a file by its name alone', async () => {
    const [folder, missing] = await Promise.all([
      program.run('import', program.dataDir, '--business', 'rosa'),
      program.run('import', path.join(program.dataDir, 'nowhere.csv'), '--business', 'rosa', '--json'),
    ]);
    expect([folder.code, folder.stderr]).toEqual([1, `"${path.basename(program.dataDir)}" is a folder. Name a file in it.\n`]);
    expect(missing).toEqual({ code: 1, stdout: '', stderr: 'There is no file "nowhere.csv" there. Check its name.\n' });
  });

  it('notes a purchase once, in the smallest unit of its currency', async () => {
    const words = [
      '--business',
      'rosa',
      '--email',
      'MIA@example.com',
      '--on',
      '2026-11-01',
      '--currency',
      'kwd',
      '--amount',
      '12.5',
    ];
    expect(await program.json('purchase', 'add', ...words, '--reference', 'A1')).toMatchObject({ added: true });
    expect(await program.json('purchase', 'add', ...words, '--reference', 'A1')).toMatchObject({ added: false });
    expect(await db.selectFrom('purchase').select(['amount', 'currency']).execute()).toEqual([
      { amount: 12_500, currency: 'KWD' },
    ]);
    const wrong = await program.run('purchase', 'add', ...words, '--amount', '12.50 EUR');
    expect([wrong.code, wrong.stderr.includes('is no amount')]).toEqual([2, true]);
  });
});

describe('cards on the command line', () => {
  it('prints each part of a gallery card', async () => {
    const data = await file('mia.json', JSON.stringify({ customer: { firstName: 'Mia' }, date: { years: 40 } }));
    const [subject, text, html] = await Promise.all(
      ['subject', 'text', 'html'].map((part) => program.run('render', 'birthday-balloons', '--data', data, '--part', part)),
    );
    expect([subject?.code, subject?.stdout]).toEqual([0, 'Happy birthday, Mia!\n']);
    expect(text?.stdout).toContain('Mia');
    expect(html?.stdout).toMatch(/^<!doctype html>/i);
  });

  it('asks what was meant by a field, and names the gallery’s cards', async () => {
    const wrong = await file('wrong.json', JSON.stringify({ customer: { firstNam: 'Mia' } }));
    const [field, card] = await Promise.all([
      program.run('render', 'birthday-balloons', '--data', wrong),
      program.run('render', 'birthday', '--data', wrong.replace('wrong', 'mia')),
    ]);
    expect([field.code, field.stderr]).toEqual([1, 'customer.firstNam is not a field; did you mean customer.firstName?\n']);
    expect([card.code, card.stderr.includes('birthday-balloons')]).toEqual([1, true]);
  });

  it('reads data that begin with a byte order mark', async () => {
    const marked = await file('marked.json', '\uFEFF{"customer":{"firstName":"Mia"}}');
    const { stdout } = await program.run('render', 'birthday-balloons', '--data', marked, '--part', 'subject');
    expect(stdout).toBe('Happy birthday, Mia!\n');
  });

  it('prints a published one by its id', async () => {
    const { id } = await db.selectFrom('card').select('id').where('gallery', '=', 'birthday-balloons').executeTakeFirstOrThrow();
    const { code, stdout } = await program.run('render', id, '--data', path.join(program.dataDir, 'mia.json'), '--part', 'text');
    expect(code).toBe(0);
    expect(stdout).toContain('Rosa & Fern');
  });
});

describe('running', () => {
  it('starts, answers, and stops cleanly on SIGTERM', async () => {
    const started = program.spawn('start');
    const [, address = ''] = await started.says(/(http:\/\/[\d.:]+)\/outbox/);
    expect(await (await fetch(`${address}/health`)).json()).toEqual({ ok: true });
    const asked = performance.now();
    expect(await started.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(30_000);
    expect(started.said()).not.toMatch(/"level":"error"|Error/);
  });

  it('stops by itself though Redis never answered', async () => {
    const key = await readFile(path.join(program.dataDir, 'secret-key'), 'utf8');
    const started = fondly({ DATABASE_URL: url, SECRET_KEY: key, REDIS_URL: 'redis://127.0.0.1:1' }).spawn('start');
    await started.says(/outbox/);
    const asked = performance.now();
    expect(await started.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(25_000);
  });

  it('hears a SIGTERM that npm is told', async () => {
    const key = await readFile(path.join(program.dataDir, 'secret-key'), 'utf8');
    const env = { ...process.env, DATA_DIR: program.dataDir, DATABASE_URL: url, SECRET_KEY: key, PORT: '0' };
    const npm = spawn('npm', ['start'], {
      cwd: path.join(import.meta.dirname, '../..'),
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(npm, 'close');
    let said = '';
    npm.stderr.on('data', (text: Buffer) => (said += String(text)));
    await expect
      .poll(() => said)
      .toContain('/outbox')
      .finally(() => npm.kill('SIGTERM'));
    await ended;
    expect(said).toContain('Stopping');
    const [address = ''] = /http:\/\/[\d.:]+/.exec(said) ?? [];
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const key = await readFile(path.join(program.dataDir, 'secret-key'), 'utf8');
    const { code, stderr } = await fondly({ DATABASE_URL: url, SECRET_KEY: key, PORT: String(port) }).run('web');
    other.close();
    expect([code, stderr]).toEqual([
      1,
      `Port ${port} is taken by another program. Set PORT to a free one, such as ${port + 1}.\n`,
    ]);
  });

  it('is looked over by doctor, each thing green or with what to do', async () => {
    const well = await program.json<{ ok: boolean; checks: { name: string; ok: boolean }[] }>('doctor');
    expect(well.ok).toBe(true);
    expect(well.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Settings', 'Database', 'Queue', 'Mail server', 'DNS records']),
    );
    const ill = await fondly({ DATABASE_URL: url, SMTP_URL: 'smtp://127.0.0.1:1' }).run('doctor');
    expect(ill.code).toBe(1);
    expect(ill.stdout).toMatch(/✗ Mail server: it could not be reached/);
    expect(ill.stdout).toMatch(/✗ Key: This database was used with another SECRET_KEY/);
  });
});

describe('a backup', () => {
  it('brings the shop back into an empty installation, key and all', async () => {
    const saved = path.join(program.dataDir, 'all.backup');
    expect((await program.run('backup', saved)).code).toBe(0);
    const other = fondly({ DATABASE_URL: await emptyDatabase() });
    const back = await other.run('restore', saved);
    expect([back.code, back.stderr]).toEqual([0, '']);
    const days = ['--business', 'rosa', '--from', '2027-03-01', '--to', '2027-03-31'];
    expect(await other.json('plan', ...days)).toEqual(await program.json('plan', ...days));
    const twice = await other.run('restore', saved);
    expect([twice.code, twice.stdout]).toEqual([1, '']);
  });
});
