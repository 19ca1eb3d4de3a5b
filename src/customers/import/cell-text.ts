import { isZone } from '../../calendar/instant.ts';
import { type Address, readAddress } from '../../mail/address.ts';
import { readLanguage } from './languages.ts';

/** A value that the row goes in without. */
export interface Doubt {
  question: string;
  samples: string[];
}

/** Letters at most; the same as for what is typed by hand. */
export const LONGEST = { name: 200, phone: 40, reference: 100, customName: 60, custom: 1_000, notes: 10_000 };

/** Text that the database can hold: no NUL, no half of a surrogate pair. */
export function keepable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

// oxlint-disable-next-line no-control-regex -- control characters are what is taken out here
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

// Most cells: nothing to clean, and nothing to compose.
const plain = /^[!-~]+(?: [!-~]+)*$/;

/** One line of text: trimmed, composed, no invisible characters. */
export function clean(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (plain.test(text)) return text;
  const line = text
    .toWellFormed()
    .replace(/[\r\n\t]+/g, ' ')
    .replace(control, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line === '' ? null : line.normalize('NFC');
}

export function sample(text: string): string {
  return keepable(text.trim().slice(0, 80));
}

export function short(text: string | undefined, what: string, longest: number, doubts: Doubt[]): string | null {
  const value = clean(text?.split(' ::: ')[0]);
  if (value === null || value.length <= longest) return value;
  doubts.push({ question: `The ${what} is far too long, and was left out.`, samples: [sample(value)] });
  return null;
}

export function notesOf(text: string | undefined, doubts: Doubt[]): string | null {
  const value = (text ?? '').toWellFormed().replace(/\r\n?/g, '\n').replace(control, '').trim();
  if (value.length <= LONGEST.notes) return value === '' ? null : value.normalize('NFC');
  doubts.push({ question: 'The note is far too long, and was left out.', samples: [sample(value)] });
  return null;
}

export function firstAddress(texts: string[], doubts: Doubt[]): Address | null {
  const said: Doubt[] = [];
  for (const text of texts.flatMap(addressesIn)) {
    const read = readAddress(text);
    if (!('reason' in read)) return read;
    said.push({ question: read.reason, samples: [sample(text)] });
  }
  doubts.push(...said.slice(0, 1));
  return null;
}

// Google joins several with ` ::: `; people write `Anna <a@b>`, `mailto:a@b` and `a@b; c@d`.
function addressesIn(text: string): string[] {
  if (text.length > 2_000) return [text.slice(0, 400)];
  return text
    .split(/ ::: |[;,]\s*(?=[^;,]*@)/)
    .map((part) => /<([^<>]*)>\s*$/.exec(part)?.[1] ?? part.trim().replace(/^mailto:/i, ''))
    .filter((part) => part.trim() !== '');
}

export function languageOf(text: string | undefined, doubts: Doubt[]): string | null {
  const value = clean(text);
  if (value === null) return null;
  const language = readLanguage(value);
  if (language === undefined)
    doubts.push({ question: `"${sample(value)}" is no language that is known.`, samples: [sample(value)] });
  return language ?? null;
}

export function zoneOf(text: string | undefined, doubts: Doubt[]): string | null {
  const value = clean(text);
  if (value === null) return null;
  if (value.length < 60 && (value.includes('/') || value === 'UTC') && isZone(value)) return value;
  doubts.push({ question: 'This is no time zone like Europe/Berlin.', samples: [sample(value)] });
  return null;
}
