import { readdirSync, readFileSync } from 'node:fs';
import { setApart, wayOf } from '../cards/apart.ts';

const folder = new URL('../../templates/letters/', import.meta.url);

/** The words of one kind of letter in a language ('de-AT' is content with 'de'), else in English; read once. */
export function letterWords<Name extends string>(kind: string): (language: string) => Record<Name, string> {
  const place = new URL(`${kind}/`, folder);
  const read = (file: string) => JSON.parse(readFileSync(new URL(file, place), 'utf8')) as Record<Name, string>;
  const all = new Map(readdirSync(place).map((file) => [file.replace('.json', ''), read(file)]));
  return (language) => {
    const words = all.get(language) ?? all.get(language.split('-')[0] ?? '') ?? all.get('en');
    if (!words) throw new Error('The letters have no English words');
    return words;
  };
}

/**
 * Puts values in the places of `{name}`, those that read the other way set apart. In one go, so that a value that looks like a hole is
 * none.
 */
export function fillWords(text: string, values: Record<string, string | number>): string {
  const way = wayOf(text, 'en');
  return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    return value === undefined ? hole : setApart(String(value), way);
  });
}
