import { expect, test } from 'vitest';
import { readAddress, readMailbox, wireAddress } from '../../src/mail/address.ts';

test.each([
  ['ada@example.com', 'ada@example.com', 'ada@example.com'],
  ['  Ada.Lovelace@Example.COM\t', 'Ada.Lovelace@example.com', 'ada.lovelace@example.com'],
  ["o'neil+cards@example.co.uk", "o'neil+cards@example.co.uk", "o'neil+cards@example.co.uk"],
  ['hallo@MÜLLER.example', 'hallo@müller.example', 'hallo@xn--mller-kva.example'],
  ['hallo@mu\u0308ller.example', 'hallo@müller.example', 'hallo@xn--mller-kva.example'],
  ['hallo@xn--mller-kva.example', 'hallo@xn--mller-kva.example', 'hallo@xn--mller-kva.example'],
  ['a@例え.テスト', 'a@例え.テスト', 'a@xn--r8jz45g.xn--zckzah'],
])('%j is read', (text, address, key) => {
  expect(readAddress(text)).toEqual({ address, key });
});

test.each([
  ['', 'no address'],
  ['   ', 'no address'],
  ['ada', 'no @'],
  ['ada@', 'domain'],
  ['@example.com', 'before the @'],
  ['ada@localhost', 'domain'],
  ['ada@192.168.0.1', 'domain'],
  ['ada@[192.168.0.1]', 'domain'],
  ['ada@exa%6dple.com', 'domain'],
  ['ada@example..com', 'domain'],
  ['ada@-example.com', 'domain'],
  ['ada@example.com.', 'domain'],
  ['ada@example.com/x', 'domain'],
  ['ada@example.com:25', 'domain'],
  ['ada@exa_mple.com', 'domain'],
  ['a da@example.com', 'space'],
  ['ada@exam ple.com', 'space'],
  ['ada@example.com, ben@example.com', 'more than one'],
  ['ada@example.com;ben@example.com', 'more than one'],
  ['ada@ben@example.com', 'more than one'],
  ['ada@example.com\r\nBcc: x@example.com', 'invisible'],
  ['ada\0@example.com', 'invisible'],
  ['ada@example.com\u2028x', 'invisible'],
  ['ada\u2028x@example.com', 'invisible'],
  ['adä@example.com', 'accents'],
  ['.ada@example.com', 'before the @'],
  ['ada..b@example.com', 'before the @'],
  ['"ada"@example.com', 'before the @'],
  ['<ada@example.com>', 'before the @'],
  ['Ada <ada@example.com>', 'space'],
  [`${'a'.repeat(65)}@example.com`, 'before the @'],
  [`${'a'.repeat(20)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(45)}.com`, 'at most'],
  [`a@${'b'.repeat(64)}.com`, 'domain'],
])('%j is refused in words', (text, words) => {
  const read = readAddress(text);
  expect('reason' in read ? read.reason : read).toContain(words);
});

test('Two spellings of one domain are one address, and it goes out as ASCII', () => {
  const [typed, wired] = [readAddress('Hallo@Müller.example'), readAddress('hallo@XN--MLLER-KVA.example')];
  expect('key' in typed && 'key' in wired && typed.key === wired.key).toBe(true);
  expect(wireAddress('Hallo@müller.example')).toBe('Hallo@xn--mller-kva.example');
});

test('A hostile megabyte is refused at once', () => {
  const start = process.cpuUsage();
  for (const text of [
    '('.repeat(1e6),
    `${'a.'.repeat(5e5)}@example.com`,
    '@'.repeat(1e6),
    `${' '.repeat(1e6)}a@example.com`,
    `a@${'b.'.repeat(5e5)}`,
  ]) {
    expect(readAddress(text)).toHaveProperty('reason');
    expect(readMailbox(text)).toHaveProperty('reason');
    expect(readMailbox(`${text}<a@example.com>`)).toHaveProperty('reason');
  }
  expect(process.cpuUsage(start).user / 1_000).toBeLessThan(5_000);
});

test('A sender is read with its name', () => {
  expect(readMailbox('Blumen Müller <Hallo@Example.com>')).toEqual({
    name: 'Blumen Müller',
    address: 'Hallo@example.com',
    key: 'hallo@example.com',
  });
  expect(readMailbox('"Miller, Sons & Co." <shop@example.com>')).toMatchObject({
    name: 'Miller, Sons & Co.',
    address: 'shop@example.com',
  });
  expect(readMailbox('shop@example.com')).toEqual({ address: 'shop@example.com', key: 'shop@example.com' });
  expect(readMailbox('<shop@example.com>')).toMatchObject({ address: 'shop@example.com' });
  for (const bad of [
    'Shop',
    'Shop <shop>',
    'Shop <a@example.com> <b@example.com>',
    'Sh\nop <shop@example.com>',
    'a@example.com, b@example.com',
  ]) {
    expect(readMailbox(bad)).toHaveProperty('reason');
  }
});
