import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { linkKeys, type LinkPurpose } from '../../src/links/keys.ts';
import { readLink, signLink } from '../../src/links/token.ts';

const keys = linkKeys(['a secret of thirty-two characters']);
const purposes: LinkPurpose[] = ['view', 'unsubscribe', 'survey', 'preferences', 'confirm'];
const ids = () => ({ business: randomUUID(), touchpoint: randomUUID() });

test('A link says whose it is, and is short enough for a header line', () => {
  const who = ids();
  const token = signLink(keys, { purpose: 'view', ...who });
  expect(readLink(keys, 'view', token)).toEqual(who);
  expect(token).toHaveLength(66);
  expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
});

test('A link is the same each time it is made, so that a card sent again has the same bytes', () => {
  const who = ids();
  expect(signLink(keys, { purpose: 'view', ...who })).toBe(signLink(keys, { purpose: 'view', ...who }));
});

test.each([0, 1, 5, 10, 255, 'a', 'very satisfied', 'größer', 'x'.repeat(64)])('A survey link carries the answer %j', (value) => {
  const link = { ...ids(), value };
  const token = signLink(keys, { purpose: 'survey', ...link });
  expect(readLink(keys, 'survey', token)).toEqual(link);
  if (typeof value === 'number') expect(token.length).toBeLessThanOrEqual(68);
});

test.each([-1, 256, 1.5, Number.NaN, '', 'x'.repeat(65)])('An answer of %j fits no link', (value) => {
  expect(() => signLink(keys, { purpose: 'survey', ...ids(), value })).toThrow(RangeError);
});

test('Ids that are not UUIDs are our own fault', () => {
  expect(() => signLink(keys, { purpose: 'view', business: 'b', touchpoint: randomUUID() })).toThrow(TypeError);
});

test('No single changed bit of 100 links is accepted, for any purpose', () => {
  let accepted = 0;
  for (let i = 0; i < 100; i++) {
    const bytes = Buffer.from(signLink(keys, { purpose: 'survey', ...ids(), ...(i % 2 ? { value: i } : {}) }), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (readLink(keys, 'survey', changed.toString('base64url'))) accepted += 1;
    }
  }
  expect(accepted).toBe(0);
});

test('No character of a link can be written otherwise', () => {
  const token = signLink(keys, { purpose: 'view', ...ids() });
  const others = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. ';
  const read = Array.from(token).flatMap((was, i) =>
    others.split('').filter((other) => other !== was && readLink(keys, 'view', token.slice(0, i) + other + token.slice(i + 1))),
  );
  expect(read).toEqual([]);
});

test('Random text is no link', () => {
  const read = Array.from({ length: 1000 }, (_, i) => readLink(keys, 'view', randomBytes(33 + (i % 60)).toString('base64url')));
  expect(read.filter(Boolean)).toEqual([]);
  for (const odd of ['', 'x', 'é'.repeat(70), 'A'.repeat(66), 'A'.repeat(100_000), '\0'.repeat(66)])
    expect(readLink(keys, 'view', odd)).toBeUndefined();
});

test('A link made for one purpose opens no other', () => {
  for (const made of purposes) {
    const token = signLink(keys, { purpose: made, ...ids() });
    expect(purposes.filter((purpose) => readLink(keys, purpose, token))).toEqual([made]);
  }
});

test('The business is inside the signature', () => {
  const [mine, theirs] = [ids(), ids()];
  const bytes = Buffer.from(signLink(keys, { purpose: 'view', ...mine }), 'base64url');
  const other = Buffer.from(signLink(keys, { purpose: 'view', ...theirs }), 'base64url');
  other.copy(bytes, 1, 1, 17);
  expect(readLink(keys, 'view', bytes.toString('base64url'))).toBeUndefined();
});

test('After a new secret old links still work, and the new one signs; after the old one is gone they do not', () => {
  const [old, fresh] = ['the old secret, used until today', 'the new secret, used from today'];
  const who = ids();
  const before = signLink(linkKeys([old]), { purpose: 'view', ...who });
  const both = linkKeys([fresh, old]);
  const after = signLink(both, { purpose: 'view', ...who });
  expect(readLink(both, 'view', before)).toEqual(who);
  expect(readLink(linkKeys([fresh]), 'view', after)).toEqual(who);
  expect(readLink(linkKeys([old]), 'view', after)).toBeUndefined();
  expect(readLink(linkKeys([fresh]), 'view', before)).toBeUndefined();
});

test('Every secret of a long list is found again, whether or not two share a nibble', () => {
  const secrets = Array.from({ length: 40 }, (_, i) => `secret number ${i} of a long list`);
  const who = ids();
  const all = linkKeys(secrets);
  const read = secrets.map((secret) => readLink(all, 'view', signLink(linkKeys([secret]), { purpose: 'view', ...who })));
  expect(read).toEqual(secrets.map(() => who));
});

test('Without a secret nothing is signed', () => {
  expect(() => linkKeys([])).toThrow('No secret');
});
