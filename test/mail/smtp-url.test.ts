import { expect, test } from 'vitest';
import { isLoopback, readSmtpUrl } from '../../src/mail/smtp-url.ts';

test.each([
  [
    'smtps://shop:p%40ss@mail.example.com',
    { host: 'mail.example.com', port: 465, secure: true, requireTls: false, auth: { user: 'shop', pass: 'p@ss' } },
  ],
  ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, secure: false, requireTls: true }],
  ['smtp://mail.example.com:25?requireTLS=false', { host: 'mail.example.com', port: 25, secure: false, requireTls: false }],
  ['smtp://127.0.0.1:2525', { host: '127.0.0.1', port: 2525, secure: false, requireTls: false }],
  ['smtp://[::1]:2525', { host: '::1', port: 2525, secure: false, requireTls: false }],
  ['smtp://localhost:2525?requireTLS=true', { host: 'localhost', port: 2525, requireTls: true }],
  [
    'smtp://shop%40example.com:x@mail.example.com?maxConnections=2&name=shop.example.com',
    { auth: { user: 'shop@example.com', pass: 'x' }, maxConnections: 2, name: 'shop.example.com' },
  ],
])('%s is read', (text, expected) => {
  expect(readSmtpUrl(text)).toMatchObject(expected);
});

test.each([
  '',
  'mail.example.com',
  'https://mail.example.com',
  'smtp://',
  'smtp://u:%zz@mail.example.com',
  'smtp://x?maxConnections=0',
  'smtp://x?maxConnections=many',
])('%j is refused in words', (text) => {
  expect(readSmtpUrl(text)).toEqual({ reason: expect.stringMatching(/\w.*\.$/) as string });
});

test('A refusal repeats no password', () => {
  expect(JSON.stringify(readSmtpUrl('http://shop:hush-hush@mail.example.com'))).not.toContain('hush');
});

test('This machine is known by its names', () => {
  expect(['localhost', '127.0.0.1', '127.1.2.3', '::1'].every(isLoopback)).toBe(true);
  expect(['example.com', '10.0.0.1', '127.0.0.1.example.com', '0.0.0.0'].some(isLoopback)).toBe(false);
});
