import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMailer, type SendResult } from '../../src/mail/mailer.ts';
import { composeMessage } from '../../src/mail/message.ts';
import { keepMail, type Outbox, purgeOutbox, readOutbox, removeMails, startOutbox } from '../../src/mail/outbox.ts';
import type { SmtpServer } from '../../src/mail/smtp-url.ts';

let folder: string;
let outbox: Outbox;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'fondly-outbox-')), 'outbox');
  outbox = await startOutbox({ folder });
});

afterEach(async () => {
  await outbox.close();
  await rm(join(folder, '..'), { recursive: true });
});

function card(id: string, change: { subject?: string; html?: string } = {}): Buffer {
  return composeMessage({
    from: { name: 'Blumen Müller', address: 'hallo@example.com' },
    to: { name: 'Zoë', address: 'zoe@example.com' },
    subject: 'Happy birthday, Zoë! 🎂',
    text: 'Dear Zoë',
    html: '<p>Dear Zoë</p>',
    messageId: `<${id}@example.com>`,
    date: new Date('2027-02-28T08:00:00Z'),
    boundary: '=_abcdefghijkl',
    language: 'en',
    ...change,
  });
}

async function send(server: SmtpServer, bytes: Buffer): Promise<SendResult | { kind: 'unavailable'; cause: string }> {
  const mailer = createMailer(server);
  const slot = await mailer.reserve();
  if (slot.kind === 'unavailable') return slot;
  const result = await slot.send({ from: 'hallo@example.com', to: 'zoe@example.com' }, bytes);
  slot.release();
  await mailer.close();
  return result;
}

test('A card sent in practice mode is a file with the bytes that were sent, and can be read', async () => {
  expect(await send(outbox.server, card('abc234'))).toMatchObject({ kind: 'accepted' });
  expect(await readdir(folder)).toEqual(['abc234.eml']);
  expect((await readFile(join(folder, 'abc234.eml'))).equals(card('abc234'))).toBe(true);
  const mail = await readOutbox(folder, 'abc234');
  expect(mail).toMatchObject({
    subject: 'Happy birthday, Zoë! 🎂',
    from: 'Blumen Müller <hallo@example.com>',
    to: 'Zoë <zoe@example.com>',
  });
  expect([mail?.date?.toISOString(), mail?.text.trim(), mail?.html.trim()]).toEqual([
    '2027-02-28T08:00:00.000Z',
    'Dear Zoë',
    '<p>Dear Zoë</p>',
  ]);
  expect(mail?.headers).toContainEqual({ key: 'Auto-Submitted', value: 'auto-generated' });
});

test('The same card again is the same file', async () => {
  await send(outbox.server, card('again'));
  await send(outbox.server, card('again'));
  expect(await readdir(folder)).toEqual(['again.eml']);
});

test('Only this process may put mail there', async () => {
  const { auth, ...open } = outbox.server;
  expect(await send(open, card('intruder'))).toMatchObject({ kind: 'deferred', cause: 'auth' });
  expect(await send({ ...open, auth: { user: auth?.user ?? '', pass: 'guess' } }, card('intruder'))).toMatchObject({
    kind: 'unavailable',
    cause: 'auth',
  });
  expect(await readdir(folder)).toEqual([]);
  expect(auth?.pass.length).toBeGreaterThanOrEqual(32);
});

test('A mail that cannot be kept is not accepted', async () => {
  await rm(folder, { recursive: true });
  await writeFile(folder, 'a file where the folder was');
  expect(await send(outbox.server, card('lost'))).toMatchObject({ kind: 'deferred' });
});

test('A mail that is far too large is refused for its size', async () => {
  const result = await send(outbox.server, card('huge', { html: 'x'.repeat(6_000_000) }));
  expect(result).toMatchObject({ kind: 'rejected', cause: 'content' });
  expect(await readdir(folder)).toEqual([]);
});

test('No Message-ID leads out of the folder or onto another mail', async () => {
  const ids = ['../../../etc/passwd', '..', '.hidden', 'UPPER', 'upper', 'a/b', 'x'.repeat(300), '', 'con\0', 'ü', '%2e%2e'];
  const names = await Promise.all(
    ids.map((id) => keepMail(folder, Buffer.from(`Message-ID: <${id}@x>\r\nSubject: ${id}\r\n\r\nHello\r\n`))),
  );
  expect(new Set(names).size).toBe(ids.length);
  expect((await readdir(folder)).toSorted()).toEqual(names.map((name) => `${name}.eml`).toSorted());
  expect(await readdir(join(folder, '..'))).toEqual(['outbox']);
});

test('What is no name in the outbox is not looked for', async () => {
  await writeFile(join(folder, '..', 'secret.eml'), 'Subject: secret\r\n\r\n');
  for (const name of ['../secret', '..', '', 'a/b', '/etc/passwd', 'absent', 'x'.repeat(500), '\0']) {
    expect(await readOutbox(folder, name)).toBeUndefined();
  }
  await expect(readFile(join(folder, '..', 'secret.eml'), 'utf8')).resolves.toContain('secret');
});

test('Mails are taken out by their Message-IDs, however those are spelled, and no others', async () => {
  for (const id of ['abc234', 'def567', 'Odd+Name', 'kept']) await keepMail(folder, card(id));
  const ids = [
    '<abc234@example.com>',
    '<Odd+Name@example.com>',
    '<def567@elsewhere.example>',
    '<gone@example.com>',
    '<../kept@x>',
    '',
  ];
  expect(await removeMails(folder, ids)).toBe(3);
  expect(await readdir(folder)).toEqual(['kept.eml']);
  expect(await removeMails(folder, ids)).toBe(0);
});

test('What was kept for more than 90 days goes, halves of a write too, and nothing else', async () => {
  const day = 24 * 3_600_000;
  const now = new Date('2027-06-01T00:00:00Z');
  const ages = { 'old.eml': 91, '.half-1': 91, 'young.eml': 89, 'note.txt': 400 };
  for (const [name, days] of Object.entries(ages)) {
    await writeFile(join(folder, name), 'Subject: x\r\n\r\n');
    const at = new Date(now.getTime() - days * day);
    await utimes(join(folder, name), at, at);
  }
  expect(await purgeOutbox(folder, now)).toBe(false);
  expect((await readdir(folder)).toSorted()).toEqual(['note.txt', 'young.eml']);
  expect(await purgeOutbox(join(folder, 'nowhere'), now)).toBe(false);
});
