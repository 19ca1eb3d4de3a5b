import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderSaidBy } from '../../src/customers/import/columns.ts';
import { type DateColumn, judgeOrders, learnOrder, type Verdict } from '../../src/customers/import/date-order.ts';
import { type DateOrder, readDate, settleDate } from '../../src/customers/import/dates.ts';
import { SEED } from '../support/seed.ts';

const today = '2026-11-21';

function settled(text: string, order?: DateOrder, role: 'birthday' | 'date' | 'joined' = 'birthday'): string {
  const answer = settleDate(readDate(text), order, role, today);
  if ('why' in answer) return `? ${answer.why}`;
  const { date } = answer;
  return date ? `${date.year ?? ''}-${date.month}-${date.day}` : 'none';
}

function column(name: string, values: string[], said?: DateOrder): DateColumn {
  const learner = learnOrder();
  for (const value of values) learner.see(value);
  return { name, said, seen: learner.seen };
}

function verdictOf(values: string[], said?: DateOrder): Verdict {
  return judgeOrders([column('Birthday', values, said)])[0] ?? { order: undefined };
}

describe('a date', () => {
  test.each([
    ['1980-03-14', '1980-3-14'],
    ['1980/3/14', '1980-3-14'],
    ['1980.03.14.', '1980-3-14'],
    ['19800314', '1980-3-14'],
    ['1980-03-14T00:00:00Z', '1980-3-14'],
    ['1980-03-14 00:00:00', '1980-3-14'],
    ['14/03/1980', '1980-3-14'],
    ['03/14/1980', '1980-3-14'],
    ['14.3.1980', '1980-3-14'],
    ['14-03-1980', '1980-3-14'],
    ['14. 3. 1980', '1980-3-14'],
    ['14031980', '1980-3-14'],
    ['5/5/1980', '1980-5-5'],
    ['--03-14', '-3-14'],
    ['--0314', '-3-14'],
    ['03/14', '-3-14'],
    ['14.3.', '-3-14'],
    ['3.4.', '-4-3'],
    ['14. März', '-3-14'],
    ['14. Mrz. 1980', '1980-3-14'],
    ['2. Jänner 1950', '1950-1-2'],
    ['March 14', '-3-14'],
    ['March 14, 1980', '1980-3-14'],
    ['14th of March 1980', '1980-3-14'],
    ['Fri, 14 Mar 1980', '1980-3-14'],
    ['14 mars', '-3-14'],
    ['1er août 1980', '1980-8-1'],
    ['mardi 29 février 1972', '1972-2-29'],
    ['14 de marzo', '-3-14'],
    ['14 de marzo de 1980', '1980-3-14'],
    ['1º de mayo', '-5-1'],
    ['29294', '1980-3-14'],
    ['29294.0', '1980-3-14'],
    ['--02-29', '-2-29'],
    ['1604-03-14', '-3-14'],
    ['0000-03-14', '-3-14'],
    ['２９/０２/１９８０', '1980-2-29'],
  ])('%s is %s', (text, date) => {
    expect(settled(text)).toBe(date);
  });

  test.each(['', ' ', '-', 'n/a', '0/0/00', '00/00/0000', '00.00.0000', '0000-00-00', '0', 'unbekannt', '0001-01-01 00:00:00'])(
    '%j is none',
    (text) => {
      expect(settled(text)).toBe('none');
    },
  );

  test.each([
    ['14/03/80', 'two digits'],
    ['14-Mar-80', 'two digits'],
    ['80-03-14', 'two digits'],
    ['140380', 'two digits'],
    ['1970-01-01', 'when they know none'],
    ['1900-01-01', 'when they know none'],
    ['2027-01-01', 'still to come'],
    ['1815-12-10', 'very long ago'],
    ['31.02.1990', 'no 31 February'],
    ['1990-02-29', 'no 29 February'],
    ['1990-13-01', 'no month 13'],
    ['31 April', 'no 31 April'],
    ['1980', 'only a year'],
    ['March 1980', 'day is missing'],
    ['---14', 'part of a date'],
    ['soon', 'not a date'],
    ['5/6/1980', 'Either number'],
    ['1980-03-13T23:00:00Z', 'UTC'],
    ['1'.repeat(400), 'too long'],
  ])('%s is asked about', (text, words) => {
    expect(settled(text)).toMatch(/^\? /);
    expect(settled(text)).toContain(words);
  });

  test('an order that is said decides, and a value that it makes impossible is asked about', () => {
    expect(settled('5/6/1980', 'dmy')).toBe('1980-6-5');
    expect(settled('5/6/1980', 'mdy')).toBe('1980-5-6');
    expect(settled('14/3/1980', 'mdy')).toContain('no month 14');
    expect(settled('05/06', 'ymd')).toBe('-5-6');
    expect(settled('5/6/1980', 'ymd')).toContain('Either number');
  });

  test('a first visit needs its year and may hold an hour; a wedding may still be to come', () => {
    expect(settled('2019-05-02 14:22:10', undefined, 'joined')).toBe('2019-5-2');
    expect(settled('--05-02', undefined, 'joined')).toContain('year is missing');
    expect(settled('2027-06-05', undefined, 'date')).toBe('2027-6-5');
  });

  test('is never swapped: what is written in one order comes out as that day or is asked about', () => {
    const days = fc.date({ min: new Date('1930-01-01'), max: new Date('2020-12-31'), noInvalidDate: true });
    const written = fc.constantFrom<(d: number, m: number, y: number) => [string, DateOrder]>(
      (d, m, y) => [`${d}/${m}/${y}`, 'dmy'],
      (d, m, y) => [`${m}/${d}/${y}`, 'mdy'],
      (d, m) => [`${d}.${m}`, 'dmy'],
      (d, m) => [`${m}-${d}`, 'mdy'],
    );
    fc.assert(
      fc.property(fc.array(days, { minLength: 1, maxLength: 8 }), written, (column, write) => {
        const values = column.map((date) => [date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCFullYear()] as const);
        const verdict = verdictOf(values.map(([d, m, y]) => write(d, m, y)[0]));
        if ('question' in verdict) {
          expect(verdict.samples.length).toBeGreaterThan(0);
          return;
        }
        for (const [d, m, y] of values) {
          const answer = settleDate(readDate(write(d, m, y)[0]), verdict.order, 'birthday', today);
          if ('date' in answer) expect(answer.date).toMatchObject({ month: m, day: d });
        }
      }),
      { numRuns: 500, seed: SEED },
    );
  });
});

describe("a column's order", () => {
  test('is learnt from numbers above 12, two-digit years included', () => {
    expect(verdictOf(['5/6/1980', '', '13/1/1975'])).toEqual({ order: 'dmy' });
    expect(verdictOf(['5/6/1980', '1/13/1975'])).toEqual({ order: 'mdy' });
    expect(verdictOf(['5/6/1980', '13/1/75'])).toEqual({ order: 'dmy' });
  });

  test('is asked when it stays open, and when the column is mixed', () => {
    expect(verdictOf(['5/6/1980', '1/2/1975'])).toMatchObject({ samples: ['5/6/1980', '1/2/1975'] });
    expect(verdictOf(['13/6/1980', '6/13/1980'])).toMatchObject({ samples: ['13/6/1980', '6/13/1980'] });
  });

  test('may stand in its name, which decides what the values leave open and never goes against one', () => {
    expect(orderSaidBy('Birthday (DD/MM/YYYY)')).toBe('dmy');
    expect(orderSaidBy('Geburtstag TT.MM.JJJJ')).toBe('dmy');
    expect(orderSaidBy('Birthday MM/DD')).toBe('mdy');
    expect(orderSaidBy('Birthday')).toBeUndefined();
    expect(verdictOf(['5/6/1980'], 'dmy')).toEqual({ order: 'dmy' });
    expect(verdictOf(['5/6/1980', '6/13/1980'], 'mdy')).toEqual({ order: 'mdy' });
    expect(verdictOf(['5/6/1980', '6/13/1980'], 'dmy')).toMatchObject({ samples: ['6/13/1980'] });
  });

  test('does not matter where no value needs it', () => {
    expect(verdictOf(['1980-06-05', '5/5/1980', '14. März', '29294', '3.4.'])).toEqual({ order: undefined });
  });

  test('is that of the other columns where its own values leave it open, unless they disagree', () => {
    const [german, american] = [column('Geburtstag', ['14/03/1980']), column('Birthday', ['3/14/1980'])];
    const open = column('Hochzeit', ['01/06/2005']);
    expect(judgeOrders([open, undefined, german])).toEqual([
      { order: 'dmy', settledBy: 'Geburtstag' },
      undefined,
      { order: 'dmy' },
    ]);
    expect(judgeOrders([open, german, american])[0]).toMatchObject({ samples: ['01/06/2005'] });
    expect(judgeOrders([column('Mixed', ['14/03/1980', '3/14/1980']), german])[0]).toHaveProperty('question');
  });
});
