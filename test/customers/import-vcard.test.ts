import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardEntries } from '../../src/customers/import/address-cards.ts';
import { type Entry, isRefusal, type Refusal } from '../../src/customers/import/entry.ts';
import { bytesSource, fileSource, inspectSource, type Source } from '../../src/customers/import/source.ts';
import { SEED } from '../support/seed.ts';

const today = '2026-11-21';

async function entriesOf(source: Source): Promise<(Entry | Refusal)[]> {
  const { encoding } = await inspectSource(source);
  const entries: (Entry | Refusal)[] = [];
  for await (const some of cardEntries(source, encoding, { today })) entries.push(...some);
  return entries;
}

function card(...lines: string[]): string {
  return ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n');
}

async function read(...lines: string[]) {
  const [entry] = await entriesOf(bytesSource(card(...lines)));
  if (!entry || isRefusal(entry)) throw new Error(entry?.reason ?? 'no card');
  const days = entry.dates.map(
    ({ kind, label, month, day, year }) => `${kind}${label && `/${label}`} ${year ?? ''}-${month}-${day}`,
  );
  return { ...entry, days };
}

describe('an address card', () => {
  test('of vCard 3.0 is unfolded, unescaped and read by groups', async () => {
    const entry = await read(
      'VERSION:3.0',
      'FN:Dr. Anna Meier',
      'N:Meier;Anna;;Dr.;',
      'item1.EMAIL;type=INTERNET:anna@exam',
      ' ple.com',
      'NOTE:one\\, two\\; three\\nfour',
      'BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-14',
      'item2.X-ABDATE;type=pref:2005-06-01',
      'item2.X-ABLabel:_$!<Anniversary>!$_',
      'item3.X-ABDATE:1999-09-09',
      'item3.X-ABLabel:Hochzeitstag',
      'item4.X-ABDATE:2001-02-03',
      'item4.X-ABLabel:First dance',
    );
    expect(entry).toMatchObject({
      given: 'Anna',
      family: 'Meier',
      email: { key: 'anna@example.com' },
      notes: 'one, two; three\nfour',
      doubts: [],
    });
    expect(entry.days).toEqual([
      'birthday -3-14',
      'anniversary 2005-6-1',
      'anniversary/wedding 1999-9-9',
      'first-dance 2001-2-3',
    ]);
  });

  test('of vCard 2.1 is read through quoted-printable, soft breaks and character sets', async () => {
    const entry = await read(
      'VERSION:2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=',
      'ller;J=C3=B6rg;;;',
      'NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gr=FC=DFe=0D=0Aaus K=F6ln',
      'EMAIL;INTERNET;PREF:j@example.com',
      'EMAIL:other@example.com',
      'BDAY:19800314',
      'X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2005-06-01;1;;;;;;;;;;;;;',
    );
    expect(entry).toMatchObject({ given: 'Jörg', family: 'Müller', email: { key: 'j@example.com' }, notes: 'Grüße\naus Köln' });
    expect(entry.days).toEqual(['birthday 1980-3-14', 'anniversary 2005-6-1']);
  });

  test('of vCard 4.0 may leave the year out, and says its language and zone', async () => {
    const entry = await read(
      'VERSION:4.0',
      'FN:Simon Perreault',
      'BDAY:--0203',
      'ANNIVERSARY:20090808T1430-0500',
      'LANG;PREF=2:en',
      'LANG;PREF=1:fr',
      'TZ:America/Montreal',
      'TEL;VALUE=uri;TYPE="work,voice":tel:+1-418-656-9254',
      'EMAIL;PREF=2:b@example.com',
      'EMAIL;PREF=1:a@example.com',
    );
    expect(entry).toMatchObject({
      given: 'Simon',
      language: 'fr',
      zone: 'America/Montreal',
      phone: '+1-418-656-9254',
      email: { key: 'a@example.com' },
    });
    expect(entry.days).toEqual(['birthday -2-3', 'anniversary 2009-8-8']);
  });

  test.each([
    ['BDAY:1980-03-14', 'birthday 1980-3-14'],
    ['BDAY:19800314', 'birthday 1980-3-14'],
    ['BDAY;VALUE=date:1980-03-14', 'birthday 1980-3-14'],
    ['BDAY:1980-03-14T00:00:00Z', 'birthday 1980-3-14'],
    ['BDAY:--0314', 'birthday -3-14'],
    ['BDAY:--03-14', 'birthday -3-14'],
    ['BDAY:--0229', 'birthday -2-29'],
    ['BDAY;VALUE=text:14. März 1980', 'birthday 1980-3-14'],
    ['BDAY:---14', undefined],
    ['BDAY:1980', undefined],
    ['BDAY;VALUE=text:circa 1800', undefined],
    ['BDAY:1980-02-30', undefined],
    ['BDAY:19800313T230000Z', undefined],
    ['BDAY:', ''],
  ])('%s is %s, or asked about', async (line, day) => {
    const { days, doubts } = await read('VERSION:3.0', 'FN:Anna', line);
    expect([days[0], doubts.length]).toEqual(day ? [day, 0] : [undefined, day === '' ? 0 : 1]);
  });

  test.each([
    ['a company', 'KIND:org', 'FN:Flowers Ltd'],
    ['who has died', 'DEATHDATE:20200101', 'FN:Anna'],
    ['nobody', 'TEL:1', 'ORG:Flowers Ltd'],
  ])('of %s is refused in words', async (_, ...lines) => {
    const [entry] = await entriesOf(bytesSource(card('VERSION:4.0', ...lines)));
    expect(entry).toMatchObject({ line: 1, reason: expect.any(String) as string });
  });

  test('that never ends is refused, and the next one is read', async () => {
    const entries = await entriesOf(bytesSource(`BEGIN:VCARD\nFN:Lost\n${card('FN:Anna')}BEGIN:VCARD\nFN:Cut`));
    expect(entries.map((entry) => [entry.line, isRefusal(entry)])).toEqual([
      [1, true],
      [3, false],
      [6, true],
    ]);
  });

  test("passes over a picture of twenty megabytes, and over another's card inside it", async () => {
    const photo = `PHOTO;ENCODING=b;TYPE=JPEG:${'A'.repeat(20_000_000)}`;
    const folded = `PHOTO;ENCODING=BASE64;JPEG:\r\n${' /9j/4AAQ\r\n'.repeat(50_000)}`;
    const entry = await read(
      'VERSION:2.1',
      photo,
      folded,
      'AGENT:',
      'BEGIN:VCARD',
      'FN:Agent',
      'EMAIL:x@example.com',
      'END:VCARD',
      'FN:Anna',
      'EMAIL:a@example.com',
    );
    expect(entry).toMatchObject({ given: 'Anna', email: { key: 'a@example.com' } });
    expect(entry.raw.length).toBeLessThan(5_000);
  });
});

test('three hundred hostile cards break nothing, and the good one after them is read', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'BEGIN:VCARD',
      'END:VCARD',
      'N:;;;;',
      'BDAY:',
      ':',
      ';',
      '=',
      '=\r\n',
      '\r\n ',
      '\\',
      '"',
      'item1.',
      'X-ABDATE',
      'ENCODING=QUOTED-PRINTABLE',
      ';CHARSET=bogus',
      '=ZZ',
      '=C3',
      'PHOTO;ENCODING=b:AAAA',
      '\u0000',
      '\ud800',
      'AGENT:',
    ),
    fc.string({ maxLength: 12 }),
    fc.constantFrom('\r\n', '\n', '\r'),
  );
  const vectors = fc.array(piece, { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(vectors, async (pieces) => {
      const hostile = `BEGIN:VCARD\r\n${pieces.join('')}\r\n\r\nEND:VCARD\r\nEND:VCARD\r\n`;
      const entries = await entriesOf(bytesSource(`${hostile}${card('FN:Last One', 'BDAY:--0229')}`));
      expect(entries.at(-1)).toMatchObject({ given: 'Last', family: 'One', dates: [{ month: 2, day: 29, year: null }] });
    }),
    { numRuns: 300, seed: SEED },
  );
});

const exports = path.resolve('../shared/data/vcards');

describe.skipIf(!existsSync(exports))('real exports', () => {
  test.each(existsSync(exports) ? readdirSync(exports).filter((name) => name.endsWith('.vcf')) : [])(
    '%s is read whole',
    async (name) => {
      const entries = await entriesOf(fileSource(path.join(exports, name)));
      expect(entries.length).toBeGreaterThan(0);
      for (const entry of entries) {
        if (isRefusal(entry)) throw new Error(`line ${entry.line}: ${entry.reason}`);
        expect(entry.email ?? entry.family ?? entry.given).not.toBeNull();
        expect(entry.dates.map(({ month, day }) => month * 100 + day).every((day) => day > 100 && day < 1232)).toBe(true);
      }
    },
  );
});
