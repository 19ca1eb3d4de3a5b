import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import {
  createMailer,
  type Mailer,
  type MailerOptions,
  type SendResult,
  type Slot,
  type Unavailable,
} from '../../src/mail/mailer.ts';
import { composeMessage } from '../../src/mail/message.ts';
import { type Sink, type SinkOptions, startSink } from '../support/smtp-sink.ts';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from './localhost-certificate.ts';

const from = 'shop@example.com';
const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

async function aSink(options: SinkOptions = {}): Promise<Sink> {
  const sink = await startSink(options);
  opened.push(sink);
  return sink;
}

function aMailer(port: number, options: Partial<MailerOptions> = {}): Mailer {
  const mailer = createMailer({ host: '127.0.0.1', port, secure: false, requireTls: false, ...options });
  opened.push({ [Symbol.asyncDispose]: () => mailer.close(0) });
  return mailer;
}

function card(to: string): Buffer {
  const parts = { messageId: '<card.1@example.com>', date: new Date(0), boundary: '=_abcdefghijkl', language: 'en' };
  return composeMessage({
    ...parts,
    from: { address: from },
    to: { address: to },
    subject: 'Hello',
    text: '.\n..\nHello',
    html: '<p>Hello</p>',
  });
}

function slotOf(got: Slot | Unavailable): Slot {
  if (got.kind === 'slot') return got;
  throw new Error(`No slot: ${got.reply}`);
}

async function sendTo(mailer: Mailer, to: string, signal?: AbortSignal): Promise<SendResult> {
  const slot = slotOf(await mailer.reserve());
  const result = await slot.send({ from, to }, card(to), signal);
  slot.release();
  return result;
}

test('A card arrives byte for byte, lines that begin with dots included', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port);
  expect(await sendTo(mailer, 'zoe@example.com')).toMatchObject({ kind: 'accepted', code: 250, stage: 'dot' });
  const sha256 = createHash('sha256').update(card('zoe@example.com')).digest('hex');
  expect(sink.messages).toMatchObject([
    { recipient: 'zoe@example.com', sender: from, messageId: '<card.1@example.com>', sha256, answered: true },
  ]);
});

const DROPS: readonly (readonly [string, Partial<SendResult>, number])[] = [
  ['a+drop-at-rcpt@example.com', { kind: 'deferred', cause: 'connection' }, 0],
  ['a+drop-at-data@example.com', { kind: 'deferred', cause: 'connection' }, 0],
  ['a+drop-mid-data@example.com', { kind: 'uncertain', stage: 'dot' }, 0],
  ['a+drop-after-dot@example.com', { kind: 'uncertain', stage: 'dot' }, 1],
  ['a+421-at-rcpt@example.com', { kind: 'deferred', cause: 'busy', code: 421 }, 0],
  ['a+421-at-data@example.com', { kind: 'deferred', cause: 'busy', code: 421, stage: 'data' }, 0],
  ['a+421-at-dot@example.com', { kind: 'deferred', cause: 'busy', code: 421, stage: 'dot' }, 0],
  ['a+450-at-rcpt@example.com', { kind: 'deferred', cause: 'busy', code: 450, stage: 'rcpt' }, 0],
  ['a+451-at-data@example.com', { kind: 'deferred', cause: 'busy', code: 451, stage: 'data' }, 0],
  ['a+452-at-dot@example.com', { kind: 'deferred', cause: 'busy', code: 452, stage: 'dot' }, 0],
  ['a+550-at-rcpt@example.com', { kind: 'rejected', cause: 'address', code: 550, stage: 'rcpt' }, 0],
  ['a+503-at-data@example.com', { kind: 'rejected', cause: 'bug', code: 503, stage: 'data' }, 0],
  ['a+554-at-dot@example.com', { kind: 'rejected', cause: 'content', code: 554, stage: 'dot' }, 0],
  ['a+552-at-dot@example.com', { kind: 'rejected', cause: 'content', code: 552, stage: 'dot' }, 0],
  ['a+hang-at-rcpt@example.com', { kind: 'deferred', cause: 'connection' }, 0],
  ['a+hang-at-data@example.com', { kind: 'deferred', cause: 'connection' }, 0],
  ['a+hang-at-dot@example.com', { kind: 'uncertain', stage: 'dot' }, 1],
];

for (const pipelining of [true, false]) {
  test.each(DROPS)(
    `%s (pipelining ${pipelining}) is certain unless the message had begun to leave and no code came`,
    async (to, expected, taken) => {
      const sink = await aSink({ pipelining });
      const mailer = aMailer(sink.port, { timeouts: { envelope: 300, reply: 300 } });
      expect(await sendTo(mailer, to)).toMatchObject(expected);
      expect(sink.messages).toHaveLength(taken);
      expect(await sendTo(mailer, 'next@example.com')).toMatchObject({ kind: 'accepted' });
      expect(sink.messages).toHaveLength(taken + 1);
    },
  );
}

test('Two hundred cards of mixed fate over five lines: what each is called agrees with what the server has', async () => {
  const sink = await aSink({ closeAfter: 17 });
  const mailer = aMailer(sink.port, { maxConnections: 5 });
  const fates = [
    '',
    '',
    '+drop-at-rcpt',
    '+drop-at-data',
    '+drop-mid-data',
    '+drop-after-dot',
    '+451-at-dot',
    '+550-at-rcpt',
    '+slow-3',
  ];
  const cards = Array.from({ length: 200 }, (_, i) => `a${i}${fates[i % fates.length]}@example.com`);
  const results = await Promise.all(cards.map((to) => sendTo(mailer, to)));
  const times = (to: string) => sink.messages.filter((message) => message.recipient === to).length;
  const lied = cards.filter((to, i) => {
    const kind = results[i]?.kind;
    return (
      times(to) > 1 || (kind === 'accepted' && times(to) === 0) || ((kind === 'deferred' || kind === 'rejected') && times(to) > 0)
    );
  });
  expect(lied).toEqual([]);
  expect(cards.filter((to, i) => results[i]?.kind === 'uncertain' && !/drop-(mid|after)/.test(to))).toEqual([]);
});

test('Refused senders are told apart from refused recipients', async () => {
  const sink = await aSink();
  const slot = slotOf(await aMailer(sink.port).reserve());
  const result = await slot.send({ from: 'shop+553-at-mail@example.com', to: 'a@example.com' }, card('a@example.com'));
  expect(result).toMatchObject({ kind: 'rejected', cause: 'policy', stage: 'mail' });
});

test('One line carries many messages, and is dropped after its share', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { maxConnections: 1, maxMessages: 4 });
  for (let i = 0; i < 10; i++) expect(await sendTo(mailer, `a${i}@example.com`)).toMatchObject({ kind: 'accepted' });
  expect(sink.messages.map((message) => message.connection)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3]);
});

test('After a refusal the line is cleared with RSET and used again', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { maxConnections: 1 });
  await sendTo(mailer, 'a+550-at-rcpt@example.com');
  expect(await sendTo(mailer, 'b@example.com')).toMatchObject({ kind: 'accepted' });
  expect(sink.counts.connections).toBe(1);
  expect(sink.commands.filter((line) => line.endsWith('RSET'))).toHaveLength(1);
});

test('One holder may send several messages over its slot, a refused one among them', async () => {
  const sink = await aSink();
  const slot = slotOf(await aMailer(sink.port).reserve());
  const results = [];
  for (const to of ['a@example.com', 'b+550-at-rcpt@example.com', 'c@example.com'])
    results.push(await slot.send({ from, to }, card(to)));
  expect(results.map((result) => result.kind)).toEqual(['accepted', 'rejected', 'accepted']);
  slot.release();
  slot.release();
  await expect(slot.send({ from, to: 'd@example.com' }, card('d@example.com'))).rejects.toThrow('released');
});

test('Lines that the server closed while they rested are noticed before they are given out', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { maxConnections: 3, probeAfterMs: 0 });
  const slots = await Promise.all([1, 2, 3].map(async () => slotOf(await mailer.reserve())));
  for (const slot of slots) slot.release();
  sink.dropAll();
  const results = await Promise.all(Array.from({ length: 12 }, (_, i) => sendTo(mailer, `a${i}@example.com`)));
  expect(results.every((result) => result.kind === 'accepted')).toBe(true);
  expect(sink.messages).toHaveLength(12);
});

test('A server that takes a few messages a line and then hangs up loses and doubles none', async () => {
  const sink = await aSink({ closeAfter: 3 });
  const mailer = aMailer(sink.port, { maxConnections: 2 });
  const results: SendResult[] = [];
  while (results.filter((result) => result.kind === 'accepted').length < 20)
    results.push(await sendTo(mailer, `a${results.length}@example.com`));
  expect(results.filter((result) => result.kind === 'uncertain')).toEqual([]);
  expect(sink.messages.map((message) => message.recipient)).toEqual(
    results.flatMap((result, i) => (result.kind === 'accepted' ? [`a${i}@example.com`] : [])),
  );
});

test('No more lines than allowed are opened, and who asks first is served first', async () => {
  const sink = await aSink({ latencyMs: 1 });
  const mailer = aMailer(sink.port, { maxConnections: 3 });
  const served: number[] = [];
  await Promise.all(
    Array.from({ length: 30 }, async (_, i) => {
      const slot = slotOf(await mailer.reserve());
      served.push(i);
      expect(mailer.state.busy).toBeLessThanOrEqual(3);
      await slot.send({ from, to: 'a@example.com' }, card('a@example.com'));
      slot.release();
    }),
  );
  expect(served).toEqual(Array.from({ length: 30 }, (_, i) => i));
  expect(sink.counts.connections).toBe(3);
});

test('Idle lines are closed after a while', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { idleMs: 20 });
  await sendTo(mailer, 'a@example.com');
  await expect.poll(() => [mailer.state.free, sink.counts.open]).toEqual([0, 0]);
  expect(await sendTo(mailer, 'b@example.com')).toMatchObject({ kind: 'accepted' });
});

test('A server that is not there is said at once, and not asked again for a moment', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const mailer = aMailer(port);
  const answers = await Promise.all([mailer.reserve(), mailer.reserve(), mailer.reserve()]);
  for (const answer of answers) expect(answer).toMatchObject({ kind: 'unavailable', cause: 'connection', stage: 'connect' });
  expect(mailer.state).toMatchObject({ waiting: 0, opening: 0 });
});

test('A server that says 421 again and again is left alone for a while', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { maxConnections: 1 });
  for (const to of ['a', 'b', 'c']) await sendTo(mailer, `${to}+421-at-rcpt@example.com`);
  const tooSoon = await mailer.reserve();
  expect(tooSoon).toMatchObject({ kind: 'unavailable', cause: 'busy', code: 421 });
  expect(tooSoon.kind === 'unavailable' && tooSoon.retryInMs).toBeGreaterThan(1000);
});

test.each([
  [{ greeting: '554 5.7.1 No SMTP service here' }, { cause: 'policy', code: 554 }],
  [{ greeting: '421 4.3.2 Too busy' }, { cause: 'busy', code: 421 }],
  [{ greeting: 'drop' }, { cause: 'connection' }],
  [{ ehlo: 'drop' }, { cause: 'connection' }],
  [
    { user: 'shop', pass: 'other' },
    { cause: 'auth', code: 535 },
  ],
  [{ auth: '454 4.7.0 Temporary authentication failure' }, { cause: 'busy', code: 454 }],
  [{ auth: 'drop' }, { cause: 'connection' }],
] as const)('Where no line can be had (%j) nobody waits, and why is said without the password', async (options, expected) => {
  const sink = await aSink(options);
  const answer = await aMailer(sink.port, { auth: { user: 'shop', pass: 'secret-word' } }).reserve();
  expect(answer).toMatchObject({ kind: 'unavailable', ...expected });
  expect(JSON.stringify(answer)).not.toMatch(/secret-word|c2VjcmV0/);
});

test('The mailer signs in when it has a password', async () => {
  const sink = await aSink({ user: 'shop', pass: 'pä$$ word' });
  const mailer = aMailer(sink.port, { auth: { user: 'shop', pass: 'pä$$ word' } });
  expect(await sendTo(mailer, 'a@example.com')).toMatchObject({ kind: 'accepted' });
});

test('A server that never gets ready is given up in time', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const mailer = aMailer((silent.address() as { port: number }).port, { timeouts: { connect: 100 } });
  expect(await mailer.reserve()).toMatchObject({ kind: 'unavailable', cause: 'connection' });
  silent.close();
});

test('Where encryption is required, a server without it gets nothing, not even the password', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { requireTls: true, auth: { user: 'shop', pass: 'secret' } });
  expect(await mailer.reserve()).toMatchObject({ kind: 'unavailable' });
  expect(sink.commands.filter((line) => /AUTH|MAIL/.test(line))).toEqual([]);
});

async function anEncryptedServer(secure: boolean): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    secure,
    key: LOCALHOST_KEY,
    cert: LOCALHOST_CERTIFICATE,
    closeTimeout: 1,
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  server.on('error', () => {});
  opened.push({ [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)) });
  return (server.server.address() as { port: number }).port;
}

test.each([false, true])(
  'Mail goes over an encrypted line when its certificate is vouched for (from the first byte: %s)',
  async (secure) => {
    const port = await anEncryptedServer(secure);
    const mailer = aMailer(port, { host: 'localhost', secure, requireTls: !secure, ca: LOCALHOST_CERTIFICATE });
    expect(await sendTo(mailer, 'a@example.com')).toMatchObject({ kind: 'accepted' });
  },
);

test.each([false, true])('A certificate that nobody vouches for is refused (from the first byte: %s)', async (secure) => {
  const mailer = aMailer(await anEncryptedServer(secure), { host: 'localhost', secure, requireTls: !secure });
  expect(await mailer.reserve()).toMatchObject({ kind: 'unavailable', cause: 'connection' });
});

test('When a row is stopped before its bytes leave, they do not leave', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port);
  const stop = new AbortController();
  const sending = sendTo(mailer, 'a+hang-at-rcpt@example.com', stop.signal);
  await expect.poll(() => sink.commands.some((line) => line.includes('RCPT'))).toBe(true);
  stop.abort();
  expect(await sending).toMatchObject({ kind: 'deferred', cause: 'connection' });
  expect(await sendTo(mailer, 'b@example.com', AbortSignal.abort())).toMatchObject({ kind: 'deferred' });
  expect(sink.messages).toEqual([]);
});

test('Once its bytes leave, a stop waits for the answer', async () => {
  const sink = await aSink();
  const stop = new AbortController();
  const sending = sendTo(aMailer(sink.port), 'a+slow-50@example.com', stop.signal);
  await expect.poll(() => sink.messages.length).toBe(1);
  stop.abort();
  expect(await sending).toMatchObject({ kind: 'accepted' });
});

test('Who no longer waits takes no slot', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { maxConnections: 1 });
  const slot = slotOf(await mailer.reserve());
  const stop = new AbortController();
  const [gone, patient] = [mailer.reserve(stop.signal), mailer.reserve()];
  stop.abort();
  expect(await gone).toMatchObject({ kind: 'unavailable' });
  slot.release();
  slotOf(await patient).release();
  expect(mailer.state).toMatchObject({ free: 1, busy: 0, waiting: 0 });
});

test('Closing lets what is being sent end, turns everyone else away, and leaves no line open', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { maxConnections: 1 });
  const sending = sendTo(mailer, 'a+slow-50@example.com');
  await expect.poll(() => sink.messages.length).toBe(1);
  const late = mailer.reserve();
  await mailer.close();
  expect(await sending).toMatchObject({ kind: 'accepted' });
  expect(await late).toMatchObject({ kind: 'unavailable' });
  expect(await mailer.reserve()).toMatchObject({ kind: 'unavailable' });
  await expect.poll(() => sink.counts.open).toBe(0);
});

test('Who is about to get a rested line when the mailer closes is turned away, not forgotten', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port, { maxConnections: 1, probeAfterMs: -1 });
  slotOf(await mailer.reserve()).release();
  const asked = mailer.reserve();
  await mailer.close();
  expect(await asked).toMatchObject({ kind: 'unavailable' });
});

test('Closing does not wait for ever, and what it cuts off is uncertain', async () => {
  const sink = await aSink();
  const mailer = aMailer(sink.port);
  const sending = sendTo(mailer, 'a+hang-at-dot@example.com');
  await expect.poll(() => sink.messages.length).toBe(1);
  await mailer.close(10);
  expect(await sending).toMatchObject({ kind: 'uncertain' });
});
