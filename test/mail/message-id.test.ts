import { expect, test } from 'vitest';
import { boundaryOf, messageIdKey, messageIdOf } from '../../src/mail/message-id.ts';

const touchpoint = '0190bf12-7c5a-7000-8000-000000000001';
const key = messageIdKey(['the newest secret', 'an older one']);

test('A touchpoint has the same Message-ID and boundary each time', () => {
  expect(messageIdOf(key, touchpoint, 'Example.com')).toBe(
    messageIdOf(messageIdKey(['the newest secret']), touchpoint, 'example.com'),
  );
  expect(messageIdOf(key, touchpoint, 'example.com')).toMatch(/^<[a-z2-7]{26}@example\.com>$/);
  expect(boundaryOf(key, touchpoint)).toMatch(/^=_[a-z2-7]{26}$/);
});

test('Another touchpoint or another secret gives another, and nothing of the touchpoint shows', () => {
  const ids = Array.from({ length: 1000 }, (_, i) => messageIdOf(key, `${touchpoint}${i}`, 'example.com'));
  expect(new Set(ids).size).toBe(1000);
  expect(messageIdOf(messageIdKey(['other']), touchpoint, 'example.com')).not.toBe(messageIdOf(key, touchpoint, 'example.com'));
  expect(boundaryOf(key, touchpoint).slice(2)).not.toBe(messageIdOf(key, touchpoint, 'example.com').slice(1, 27));
});

test('A domain that is none is our own fault', () => {
  expect(() => messageIdOf(key, touchpoint, 'müller.example')).toThrow(TypeError);
  expect(() => messageIdOf(key, touchpoint, 'a>b')).toThrow(TypeError);
  expect(() => messageIdKey([])).toThrow('No secret');
});
