import type { DateOrder } from './dates.ts';
import { dateNamed, type Field, fieldNamed, fold, slug } from './column-names.ts';

export interface Column {
  name: string;
  field: Field;
}

export interface Trouble {
  column?: string;
  question: string;
  samples: string[];
}

const MOST_COLUMNS = 1_000;
const MOST_CUSTOM = 50;

// Fields by the names that `--map COLUMN=FIELD` takes, besides every column name that is known anyway.
const fieldWords = new Map<string, Field>(
  Object.entries({
    given: { is: 'given' },
    family: { is: 'family' },
    name: { is: 'name' },
    email: { is: 'email' },
    phone: { is: 'phone' },
    language: { is: 'language' },
    zone: { is: 'zone' },
    reference: { is: 'reference' },
    notes: { is: 'notes' },
    joined: { is: 'joined' },
    middle: { is: 'middle' },
    'mail wanted': { is: 'mail wanted' },
    unsubscribed: { is: 'unsubscribed' },
    bounced: { is: 'bounced' },
    birthday: { is: 'date', kind: 'birthday', label: '' },
    anniversary: { is: 'date', kind: 'anniversary', label: '' },
    ignore: { is: 'ignored' },
  }),
);

/** How many of these cells are names of columns that mean something to us. */
export function knownNames(cells: string[]): number {
  return cells.filter((cell) => {
    const field = fieldOf(cell);
    return field !== undefined && field.is !== 'ignored';
  }).length;
}

/**
 * What each column holds, by its name and by what the person mapped (column name → field, in any case; or field by the column's place).
 * A mapping that fits no column or no field, and a file without any name or address in it, are questions.
 */
export function readColumns(
  names: string[],
  map: Record<string, string> = {},
  places: readonly (string | undefined)[] = [],
): { columns: Column[]; troubles: Trouble[] } {
  if (names.length > MOST_COLUMNS) return { columns: [], troubles: [tooMany(names.length)] };
  const wished = new Map(Object.entries(map).map(([column, field]) => [fold(column), field]));
  const troubles = mapTroubles(names, map);
  const columns = names.map((name, i): Column => {
    const wish = places[i] ?? wished.get(fold(name));
    return { name, field: (wish === undefined ? fieldOf(name) : fieldWished(wish, name)) ?? ownField(name) };
  });
  const settled = limitCustom(nameAmbiguity(columns, (name, i) => places[i] !== undefined || wished.has(fold(name))));
  const reachable = settled.some(({ field }) => ['given', 'family', 'name', 'email'].includes(field.is));
  return { columns: settled, troubles: reachable || troubles.length > 0 ? troubles : [nobody(names)] };
}

/** A field by its name in `--map`: `birthday`, `first name`, `custom`, `date:name-day`, `date:anniversary/wedding`. */
export function fieldWished(wish: string, column: string): Field | undefined {
  const date = /^date:([^/]+)(?:\/(.+))?$/.exec(wish.trim());
  if (date?.[1]) return { is: 'date', kind: dateNamed(date[1]).kind, label: slug(date[2] ?? '') || dateNamed(date[1]).label };
  const word = fold(wish);
  if (word === 'custom') return ownField(column);
  return fieldWords.get(word) ?? fieldNamed(word);
}

/** The order that a column's name promises: 'Birthday (DD/MM/YYYY)', 'Geburtstag TT.MM.'. */
export function orderSaidBy(name: string): DateOrder | undefined {
  const letters = /(?:^|[^a-z])(?:(dd|tt|jj)[^a-z]{0,2}mm|(mm)[^a-z]{0,2}(?:dd|tt|jj))(?:[^a-z]|$)/i.exec(name);
  if (!letters) return undefined;
  return letters[1] ? 'dmy' : 'mdy';
}

// Brackets and date patterns after a name explain it: 'E-mail (private)', 'Birthday DD/MM/YYYY'.
function fieldOf(name: string): Field | undefined {
  const bare = name
    .replace(/\([^)]*\)|\[[^\]]*\]/g, ' ')
    .replace(/(?:[^a-z]+(?:d{1,2}|t{1,2}|j{1,4}|m{1,2}|y{2,4}|a{2,4})){2,4}[^a-z]*$/i, ' ');
  return fieldNamed(fold(name)) ?? fieldNamed(fold(bare));
}

function ownField(name: string): Field {
  return fold(name) === '' ? { is: 'ignored' } : { is: 'custom', key: name.trim().slice(0, 56) };
}

// "Name" beside "Vorname" is the family name, and beside both of them it only repeats what they say; so with "Nom" and "Nombre".
function nameAmbiguity(columns: Column[], isWished: (name: string, i: number) => boolean): Column[] {
  const has = (is: Field['is']): boolean => columns.some(({ field }) => field.is === is);
  const instead = has('given') && has('family') ? 'ignored' : has('given') ? 'family' : has('family') ? 'given' : 'name';
  return columns.map((column, i) => {
    if (column.field.is !== 'name' || isWished(column.name, i)) return column;
    return { ...column, field: { is: instead } };
  });
}

// Two columns of one name stay two fields; and fifty are the most that a customer has.
function limitCustom(columns: Column[]): Column[] {
  const seen = new Map<string, number>();
  let custom = 0;
  return columns.map((column) => {
    if (column.field.is !== 'custom') return column;
    if (++custom > MOST_CUSTOM) return { ...column, field: { is: 'ignored' } };
    const count = (seen.get(column.field.key) ?? 0) + 1;
    seen.set(column.field.key, count);
    return count === 1 ? column : { ...column, field: { is: 'custom', key: `${column.field.key} ${count}` } };
  });
}

function mapTroubles(names: string[], map: Record<string, string>): Trouble[] {
  const folded = new Set(names.map(fold));
  return Object.entries(map).flatMap(([column, wish]) => {
    if (!folded.has(fold(column))) {
      return [
        { column, question: `The file has no column "${column}". Which of its columns is meant?`, samples: names.slice(0, 20) },
      ];
    }
    if (fieldWished(wish, column)) return [];
    return [
      {
        column,
        question: `There is no field "${wish}". Which of these is meant?`,
        samples: [...fieldWords.keys(), 'date:<kind>', 'custom'],
      },
    ];
  });
}

function nobody(names: string[]): Trouble {
  return {
    question:
      'No column is known as a name or an e-mail address. Which one holds them? (--map "Column=name", --map "Column=email")',
    samples: names.filter((name) => name.trim() !== '').slice(0, 20),
  };
}

function tooMany(count: number): Trouble {
  return {
    question: `The first line has ${count} columns, and ${MOST_COLUMNS} is the most. Is it a table of customers?`,
    samples: [],
  };
}
