import { describe, expect, test } from 'vitest';
import { mergeDataFor, type MergeSource } from '../../src/occasions/merge-data.ts';
import { type Question, SATISFACTION, wordsOf } from '../../src/occasions/surveys.ts';

const source: MergeSource = {
  business: { name: 'Rosa & Fern', postal_address: '12 Market Row', country: 'GB' },
  person: { given_name: 'Mia', family_name: 'Okafor' },
  occasion: { name: 'Birthday' },
  links: { view: 'https://example.com/v', unsubscribe: 'https://example.com/u' },
  language: 'en',
};

describe('what a card may say', () => {
  test('is plain data, with nothing promised that is not known', () => {
    expect(mergeDataFor(source)).toEqual({
      language: 'en',
      customer: { firstName: 'Mia', lastName: 'Okafor', name: 'Mia Okafor' },
      business: { name: 'Rosa & Fern', postalAddress: '12 Market Row' },
      occasion: { name: 'Birthday' },
      links: source.links,
    });
    expect(mergeDataFor({ ...source, person: { given_name: ' ', family_name: null } }).customer).toEqual({});
    expect(mergeDataFor({ ...source, basis: 'consent' }).customer.consented).toBe(true);
  });

  test('has the years under the date that they belong to, and under `years` when they are years as a customer', () => {
    const birthday = mergeDataFor({ ...source, date: { kind: 'birthday', label: '' }, years: 40 });
    expect([birthday.date, birthday.years]).toEqual([{ years: 40 }, undefined]);
    expect(mergeDataFor({ ...source, years: 3 }).years).toBe(3);
    const unknown = mergeDataFor({ ...source, date: { kind: 'anniversary', label: 'wedding' } });
    expect(unknown.date).toEqual({ label: 'wedding' });
    expect(mergeDataFor({ ...source, date: { kind: 'name-day', label: '' } }).date).toEqual({ label: 'name day' });
  });

  test.each([
    ['en', 'GB', 1250, 'GBP', '14 March', '£12.50'],
    ['en', 'US', 1250, 'USD', 'March 14', '$12.50'],
    ['de', 'DE', 123450, 'EUR', '14. März', '1.234,50\u00a0€'],
    ['en', 'JP', 1250, 'JPY', 'March 14', '¥1,250'],
    ['en', '', 1250, 'KWD', 'March 14', 'KWD\u00a01.250'],
  ])('writes a purchase in %s as %s writes it', (language, country, amount, currency, day, written) => {
    const business = { ...source.business, country };
    const purchase = { category: null, on: '2027-03-14', amount, currency };
    expect(mergeDataFor({ ...source, business, language, purchase }).purchase).toEqual({ day, amount: written });
  });

  test('offers each answer of the survey with its own link', () => {
    const [question] = SATISFACTION;
    const data = mergeDataFor({ ...source, survey: { question: question!, urlOf: (value) => `https://example.com/a/${value}` } });
    expect(data.survey?.answers[0]).toEqual({ label: 'Very happy', value: '5', url: 'https://example.com/a/5' });
    expect(data.survey?.answers).toHaveLength(5);
    const asked = (languages: string[]) => wordsOf(question!, languages).question;
    expect(asked(['de-AT'])).toBe('Wie zufrieden waren Sie mit uns?');
    expect(asked(['tr'])).toBe('How happy were you with us?');
  });

  test('asks in seven languages, with an answer for each value', () => {
    const [{ words, values }] = SATISFACTION as [Question];
    expect(Object.keys(words).toSorted()).toEqual(['ar', 'de', 'el', 'en', 'es', 'fr', 'zh']);
    for (const { question, answers } of Object.values(words))
      expect([question.length > 5, new Set(answers).size]).toEqual([true, values.length]);
  });
});
