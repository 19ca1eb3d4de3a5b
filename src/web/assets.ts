import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Context, Hono } from 'hono';
import { browserModules } from './modules.ts';

/** A file that browsers may keep for good: its name changes with its content. */
export interface Asset {
  path: string;
  type: string;
  content: string | Uint8Array<ArrayBuffer>;
}

const resolve = createRequire(import.meta.url).resolve;
const own = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const sections = globSync('pages/*/*.css', { cwd: import.meta.dirname }).toSorted();

const fonts = {
  inter: font('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2', 'inter'),
  interExt: font('@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2', 'inter-ext'),
  interGreek: font('@fontsource-variable/inter/files/inter-greek-wght-normal.woff2', 'inter-greek'),
  fraunces: font('@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2', 'fraunces'),
  frauncesExt: font('@fontsource-variable/fraunces/files/fraunces-latin-ext-wght-normal.woff2', 'fraunces-ext'),
};

const LATIN =
  'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD';
const LATIN_EXT =
  'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF';

const faces = [
  face('Inter', fonts.inter, LATIN),
  face('Inter', fonts.interExt, LATIN_EXT),
  face('Inter', fonts.interGreek, 'U+0370-03FF'),
  face('Fraunces', fonts.fraunces, LATIN),
  face('Fraunces', fonts.frauncesExt, LATIN_EXT),
].join('\n');

const JS = 'text/javascript; charset=utf-8';

/** What customers' pages wear: small, with the fonts that their device has. */
export const stylesheet = own('style.css');
export const sheetStyle = asset('style', 'css', 'text/css; charset=utf-8', stylesheet);
/** What members' pages wear: the same, the app's own parts and each section's. */
export const membersStyle = asset(
  'members',
  'css',
  'text/css; charset=utf-8',
  [faces, stylesheet, own('members.css'), ...sections.map(own)].join('\n'),
);
export const htmx = asset('htmx', 'js', JS, readFileSync(resolve('htmx.org/dist/htmx.min.js'), 'utf8'));
const composing = modulesFrom('pages/cards/composer.js');
const sources = modulesFrom('pages/cards/source.js');
/** What lets staff word a card in place. */
export const composer: Asset = { ...composing.entry, type: JS };
/** The editor for a card's source, with the packages that it is made of. */
export const sourceEditor: Asset = { ...sources.entry, type: JS };
export const script = asset('app', 'js', JS, own('app.js'));

export function mountAssets(app: Hono): void {
  const modules = [...composing.all, ...sources.all].map((module) => ({ ...module, type: JS }));
  for (const kept of [...modules, sheetStyle, membersStyle, htmx, script, ...Object.values(fonts)])
    app.get(kept.path, (c) => serve(c, kept));
}

/** What other sites may show too: pictures in mailboxes, and our mark beside a card that a browser shows in a box of its own. */
export function serveAnywhere(c: Context, file: Omit<Asset, 'path'>): Response {
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  return serve(c, file);
}

function serve(c: Context, { content, type }: Omit<Asset, 'path'>): Response {
  return c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable' });
}

function modulesFrom(file: string): ReturnType<typeof browserModules> {
  return browserModules(new URL(file, import.meta.url), (name, content) => asset(name, 'js', JS, content).path);
}

function asset(name: string, ending: string, type: string, content: string | Uint8Array<ArrayBuffer>): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { path: `/${name}-${hash}.${ending}`, type, content };
}

function font(file: string, name: string): Asset {
  return asset(name, 'woff2', 'font/woff2', new Uint8Array(readFileSync(resolve(file))));
}

function face(family: string, { path }: Asset, range: string): string {
  return `@font-face{font-family:'${family}';font-style:normal;font-weight:100 900;font-display:swap;src:url(${path}) format('woff2');unicode-range:${range}}`;
}
