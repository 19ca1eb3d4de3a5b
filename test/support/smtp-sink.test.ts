import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSink } from './smtp-sink.ts';

const HELLO = 'EHLO me\r\n';
const message = (to: string, body = 'Message-ID: <m@x>\r\n\r\n..dot\r\n') =>
  `MAIL FROM:<s@x>\r\nRCPT TO:<${to}>\r\nDATA\r\n${body}.\r\n`;

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject);
  });
}

async function talk(port: number, words: string, until: RegExp): Promise<string> {
  const socket = await dial(port);
  socket.write(words);
  let heard = '';
  for await (const chunk of socket) if (until.test((heard += String(chunk)))) break;
  socket.destroy();
  return heard;
}

test('The sink takes pipelined mail, undoes dot-stuffing, and keeps a journal', async () => {
  await using sink = await startSink({ keepRaw: true });
  const heard = await talk(sink.port, HELLO + message('a@x') + message('b@x'), /S2\r\n/);
  expect(heard.match(/^\d{3}(?= )/gm)?.join(' ')).toBe('220 250 250 250 354 250 250 250 354 250');
  const raw = 'Message-ID: <m@x>\r\n\r\n.dot\r\n';
  const sha256 = createHash('sha256').update(raw).digest('hex');
  expect(sink.messages).toMatchObject([
    { recipient: 'a@x', messageId: '<m@x>', sha256, raw: Buffer.from(raw) },
    { recipient: 'b@x', sha256 },
  ]);
});

test('It reads a message that comes one byte at a time', async () => {
  await using sink = await startSink();
  const socket = await dial(sink.port);
  for (const letter of HELLO + message('a@x')) {
    socket.write(letter);
    await new Promise(setImmediate);
  }
  await expect.poll(() => sink.messages.length).toBe(1);
  socket.destroy();
});

test('"once" holds for the first time only, and a slow answer holds back the next', async () => {
  await using sink = await startSink();
  const heard = await talk(
    sink.port,
    HELLO + message('a+451-at-dot-once@x') + message('a+451-at-dot-once@x') + message('a+slow-20@x'),
    /S2\r\n/,
  );
  expect(heard.match(/^(451|354|250 2.0.0.*S\d)/gm)).toEqual([
    '354',
    '451',
    '354',
    '250 2.0.0 Ok: queued as S1',
    '354',
    '250 2.0.0 Ok: queued as S2',
  ]);
});

test('As a process of its own it has each message on disk before it says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fondly-sink-'));
  const journal = join(folder, 'journal');
  const path = join(import.meta.dirname, 'smtp-sink-process.ts');
  const child = spawn(process.execPath, [path, JSON.stringify({ journal })], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { port } = JSON.parse(String(await new Promise((resolve) => child.stdout.once('data', resolve)))) as { port: number };
  const many = Array.from({ length: 50 }, (_, i) => message(`a${i}@x`)).join('');
  await talk(port, HELLO + many, /S50\r\n/);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const lines = (await readFile(journal, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { recipient: string });
  expect(lines.map((line) => line.recipient)).toEqual(Array.from({ length: 50 }, (_, i) => `a${i}@x`));
  await rm(folder, { recursive: true });
});
