import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** One module as a browser loads it. */
export interface BrowserModule {
  path: string;
  content: string;
}

// Packages whose modules import each other by bare names, which a browser cannot look up: each name is written as the address at which we
// serve that module. A bundler would do the same with a binary for each platform; this is all that one editor needs.
const IMPORT = /((?:^|\n|;|\})\s*(?:import|export)\s*(?:[\w*\s{},$]+?\s*from\s*)?)(["'])([^"'\n]+)\2/g;

/** A module of ours and everything that it imports, the imported first; `addressOf` gives each its place by name and content. */
export function browserModules(
  file: URL,
  addressOf: (name: string, content: string) => string,
): { entry: BrowserModule; all: BrowserModule[] } {
  const made = new Map<string, BrowserModule>();
  const make = (at: URL): BrowserModule => {
    const known = made.get(at.href);
    if (known) return known;
    const content = readFileSync(at, 'utf8').replaceAll(
      IMPORT,
      (_, before: string, quote: string, name: string) => `${before}${quote}${make(resolve(name, at)).path}${quote}`,
    );
    const module = { path: addressOf(path.basename(at.pathname, '.js'), content), content };
    made.set(at.href, module);
    return module;
  };
  const entry = make(file);
  return { entry, all: [...made.values()] };
}

interface Manifest {
  module?: string;
  main?: string;
  exports?: string | { import?: string; '.'?: { import?: string } };
}

function resolve(name: string, from: URL): URL {
  if (name.startsWith('.')) return new URL(name, from);
  const manifest = findPackageJSON(name, from);
  if (manifest === undefined) throw new Error(`There is no package ${name}`);
  const { module, main, exports } = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  const named = typeof exports === 'object' ? (exports.import ?? exports['.']?.import) : exports;
  const file = named ?? module ?? main ?? 'index.js';
  return pathToFileURL(path.join(path.dirname(manifest), file));
}
