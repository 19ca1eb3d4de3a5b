import { expect, test } from 'vitest';
import { namesPerson } from '../../src/customers/refused-rows.ts';

const elodie = {
  given_name: 'Élodie',
  family_name: 'Du Pré',
  email: 'elodie@exämple.com',
  email_key: 'elodie@xn--exmple-cua.com',
  phone: '+33 6 12 34 56 78',
};

test.each([
  ['ELODIE;DU PRE;14.3.', true],
  ['Du Pré, Élodie', true],
  ['Élodie;Marie;du Pré', true],
  ['Elodie@EXÄMPLE.com', true],
  ['elodie@xn--exmple-cua.com', true],
  ['06.12.34.56.78', true],
  ['0033612345678', true],
  ['Élodie;Martin', false],
  ['Mélodie;Du Pré', false],
  ['Élodie;Anne;Marie;Du Pré', false],
  ['Du;Pré', false],
  ['12345', false],
  ['', false],
])('%s names Élodie Du Pré: %s', (raw, expected) => {
  expect(namesPerson(raw, elodie)).toBe(expected);
});

test('one name alone, or a short number, names nobody', () => {
  const bo = { given_name: 'Bo', family_name: null, email: null, email_key: null, phone: '110' };
  expect(namesPerson('Bo;Berg;110', bo)).toBe(false);
});
