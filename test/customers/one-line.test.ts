import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLine } from '../../src/customers/one-line.ts';
import { SEED } from '../support/seed.ts';

const today = '2026-11-22';

/** "First name=Maria | Birthday=14 March", then the doubts after "??". */
function told(line: string, country = 'GB'): string {
  const read = readLine(line, { country, today });
  if (!read.ok) return `NO ${read.reason}`;
  const parts = read.understood.map(({ what, text }) => `${what}=${text}`).join(' | ');
  return [parts, ...read.questions.map(({ about, text }) => `?? ${about}: ${text}`)].join(' ');
}

describe('a customer in one line', () => {
  test.each([
    [
      'Maria Lopez, maria@example.com, 14 March',
      'First name=Maria | Family name=Lopez | E-mail=maria@example.com | Birthday=14 March',
    ],
    [
      'Maria Lopez maria@example.com 14 March',
      'First name=Maria | Family name=Lopez | E-mail=maria@example.com | Birthday=14 March',
    ],
    ['maria@example.com', 'E-mail=maria@example.com'],
    ['Tom Fox, name day 4 Dec, birthday 12/24', 'First name=Tom | Family name=Fox | Name day=4 December | Birthday=24 December'],
    ['Tom Fox (wedding) 2 May 2011', 'First name=Tom | Family name=Fox | Wedding anniversary=2 May 2011'],
    ['Zoë, 29 Feb', 'First name=Zoë | Birthday=29 February'],
    ['April May, 3 May', 'First name=April | Family name=May | Birthday=3 May'],
    [
      'Lopez; +44 (0)7700 900123; 1980-03-14; #A-7; likes tulips',
      'First name=Lopez | Phone=+44 (0)7700 900123 | Birthday=14 March 1980 | Your number=A-7 | Note=likes tulips',
    ],
  ])('%s', (line, expected) => expect(told(line)).toBe(expected));

  test.each([
    ['US', 'Ben Smith, March 14, 1980', 'First name=Ben | Family name=Smith | Birthday=March 14, 1980'],
    ['ES', 'Ana, 14 de marzo de 1980, boda 2 de mayo', 'First name=Ana | Birthday=14 March 1980 | Wedding anniversary=2 May'],
    [
      'DE',
      'Anna Meier, geboren am 14. März 1980, Kundin seit 1.5.2019',
      'First name=Anna | Family name=Meier | Birthday=14 March 1980 | Customer since=1 May 2019',
    ],
    [
      'FR',
      'Marie Dupont, née le 1er août 1975, mariage 3 juin 2001',
      'First name=Marie | Family name=Dupont | Birthday=1 August 1975 | Wedding anniversary=3 June 2001',
    ],
    [
      'ES',
      'Dr. José Ángel, 14.3.80, wedding 2 May 2011, +34 612 345 678',
      'First name=José | Family name=Ángel | Phone=+34 612 345 678 | Birthday=14 March 1980 | Wedding anniversary=2 May 2011',
    ],
  ])('in %s: %s', (country, line, expected) => expect(told(line, country)).toBe(expected));

  test('asks what may be meant two ways, and takes the more likely', () => {
    expect(told('Maria Lopez, 3/4')).toContain('Birthday=3 April ?? Birthday: Is 3/4 3 April or 4 March?');
    expect(told('Maria Lopez, 3/4', 'US')).toContain('Birthday=March 4 ?? Birthday: Is 3/4 March 4 or April 3?');
    expect(told('Lopez, Maria')).toContain('First name=Maria | Family name=Lopez ?? Name');
    expect(told('Tom Fox, 14 March, 2 June')).toContain('Anniversary=2 June ?? Anniversary: Which day is 2 June?');
    expect(told('April Jones, 1 4 24')).not.toContain('Birthday=');
    expect(told('April Jones, 1.4.24')).toContain('Birthday=1 April ?? Birthday: Which year');
    expect(told('Tom, 14.3.1980, 12.4.1990 birthday')).toContain('Note=birthday 12.4.1990');
  });

  test('leaves out a day that cannot be, and keeps it as a note', () => {
    expect(told('Tom, 31.2.')).toBe('First name=Tom | Note=31.2. ?? Birthday: 31.2.: There is no 31 February. It was left out.');
    expect(told('Tom, born 14 March 2031')).toContain('Note=born 14 March 2031');
  });

  test('refuses, in a sentence, what has no name and no address', () => {
    expect(told('14 March')).toBe('NO There is no name in it and no e-mail address. Begin with the name.');
    expect(told('Tom, tom@@x')).toBe('NO That looks like more than one address.');
    expect(told('   ')).toBe('NO Type a name, and what else you know.');
  });

  test('answers to anything at all, at once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => {
        const read = readLine(line, { country: 'GB', today });
        expect(read.ok ? read.understood.length : read.reason.length).toBeGreaterThan(0);
      }),
      { numRuns: 500, seed: SEED },
    );
    const start = process.cpuUsage();
    readLine(`${'1.'.repeat(480)}x`, { country: 'GB', today });
    readLine(`+${'1 '.repeat(480)}x`, { country: 'GB', today });
    expect(process.cpuUsage(start).user / 1_000).toBeLessThan(500);
  });
});
