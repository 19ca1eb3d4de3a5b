import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Cases } from './types.ts';

/** The cases of routes outside of shops. Every other list is of routes below `/shops/:shop`, and may name the same path. */
const OPEN = ['accountCases', 'welcomeCases', 'pictureCases'];

export interface AllCases {
  ofMembers: Cases;
  open: Cases;
}

/** Every section's cases; two of one name would hide one of them. */
export async function allCases(): Promise<AllCases> {
  const all: AllCases = { ofMembers: {}, open: {} };
  for (const file of globSync('*.ts', { cwd: import.meta.dirname }).toSorted()) {
    const module = (await import(pathToFileURL(join(import.meta.dirname, file)).href)) as Record<string, Cases>;
    for (const [name, cases] of Object.entries(module)) {
      if (name.endsWith('Cases') && typeof cases === 'object') add(OPEN.includes(name) ? all.open : all.ofMembers, cases, file);
    }
  }
  return all;
}

function add(all: Cases, cases: Cases, file: string): void {
  for (const [route, make] of Object.entries(cases)) {
    if (all[route]) throw new Error(`${route} has two cases, one of them in ${file}`);
    all[route] = make;
  }
}
