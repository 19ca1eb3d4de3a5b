import { globSync, readFileSync } from 'node:fs';
import { raw } from 'hono/html';

const all = new Map(globSync('icons/*.svg', { cwd: import.meta.dirname }).map((file) => [nameOf(file), read(file)]));

/** A Lucide icon (ISC licence), drawn in the colour of the words around it and hidden from screen readers. */
export function icon(name: string): ReturnType<typeof raw> {
  const drawn = all.get(name);
  if (drawn === undefined) throw new Error(`No icon "${name}" in src/web/icons`);
  return drawn;
}

function read(file: string): ReturnType<typeof raw> {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  const inside = source.slice(source.indexOf('>', source.indexOf('<svg')) + 1).replaceAll(/\s+/g, ' ');
  return raw(
    `<svg class="icon" aria-hidden="true" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${inside}`,
  );
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1, -'.svg'.length);
}
