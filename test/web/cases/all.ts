import { readdir } from 'node:fs/promises';
import type { Cases } from './types.ts';

/** Every section's cases, in one; two of one name would hide one of them. */
export async function allCases(): Promise<Cases> {
  const files = (await readdir(import.meta.dirname)).filter((file) => !['all.ts', 'types.ts'].includes(file));
  const all: Cases = {};
  for (const file of files.toSorted()) {
    for (const [route, make] of Object.entries(await casesIn(file))) {
      if (all[route]) throw new Error(`${route} has two cases, one of them in ${file}`);
      all[route] = make;
    }
  }
  return all;
}

async function casesIn(file: string): Promise<Cases> {
  const module = (await import(`./${file}`)) as Record<string, Cases>;
  return Object.assign(
    {},
    ...Object.entries(module).flatMap(([name, cases]) => (name.endsWith('Cases') ? [cases] : [])),
  ) as Cases;
}
