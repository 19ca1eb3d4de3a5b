import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { delimiterOf, LONGEST_ROW, readRows, type Row } from '../../src/customers/import/csv.ts';
import { bytesSource, inspectSource, textOf } from '../../src/customers/import/source.ts';
import { SEED } from '../support/seed.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function rowsOf(text: string, delimiter: ',' | ';' | '\t' = ',', size = 7): Promise<Row[]> {
  async function* pieces() {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }
  return (await all(readRows(pieces(), delimiter))).flat();
}

async function cellsOf(text: string, size?: number): Promise<string[][]> {
  return (await rowsOf(text, ',', size)).map(({ cells }) => cells);
}

describe('rows', () => {
  test('keep their lines through quotes, newlines of all kinds and empty cells', async () => {
    const rows = await rowsOf('a,b\r\n"x\r\ny",2\n"say ""hi""",\r3,"4"');
    expect(rows.map(({ line, cells }) => [line, cells])).toEqual([
      [1, ['a', 'b']],
      [2, ['x\r\ny', '2']],
      [4, ['say "hi"', '']],
      [5, ['3', '4']],
    ]);
  });

  test('a quote inside a plain cell is a letter, and a stray one inside quotes too', async () => {
    expect(await cellsOf('Anna "Annie" Meier,1\n"the "best" one",2\n')).toEqual([
      ['Anna "Annie" Meier', '1'],
      ['the "best" one', '2'],
    ]);
  });

  test('after a quote that never closes the next line is a row again', async () => {
    for (const size of [1, 5, 1000]) {
      const rows = await rowsOf('name,mail\n"Anna,a@example.com\nBert,b@example.com\n"Carl",c@example.com\n', ',', size);
      expect(rows.map(({ line, cells, trouble }) => [line, trouble ? 'trouble' : cells])).toEqual([
        [1, ['name', 'mail']],
        [2, 'trouble'],
        [3, ['Bert', 'b@example.com']],
        [4, ['Carl', 'c@example.com']],
      ]);
    }
  });

  test('a cell of ten megabytes costs its own row and no memory', async () => {
    const big = 'x'.repeat(10_000_000);
    for (const cell of [big, `"${big}"`]) {
      const rows = await rowsOf(`name\n${cell}\nBert\n`, ',', 65_536);
      expect(rows.map(({ line, trouble, raw }) => [line, trouble !== undefined, raw.length < 5_000])).toEqual([
        [1, false, true],
        [2, true, true],
        [3, false, true],
      ]);
    }
    expect(LONGEST_ROW).toBeLessThan(1_000_000);
  });

  test('are what csv-parse reads, for every well-formed table, however it is cut into pieces', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', ';', '"', '\n', '\r\n', '1', '👩‍🌾'), maxLength: 8 });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (cells, size) => {
        const text = cells.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect(await cellsOf(text, size)).toEqual(parse(text, { relax_column_count: true }));
      }),
      { numRuns: 150, seed: SEED },
    );
  });

  test('every line of a malformed file is read or named, and each good row after it arrives', async () => {
    const junk = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '\u0000', ';', ' '), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(junk, fc.integer({ min: 1, max: 20 }), async (text, size) => {
        const rows = await rowsOf(`${text}\n"Last","l@example.com"\n`, ',', size);
        expect(rows.at(-1)?.cells.at(-1)).toBe('l@example.com');
        const lines = rows.map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].toSorted((a, b) => a - b));
      }),
      { numRuns: 200, seed: SEED },
    );
  });
});

describe('the delimiter', () => {
  test.each([
    ['a;b;c\n1,5;2;3\n', ';'],
    ['name,note\n"a;b;c;d;e",1\n', ','],
    ['a\tb, c\n1\t2\n', '\t'],
    ['sep=;\na,b;c\n', ';'],
    ['only\none\n', ','],
    ['Vorname;Nachname;"Adresse, Ort; Land"\nA;B;C\n', ';'],
  ])('of %j is %j', (text, delimiter) => {
    expect(delimiterOf(text)).toBe(delimiter);
  });
});

describe('the encoding', () => {
  const text = 'Vorname;Straße\nJürgen;Größe – «été»\n';
  const utf16be = Buffer.from(text, 'utf16le').swap16();
  const latin = Buffer.from('Vorname;Ort\nJ\u00fcrgen;K\u00f6ln \u0080\n', 'latin1');
  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\ufeff${text}`)],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16le', Buffer.from(text.repeat(20), 'utf16le')],
    ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be])],
    ['windows-1252', latin],
  ])('%s is known', async (encoding, bytes) => {
    const source = bytesSource(bytes);
    const inspection = await inspectSource(source);
    expect(inspection).toMatchObject({ encoding, kind: 'csv', bytes: bytes.length });
    const read = (await all(textOf(source, inspection.encoding))).join('');
    expect(read).toContain(encoding === 'windows-1252' ? 'Jürgen;Köln €' : 'Jürgen;Größe – «été»');
    expect(read.startsWith('Vorname')).toBe(true);
  });

  test('one broken byte in a file full of good accents does not turn them all into something else', async () => {
    const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0x0a])]);
    expect((await inspectSource(bytesSource(bytes))).encoding).toBe('utf-8');
  });

  test.each([
    ['PK\u0003\u0004rest', 'workbook'],
    ['%PDF-1.7', 'PDF'],
    ['\u0000\u0001\u0002,\u0003', 'not a text file'],
    ['', 'empty'],
  ])('what is no table says so: %j', async (bytes, word) => {
    const { kind, trouble } = await inspectSource(bytesSource(bytes));
    expect(kind).toBe('other');
    expect(trouble).toContain(word);
  });
});
