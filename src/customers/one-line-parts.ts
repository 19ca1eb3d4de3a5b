import { fieldNamed, fold } from './import/column-names.ts';
import { monthNumbers } from './import/month-names.ts';

/** Takes what has a shape out of a line; `rest` is what is left, with a mark where each day stood. */
export interface Taker {
  (shape: RegExp): string[];
  rest(): string;
}

/** Takes what has a shape out of a line and leaves a mark: where days stood is told by the words beside them. */
export function taker(line: string): Taker {
  let rest = line;
  const take = (shape: RegExp): string[] => {
    const taken: string[] = [];
    rest = rest.replaceAll(shape, (found) => {
      taken.push(found);
      return shape === dayShape ? ` ${MARK}${taken.length - 1}${MARK} ` : ' , ';
    });
    return taken;
  };
  return Object.assign(take, { rest: () => rest });
}

const MARK = '\u0001';
const months = [...monthNumbers.keys()].toSorted((a, b) => b.length - a.length).join('|');
const accented = 'janvier|février|août|décembre|märz|jänner';
const month = `(?:${accented}|${months})\\.?(?![\\p{L}])`;
const year = `(?:,?\\s*(?:de\\s+)?\\d{4}(?!\\d))?`;
/** A day with its month, in numbers or in words, the year beside it or not. */
export const dayShape = new RegExp(
  [
    `(?<![\\d./-])\\d{4}[-./]\\d{1,2}[-./]\\d{1,2}(?![\\d/-])`,
    `(?<![\\d./+-])\\d{1,2}\\s?[./-]\\s?\\d{1,2}(?:\\s?[./-]\\s?(?:\\d{4}|\\d{2}))?\\.?(?![\\d/-])`,
    `(?<![\\d])\\d{1,2}\\s*(?:st|nd|rd|th|er|\\.|º)?\\s+(?:of\\s+|de\\s+)?${month}${year}`,
    `(?<![\\p{L}])${month}\\s*\\d{1,2}(?:st|nd|rd|th)?(?!\\d)${year}`,
  ].join('|'),
  'giu',
);

export interface Parts {
  /** Each with the name that stands beside it; '' where there is none. */
  days: { text: string; name: string }[];
  texts: string[];
}

export function partsOf(rest: string, days: string[]): Parts {
  const parts: Parts = { days: [], texts: [] };
  for (const segment of rest.replaceAll(/[()]/gu, ' ').split(/[,;|]/u)) {
    const pieces = segment.split(new RegExp(`${MARK}(\\d+)${MARK}`, 'u'));
    for (let n = 1; n < pieces.length; n += 2) {
      const named = nameBeside(pieces, n, parts.texts.length > 0);
      parts.days.push({ text: days[Number(pieces[n])] ?? '', name: named });
    }
    const text = pieces
      .filter((_, n) => n % 2 === 0)
      .map(bare)
      .filter(Boolean)
      .join(' ');
    if (text) parts.texts.push(text);
  }
  return parts;
}

/** Takes the words out of the pieces that say which day it is: those known, or all before it once the customer's name is known. */
function nameBeside(pieces: string[], n: number, named: boolean): string {
  const before = bare(pieces[n - 1] ?? '')
    .split(' ')
    .filter(Boolean);
  for (let from = 0; from < before.length; from++) {
    const words = before.slice(from).join(' ');
    if (isNameOfDay(words)) {
      pieces[n - 1] = before.slice(0, from).join(' ');
      return words;
    }
  }
  const behind = bare(pieces[n + 1] ?? '')
    .split(' ')
    .filter(Boolean);
  for (let to = behind.length; to > 0; to--) {
    const words = behind.slice(0, to).join(' ');
    if (isNameOfDay(words)) {
      pieces[n + 1] = behind.slice(to).join(' ');
      return words;
    }
  }
  if (!named || before.length === 0) return '';
  pieces[n - 1] = '';
  return before.join(' ');
}

const alsoMean: Record<string, string> = {
  married: 'wedding',
  'married on': 'wedding',
  'married since': 'wedding',
  wed: 'wedding',
  verheiratet: 'wedding',
  'verheiratet seit': 'wedding',
  marie: 'wedding',
  mariee: 'wedding',
  casado: 'wedding',
  casada: 'wedding',
  'b day': 'birthday',
  nee: 'birthday',
  ne: 'birthday',
  nacido: 'birthday',
  nacida: 'birthday',
  geburtstag: 'birthday',
  since: 'customer since',
  seit: 'customer since',
  depuis: 'customer since',
  desde: 'customer since',
};

/** The usual word for what somebody calls a day. */
export function meant(words: string): string {
  const folded = fold(words);
  return alsoMean[folded] ?? folded;
}

export function isNameOfDay(words: string): boolean {
  const field = fieldNamed(meant(words));
  return field?.is === 'date' || field?.is === 'joined';
}

function bare(text: string): string {
  return text
    .replaceAll(/(?:^|(?<=\s))[:*=.–—-]+(?=\s|$)|[:*=]+/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
