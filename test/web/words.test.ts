import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dayText, languageName, monthNames } from '../../src/web/days.ts';
import { numberOf } from '../../src/web/forms.ts';
import { fill, pageLanguages, speak, speakAsAsked } from '../../src/web/words.ts';

const folder = new URL('../../templates/pages/', import.meta.url);
const files = readdirSync(folder).map((file) => file.replace('.json', ''));
/** What only the shop reads. */
const forTheShop = ['common', 'outbox', 'mail', 'states'];

/** `survey.title` and its words, however deep. */
function lines(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => lines(inner, path ? `${path}.${key}` : key));
}

function read(language: string): Map<string, string> {
  const all = lines(JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8')));
  return new Map(all.filter(([path]) => !forTheShop.includes(path.split('.')[0] ?? '')));
}

const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe('a value in a sentence', () => {
  it('stands apart where it is read the other way, and only there', () => {
    expect(fill('من {shop}.', { shop: 'Rosa & Co.' })).toBe('من \u200f\u200eRosa & Co.\u200e\u200f.');
    expect(fill('From {shop} 5', { shop: 'ليلى' })).toBe('From \u200e\u200fليلى\u200f\u200e 5');
    expect(fill('From {shop}, {count}', { shop: 'Rosa & Co.', count: 5 })).toBe('From Rosa & Co., 5');
    expect(fill('من {shop}', { shop: 'ليلى' })).toBe('من ليلى');
  });

  it('turns nothing round, whatever it holds', () => {
    expect(fill('From {shop}, {gone}', { shop: '\u202eRosa\u2067' })).toBe('From Rosa, {gone}');
  });
});

describe('the words of the pages', () => {
  const english = read('en');

  it('are there in seven languages', () => {
    expect(pageLanguages.toSorted()).toEqual(['ar', 'de', 'el', 'en', 'es', 'fr', 'zh']);
  });

  it.each(files)('say everything in %s, with the same places for names', (language) => {
    const own = read(language);
    expect([...own.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    for (const [path, text] of own) {
      expect({ path, holes: holes(text) }).toEqual({ path, holes: holes(english.get(path) ?? '') });
      expect({ path, blank: text.trim() === '' }).toEqual({ path, blank: false });
    }
  });

  it.each(files.filter((file) => file !== 'en'))('are not left in English in %s', (language) => {
    const same = [...read(language)].filter(([path, text]) => text === english.get(path)).map(([path]) => path);
    expect(same).toEqual([]);
  });
});

describe('the language of a page', () => {
  it('is the first that is wanted and known, whatever its region', () => {
    expect(speak('de-AT', 'en-GB').language).toBe('de');
    expect(speak(null, undefined, 'zh-Hant-TW').language).toBe('zh');
    expect(speak('pt-BR', 'fr-CH').language).toBe('fr');
    expect(speak('pt-BR').language).toBe('en');
    expect(speak('no such tag', '../../package').language).toBe('en');
  });

  it('runs from right to left where it is written so', () => {
    expect(pageLanguages.filter((language) => speak(language).dir === 'rtl')).toEqual(['ar']);
  });

  it('is what the browser asks for where nobody is known', () => {
    expect(speakAsAsked('pt;q=0.9, el;q=0.8, de;q=0.3').language).toBe('el');
    expect(speakAsAsked('en;q=0.1,fr').language).toBe('fr');
    for (const nonsense of [undefined, '', '*', ';;;q=', 'x'.repeat(5000)]) expect(speakAsAsked(nonsense).language).toBe('en');
  });

  it('writes days in its own way, of our calendar', () => {
    expect(dayText({ month: 2, day: 29 }, 'en', 'GB')).toBe('29 February');
    expect(dayText({ month: 3, day: 14 }, 'en', 'US')).toBe('March 14');
    expect(dayText('2027-06-01', 'de', 'DE')).toBe('1. Juni 2027');
    expect(dayText({ month: 3, day: 14 }, 'ar', 'SA')).toMatch(/مارس/);
    expect(monthNames('el', '')[0]).toBe('Ιανουαρίου');
    expect(['de', 'ar', 'el'].map(languageName)).toEqual(['Deutsch', 'العربية', 'Ελληνικά']);
  });

  it('takes numbers in the digits of the reader', () => {
    const number = (day: string) => numberOf({ day }, 'day');
    expect(['14', '١٤', '۱۴', '１４', ' 14 '].map(number)).toEqual([14, 14, 14, 14, 14]);
    expect(['', 'x', '1e1', '-1', '1.5', '99999'].map(number)).toEqual(Array.from({ length: 6 }, () => undefined));
  });

  it('fills in what it knows and leaves the rest', () => {
    expect(fill('{shop} and {other}', { shop: 'Rosa & {other}' })).toBe('Rosa & {other} and {other}');
  });
});
