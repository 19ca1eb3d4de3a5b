import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { addBusiness, businessById, type Business } from '../../src/businesses/business.ts';
import { openOwnMailers } from '../../src/businesses/smtp-mailers.ts';
import { isSealedAnew, seal, unseal } from '../../src/businesses/smtp-sealed.ts';
import { sendTestMail, trySignIn } from '../../src/businesses/smtp-test.ts';
import { changeSmtp, leaveOwnSmtp, type OwnSmtp, readSmtp, resealSmtp, serverOf, useOwnSmtp } from '../../src/businesses/smtp.ts';
import { testDatabase } from '../support/database.ts';
import { startSink } from '../support/smtp-sink.ts';

const { db } = await testDatabase();
const now = new Date('2027-03-10T10:00:00Z');
const ada = { by: 'member:ada', now };
const secret = 'a long random text of today';
const here = { publicUrl: 'http://127.0.0.1:3000', secretKeys: [secret] };
const server: OwnSmtp = { host: 'smtp.example.com', port: 465, user: 'rosa', pass: 'geheim & secret' };

describe('a sealed text', () => {
  const sealed = seal([secret], 'hunter2', 'rosa');

  test('opens with its secret, wherever that stands in the list, and for what it belongs to only', () => {
    expect(unseal(['a newer secret altogether', secret], sealed, 'rosa')).toBe('hunter2');
    expect(unseal([secret], sealed, 'cem')).toBeUndefined();
    expect(unseal(['another secret'], sealed, 'rosa')).toBeUndefined();
    expect(sealed.toString('latin1')).not.toContain('hunter2');
  });

  test('does not open once any one of its bytes is another', () => {
    const opened = Array.from(sealed.keys()).filter((at) => {
      const other = Buffer.from(sealed);
      other[at] = other[at]! ^ 1;
      return unseal([secret], other, 'rosa') !== undefined;
    });
    expect(opened).toEqual([]);
    expect(unseal([secret], sealed.subarray(0, 20), 'rosa')).toBeUndefined();
  });

  test('is never the same twice', () => {
    expect(seal([secret], 'hunter2', 'rosa').equals(sealed)).toBe(false);
  });
});

describe('a business’s own mail server', () => {
  test('is kept sealed, and its password is neither in the database nor in the history', async () => {
    const { id } = await shop('sealed');
    expect(await changeSmtp(db, id, server, here, ada)).toEqual({ ok: true });
    expect(await readSmtp(db, id, [secret])).toEqual(server);
    const [rows, history] = [
      await db.selectFrom('smtp').selectAll().execute(),
      await db.selectFrom('change').selectAll().execute(),
    ];
    expect(rows.every(({ sealed }) => !sealed.includes(server.pass))).toBe(true);
    expect(JSON.stringify(history)).toContain('smtp.example.com');
    expect(JSON.stringify(history)).not.toContain('geheim');
  });

  test('keeps its password when none is typed, for the same server and user only', async () => {
    const { id } = await shop('again');
    await changeSmtp(db, id, server, here, ada);
    expect(await changeSmtp(db, id, { ...server, port: 587, pass: '' }, here, ada)).toEqual({ ok: true });
    expect(await readSmtp(db, id, [secret])).toEqual({ ...server, port: 587 });
    const elsewhere = await changeSmtp(db, id, { ...server, host: 'evil.example.com', pass: '' }, here, ada);
    expect(elsewhere).toMatchObject({ ok: false, reason: expect.stringContaining('Type the password again') });
  });

  test('is sealed anew under a new secret, so that the former can be given up', async () => {
    const { id } = await shop('rotates');
    await changeSmtp(db, id, server, here, ada);
    expect(await resealSmtp(db, ['the secret of tomorrow', secret])).toBeGreaterThan(0);
    expect(await readSmtp(db, id, ['the secret of tomorrow'])).toEqual(server);
    const { sealed } = await db.selectFrom('smtp').select('sealed').where('business_id', '=', id).executeTakeFirstOrThrow();
    expect(isSealedAnew(['the secret of tomorrow'], sealed)).toBe(true);
    expect(await resealSmtp(db, ['the secret of tomorrow', secret])).toBe(0);
    await resealSmtp(db, [secret, 'the secret of tomorrow']);
  });

  test('can be left and taken up again', async () => {
    const { id } = await shop('leaves');
    expect(await useOwnSmtp(db, id, ada)).toEqual({ changed: false });
    await changeSmtp(db, id, server, here, ada);
    expect(await leaveOwnSmtp(db, id, ada)).toEqual({ changed: true });
    expect(await businessById(db, id)).toMatchObject({ smtp_rev: null });
    expect(await useOwnSmtp(db, id, ada)).toEqual({ changed: true });
    expect(await businessById(db, id)).toMatchObject({ smtp_rev: 1 });
  });

  test.each([
    [{ host: '' }, 'server’s name'],
    [{ host: 'smtp example' }, 'no server name'],
    [{ port: 0 }, 'port is a number'],
    [{ port: 6379 }, 'port 465, 587'],
    [{ host: '10.1.2.3' }, 'on the internet'],
    [{ host: 'localhost' }, 'on the internet'],
    [{ host: '127.1' }, 'on the internet'],
    [{ host: '2130706433' }, 'on the internet'],
    [{ host: '100.64.0.9' }, 'on the internet'],
    [{ host: '::1' }, 'on the internet'],
    [{ host: 'printer.local' }, 'on the internet'],
    [{ user: 'a\r\nRCPT TO:<b>' }, 'line break'],
  ])('%o is refused in a sentence where others reach Fondly', async (change, words) => {
    const { id } = await shop(`refused-${Math.random().toString(36).slice(2)}`);
    const outcome = await changeSmtp(db, id, { ...server, ...change }, { ...here, publicUrl: 'https://cards.example.com' }, ada);
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining(words) });
  });

  test('is refused while links in cards would travel unencrypted, and for the sample shop', async () => {
    const { id } = await shop('plain');
    const plain = await changeSmtp(db, id, server, { ...here, publicUrl: 'http://cards.example.com' }, ada);
    expect(plain).toMatchObject({ ok: false, reason: expect.stringContaining('https://') });
    const sample = await shop('sample', { sample: true });
    expect(await changeSmtp(db, sample.id, server, here, ada)).toMatchObject({ ok: false });
    await expect(db.updateTable('business').set({ smtp_rev: 1 }).where('id', '=', sample.id).execute()).rejects.toThrow('check');
    await expect(db.updateTable('business').set({ live_at: now }).where('id', '=', sample.id).execute()).rejects.toThrow('check');
  });
});

describe('the mailers of businesses', () => {
  test('each go by the server that its owner named, and by the next one as soon as that is changed', async () => {
    await using first = await startSink({ user: 'rosa', pass: 'one' });
    await using second = await startSink({ user: 'rosa', pass: 'two' });
    const { id } = await shop('mails', { live: true });
    const mailers = openOwnMailers({ db, ...here });
    await changeSmtp(db, id, { host: '127.0.0.1', port: first.port, user: 'rosa', pass: 'one' }, here, ada);
    const before = (await businessById(db, id))!;
    await deliver(before);
    await changeSmtp(db, id, { host: '127.0.0.1', port: second.port, user: 'rosa', pass: 'two' }, here, ada);
    await deliver((await businessById(db, id))!);
    // A row that was read before the change goes by the new one too.
    await deliver(before);
    await mailers.close(0);
    expect([first.messages.length, second.messages.length]).toEqual([1, 2]);

    async function deliver(business: Business): Promise<void> {
      const line = await (await mailers.mailerFor(business))!.reserve();
      if (line.kind !== 'slot') throw new Error(line.reply);
      await line.send({ from: 'hello@rosa.example', to: 'maria@example.com' }, Buffer.from('Subject: Hello\r\n\r\nHello\r\n'));
      line.release();
    }
  });

  test('are none while it practises, has none of its own, or is a sample', async () => {
    const mailers = openOwnMailers({ db, ...here });
    const business = { id: 'nobody', live_at: now, sample: false, smtp_rev: 1 };
    expect(await mailers.mailerFor({ ...business, live_at: null })).toBeUndefined();
    expect(await mailers.mailerFor({ ...business, smtp_rev: null })).toBeUndefined();
    expect(await mailers.mailerFor({ ...business, sample: true })).toBeUndefined();
    await mailers.close(0);
  });

  test('give no line, rather than another way, when no secret opens the password', async () => {
    const { id } = await shop('locked', { live: true });
    await changeSmtp(db, id, server, here, ada);
    const mailers = openOwnMailers({ db, ...here, secretKeys: ['a secret that never was'] });
    const line = await (await mailers.mailerFor((await businessById(db, id))!))!.reserve();
    expect(line).toMatchObject({ kind: 'unavailable', cause: 'auth' });
    await mailers.close(0);
  });
});

describe('a test mail', () => {
  const business = { name: 'Rosa & Fern', from_name: 'Rosa', from_address: 'hello@rosa.example', reply_to: null };
  const tryOut = (own: Partial<OwnSmtp>, from = business.from_address) =>
    sendTestMail(serverOf({ ...server, host: '127.0.0.1', ...own }), {
      business: { ...business, from_address: from },
      to: 'ada@example.com',
      now,
    });

  test('leaves at once, for whoever asked', async () => {
    await using sink = await startSink({ user: 'rosa', pass: 'one', keepRaw: true });
    expect(await tryOut({ port: sink.port, pass: 'one' })).toEqual({ ok: true });
    expect(sink.messages).toMatchObject([{ recipient: 'ada@example.com', sender: 'hello@rosa.example' }]);
    expect(sink.messages[0]!.raw!.toString()).toContain('Subject: A test from Rosa & Fern');
  });

  test('that fails says what to do, and what the server said', async () => {
    await using sink = await startSink({ user: 'rosa', pass: 'one' });
    const wrong = await tryOut({ port: sink.port, pass: 'two' });
    expect(wrong).toMatchObject({ ok: false, advice: expect.stringContaining('refused the user name or password') });
    expect(JSON.stringify(wrong)).not.toContain('two');
    const sender = await tryOut({ port: sink.port, pass: 'one' }, 'hello+550-at-mail@rosa.example');
    expect(sender).toMatchObject({
      ok: false,
      advice: expect.stringContaining('does not send mail from'),
      said: expect.stringMatching(/^550/),
    });
    await sink.close();
    expect(await tryOut({ port: sink.port })).toMatchObject({
      ok: false,
      advice: expect.stringContaining('No mail server could be reached'),
    });
  });
});

describe('signing in to a mail server', () => {
  const to = (port: number, pass = 'one') => serverOf({ ...server, host: '127.0.0.1', port, pass });

  test('sends no mail, and leaves again', async () => {
    await using sink = await startSink({ user: 'rosa', pass: 'one' });
    expect(await trySignIn(to(sink.port))).toEqual({ ok: true });
    await expect.poll(() => sink.commands.at(-1)).toBe('1 QUIT');
    expect(sink.messages).toEqual([]);
  });

  test('that is refused says so in the server’s words; one that never answers is given up', async () => {
    await using sink = await startSink({ user: 'rosa', pass: 'one' });
    expect(await trySignIn(to(sink.port, 'two'))).toMatchObject({ ok: false, said: expect.stringMatching(/^535/) });
    await using deaf = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const { port } = deaf.address() as AddressInfo;
    expect(await trySignIn(to(port), 50)).toEqual({
      ok: false,
      advice: expect.stringContaining(`No mail server could be reached at 127.0.0.1, port ${port}`),
      said: 'The mail server took too long to get ready.',
    });
  });
});

async function shop(slug: string, more: { sample?: boolean; live?: boolean } = {}): Promise<Business> {
  const asked = {
    name: 'Rosa & Fern',
    slug,
    zone: 'Europe/London',
    from: { name: 'Rosa', address: 'hello@rosa.example' },
    postalAddress: '12 Market Row',
  };
  const added = await addBusiness(db, { ...asked, ...more }, ada);
  if (!added.ok) throw new Error(added.reason);
  return (await businessById(db, added.id))!;
}
