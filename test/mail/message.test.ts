import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { composeMessage, type MessageParts, type MessageShape, prepareMessage } from '../../src/mail/message.ts';
import { readStrictly } from './strict-mail.ts';
import { SEED } from '../support/seed.ts';

const HEADERS = [
  'Date',
  'From',
  'Reply-To',
  'To',
  'Subject',
  'Message-ID',
  'MIME-Version',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'List-Id',
  'Auto-Submitted',
  'X-Auto-Response-Suppress',
  'Feedback-ID',
  'Content-Language',
  'Content-Type',
];

const unsubscribe = `https://cards.example.com/u/${'A'.repeat(66)}`;
const card: MessageShape & MessageParts = {
  from: { name: 'Blumen Müller', address: 'hallo@müller.example' },
  replyTo: { name: 'The shop', address: 'shop@example.com' },
  to: { name: 'Zoë O’Neil', address: 'zoe.oneil@example.com' },
  subject: 'Happy birthday, Zoë! 🎂',
  text: 'Dear Zoë,\n\n.happy birthday \nfrom all of us\n',
  html: '<p style="color:#333">Dear Zoë, happy&nbsp;birthday 🎂</p>\r\n'.repeat(40),
  messageId: '<abcdefghijklmnopqrstuvwxyz@example.com>',
  date: new Date('2027-02-28T08:00:00Z'),
  boundary: '=_abcdefghijklmnopqrstuvwxyz',
  language: 'de-AT',
  listUnsubscribeUrl: unsubscribe,
  listId: { name: 'Grüße von "Müller", Wien', id: 'greetings.mueller.cards.example.com' },
  feedbackId: 'birthday:mueller:card:fondly',
};

const crlf = (text: string) => text.toWellFormed().replaceAll(/\r\n|\r|\n/g, '\r\n');

test('A card is one message with every header once, in order, that two parsers read the same way', async () => {
  const bytes = composeMessage(card);
  const strict = readStrictly(bytes);
  const mail = await PostalMime.parse(bytes);
  expect(strict.headers.map(([name]) => name)).toEqual(HEADERS);
  expect(mail.headers.map(({ originalKey }) => originalKey)).toEqual(HEADERS);
  expect(strict.parts.map(({ type }) => type)).toEqual(['text/plain; charset=utf-8', 'text/html; charset=utf-8']);
  expect(strict.parts.map(({ body }) => body)).toEqual([crlf(card.text), crlf(card.html)]);
  // postal-mime gives text with LF and one line break at its end
  expect(mail.text?.trimEnd()).toBe(card.text.trimEnd());
  expect(mail.html?.trimEnd()).toBe(card.html.replaceAll('\r\n', '\n').trimEnd());
  expect(mail).toMatchObject({ subject: card.subject, messageId: card.messageId, date: '2027-02-28T08:00:00.000Z' });
  expect(mail.from).toMatchObject({ name: 'Blumen Müller', address: 'hallo@xn--mller-kva.example' });
  expect(mail.to).toMatchObject([card.to]);
  expect(mail.replyTo).toMatchObject([card.replyTo]);
  expect(mail.attachments).toEqual([]);
});

test('Its headers say what kind of mail it is, and how to end it with one press', () => {
  const headers = new Map(readStrictly(composeMessage(card)).headers);
  expect(Object.fromEntries(headers)).toMatchObject({
    Date: 'Sun, 28 Feb 2027 08:00:00 +0000',
    'List-Unsubscribe': `<${unsubscribe}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'OOF, AutoReply',
    'Feedback-ID': 'birthday:mueller:card:fondly',
    'Content-Language': 'de-AT',
    'MIME-Version': '1.0',
  });
  expect(headers.get('List-Id')).toMatch(/^=\?UTF-8\?Q\?.* <greetings\.mueller\.cards\.example\.com>$/);
  expect(readStrictly(composeMessage({ ...card, listId: { name: 'Ada "the" Florist', id: 'a.b' } })).headers).toContainEqual([
    'List-Id',
    String.raw`"Ada \"the\" Florist" <a.b>`,
  ]);
});

test('The unsubscribe address stands on one unfolded line', () => {
  const url = `https://cards.example.com/${'a'.repeat(400)}`;
  expect(composeMessage({ ...card, listUnsubscribeUrl: url }).toString('latin1')).toContain(`\r\nList-Unsubscribe: <${url}>\r\n`);
});

test('The same card has the same bytes each time, in one step or two', () => {
  const compose = prepareMessage(card);
  const first = composeMessage(card);
  const small = compose({ ...card, html: 'x', text: 'y' });
  expect(compose(card).equals(first)).toBe(true);
  expect(composeMessage({ ...card }).equals(first)).toBe(true);
  expect(small.length).toBeLessThan(first.length);
});

test('A letter that belongs to no list says nothing of lists', () => {
  const { replyTo: _, listId: __, feedbackId: ___, listUnsubscribeUrl: ____, ...letter } = card;
  const names = readStrictly(composeMessage(letter)).headers.map(([name]) => name);
  expect(names).toEqual(HEADERS.filter((name) => !/^(List-|Feedback|Reply)/.test(name)));
});

const HOSTILE = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\u2028',
  '\u2029',
  '\u0085',
  '\t',
  '"',
  "'",
  ',',
  ';',
  '<',
  '>',
  '@',
  '\\',
  '(',
  ')',
  ':',
  '=',
  '?',
  ' ',
];
const PIECES = [
  'Bcc: x@evil.example',
  '\r\nBcc: x@evil.example',
  '\r\n\r\n<script>',
  '=?utf-8?Q?x=0D=0ABcc:_y@evil.example?=',
  '=?utf-8?B?',
  '?=',
  'b@evil.example, c@evil.example',
  '"evil" <d@evil.example>',
  'group: e@evil.example;',
  '--=_abcdefghijklmnopqrstuvwxyz',
  'é',
  '🎂',
  'שלום',
  '\ud800',
  'a'.repeat(120),
];
const hostile = fc.array(
  fc.oneof(fc.constantFrom(...HOSTILE), fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 12 })),
  { maxLength: 8 },
);

function shown(text: string, longest: number): string {
  const plain = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return plain.length <= longest ? plain : '…';
}

test('No name or subject adds a header, a recipient or a part, and each arrives as it was', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, hostile, async (to, from, subject, body) => {
      const [toName, fromName, title, text] = [to, from, subject, body].map((pieces) => pieces.join('')) as [
        string,
        string,
        string,
        string,
      ];
      const bytes = composeMessage({
        ...card,
        to: { name: toName, address: card.to.address },
        from: { name: fromName, address: card.from.address },
        subject: title,
        text,
        html: text,
        listId: { name: fromName, id: 'greetings.example.com' },
      });
      const strict = readStrictly(bytes);
      const expected = shown(title, 250) === '' ? HEADERS.filter((name) => name !== 'Subject') : HEADERS;
      expect(strict.headers.map(([name]) => name)).toEqual(expected);
      expect(strict.parts.map((part) => part.body)).toEqual([crlf(text), crlf(text)]);
      const mail = await PostalMime.parse(bytes);
      expect(mail.to?.map((one) => one.address)).toEqual([card.to.address]);
      expect(mail.from?.address).toBe('hallo@xn--mller-kva.example');
      expect([mail.cc, mail.bcc]).toEqual([undefined, undefined]);
      if (shown(title, 250) !== '…') expect(mail.subject ?? '').toBe(shown(title, 250));
      if (shown(toName, 100) !== '…') expect(mail.to?.[0]?.name).toBe(shown(toName, 100));
    }),
    { numRuns: 300, seed: SEED },
  );
});

test('Names and subjects without end are cut at a whole letter', async () => {
  const mail = await PostalMime.parse(
    composeMessage({ ...card, subject: '👩‍🌾'.repeat(500), to: { name: 'x'.repeat(5000), address: 'a@example.com' } }),
  );
  expect(mail.subject).toBe('👩‍🌾'.repeat(50));
  expect(mail.to?.[0]?.name).toBe('x'.repeat(100));
});

test.each([
  { to: { address: 'a@example.com, b@example.com' } },
  { to: { address: 'a@example.com\r\nBcc: b@example.com' } },
  { to: { address: 'a b@example.com' } },
  { to: { address: 'a@b@example.com' } },
  { to: { address: 'example.com' } },
  { to: { address: '' } },
  { to: { address: `${'a'.repeat(65)}@example.com` } },
  { to: { address: 'a<b>@example.com' } },
  { from: { address: 'ü@example.com' } },
  { messageId: '<a@b> x' },
  { messageId: '<a@b>\r\nX: y' },
  { boundary: 'plain-boundary' },
  { boundary: '=_with"quote-in-it' },
  { listUnsubscribeUrl: 'mailto:a@example.com' },
  { listUnsubscribeUrl: 'https://example.com/\r\nX: y' },
  { listUnsubscribeUrl: 'https://example.com/>, <https://evil.example/' },
  { listId: { name: 'x', id: 'no id' } },
  { feedbackId: 'a b' },
  { language: 'de\r\nX: y' },
])('What is no address, id or link is refused: %j', (wrong) => {
  expect(() => composeMessage({ ...card, ...wrong })).toThrow(TypeError);
});
