import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');

/** Every way in which one file can know another. */
const ways: Record<string, (path: string) => string> = {
  'a static import': (path) => `import { thing } from '${path}';\nexport const it = thing;\n`,
  'an import for its effect': (path) => `import '${path}';\n`,
  'an import of a type': (path) => `import type { Thing } from '${path}';\nexport type It = Thing;\n`,
  'a type in place': (path) => `export type It = import('${path}').Thing;\n`,
  'a re-export': (path) => `export { thing } from '${path}';\n`,
  'a re-export of a type': (path) => `export type { Thing } from '${path}';\n`,
  'a re-export of everything': (path) => `export * from '${path}';\n`,
  'a dynamic import': (path) => `export const it = async () => import('${path}');\n`,
  'a require': (path) => `declare const require: (path: string) => unknown;\nexport const it = require('${path}');\n`,
  'a dynamic import in backquotes': (path) => `export const it = async () => import(\`${path}\`);\n`,
};

const arrows = 'arrows go down or left';

/** From where, of what, and the complaint. */
const forbidden: [file: string, path: string, complaint: string][] = [
  ['src/touchpoints/x.ts', '../web/pages/home.ts', `touchpoints/ may not import web/: ${arrows}`],
  ['src/web/pages/x.ts', '../../queue/connection.ts', `web/ may not import queue/: ${arrows}`],
  ['src/queue/x.ts', '../web/routes.ts', `queue/ may not import web/: ${arrows}`],
  ['src/customers/x.ts', '../occasions/occasion.ts', `customers/ may not import occasions/: ${arrows}`],
  ['src/answers/x.ts', '../retention/rhythm.ts', `answers/ may not import retention/: ${arrows}`],
  ['src/cards/x.ts', '../mail/message.ts', `cards/ may not import mail/: ${arrows}`],
  ['src/calendar/x.ts', '../database/schema.ts', `calendar/ may not import database/: ${arrows}`],
  ['src/links/x.ts', '../customers/customer.ts', `links/ may not import customers/: ${arrows}`],
  ['src/database/x.ts', '../log.ts', `database/ may not import src/log.ts: ${arrows}`],
  ['src/log.ts', './database/schema.ts', `src/log.ts may not import database/: ${arrows}`],
  ['src/retention/x.ts', '../app.ts', `retention/ may not import src/app.ts: ${arrows}`],
  ['src/queue/x.ts', '../commands/start.ts', `queue/ may not import commands/: ${arrows}`],
  ['src/mail/x.ts', '../../test/support/sink.ts', 'mail/ may not import test/: src/ knows src/ only'],
  ['src/cards/x.ts', 'kysely', 'cards/ may not import kysely: the database stays out of the tools and the ground'],
  ['src/mail/x.ts', 'pg', 'mail/ may not import pg: the database stays out of the tools and the ground'],
  ['src/queue/x.ts', 'nodemailer/lib/smtp-connection/index.js', 'queue/ may not import nodemailer: only mail/ does'],
  ['src/commands/x.ts', 'smtp-server', 'commands/ may not import smtp-server: only mail/ does'],
  ['src/answers/x.ts', 'postal-mime', 'answers/ may not import postal-mime: only mail/ does'],
  ['src/touchpoints/x.ts', 'luxon', 'touchpoints/ may not import luxon: only calendar/ does'],
  ['src/touchpoints/x.ts', 'bullmq', 'touchpoints/ may not import bullmq: only queue/ does'],
  ['src/commands/x.ts', 'ioredis', 'commands/ may not import ioredis: only queue/ does'],
  ['src/occasions/x.ts', 'mjml', 'occasions/ may not import mjml: only cards/ does'],
  ['src/mail/x.ts', 'handlebars', 'mail/ may not import handlebars: only cards/ does'],
  ['src/links/x.ts', 'hono/html', 'links/ may not import hono: only web/ does'],
  ['src/app.ts', '@hono/node-server', 'src/app.ts may not import @hono/node-server: only web/ does'],
  [
    'migrations/9999-x.ts',
    'luxon',
    'migrations/ may not import luxon: a migration knows kysely and nothing else, so that it never changes',
  ],
  ['migrations/9999-x.ts', '../src/database/schema.ts', 'migrations/ may not import database/: src/ knows src/ only'],
];

const allowed: [file: string, path: string][] = [
  ['src/main.ts', './web/routes.ts'],
  ['src/commands/x.ts', '../queue/connection.ts'],
  ['src/web/pages/x.ts', '../../touchpoints/board.ts'],
  ['src/queue/x.ts', '../touchpoints/due.ts'],
  ['src/retention/x.ts', '../businesses/business.ts'],
  ['src/touchpoints/x.ts', '../calendar/instant.ts'],
  ['src/occasions/x.ts', './card.ts'],
  ['src/customers/x.ts', 'kysely'],
  ['src/customers/x.ts', 'csv-parse'],
  ['src/mail/x.ts', 'nodemailer'],
  ['src/calendar/x.ts', 'luxon'],
  ['src/database/x.ts', 'pg'],
  ['src/links/x.ts', 'node:crypto'],
  ['migrations/9999-x.ts', 'kysely'],
];

const offences: Record<string, [file: string, code: string, complaint: string]> = {
  'an import() that computes its path': [
    'src/web/x.ts',
    "export const it = async (name: string) => import('../' + name);\n",
    'this import() computes its path, so that nobody can check it: write the path out',
  ],
  'a folder without a layer': [
    'src/helpers/x.ts',
    'export const it = 1;\n',
    'helpers/ has no layer yet: give it one in test/support/layers.js',
  ],
  'the environment read outside config': [
    'src/web/x.ts',
    "export const it = process.env['PORT'];\n",
    'Disallowed usage of `process.env`',
  ],
  'the environment imported outside config': [
    'src/web/x.ts',
    "import { env } from 'node:process';\nexport const it = env['PORT'];\n",
    'Only src/config.ts reads the environment',
  ],
  'a word to the console below the entry': ['src/mail/x.ts', "console.log('sent');\n", 'Unexpected console statement'],
  'a query that never runs': [
    'src/customers/x.ts',
    "type Row = { where(name: string): Row };\nexport const it = (db: { deleteFrom(name: string): Row }) => {\n  db.deleteFrom('stop').where('id');\n};\n",
    'this query is built and never run: end it with execute()',
  ],
  'a promise that nobody waits for': [
    'src/mail/x.ts',
    'export const it = (send: () => Promise<void>) => {\n  send();\n};\n',
    'Promises must be awaited',
  ],
  'a function of more than 40 lines': [
    'src/mail/x.ts',
    `export const it = (list: number[]) => {\n${'  list.push(1);\n'.repeat(40)}};\n`,
    'has too many lines (42)',
  ],
};

const harmless: [file: string, code: string][] = [
  ['src/config.ts', "export const it = process.env['PORT'];\n"],
  ['src/commands/x.ts', "console.log('sent');\n"],
  [
    'src/customers/x.ts',
    "type Row = { execute(): Promise<void> };\nexport const it = async (db: { deleteFrom(name: string): Row }) => {\n  await db.deleteFrom('stop').execute();\n};\n",
  ],
  ['src/mail/x.ts', `export const it = (list: number[]) => {\n${'  list.push(1);\n'.repeat(38)}};\n`],
];

interface Complaint {
  filename: string;
  code: string;
  message: string;
  help?: string;
}

/** What is planted in which file: each has a name of its own, and `app`, `main` and `config` must keep theirs. */
const planted = new Map<string, string>();
let folder: string;
let complaints: Complaint[];

// One run of the real linter, with the real settings, over a copy of the layout with everything planted.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fondly-layers-'));
  for (const name of ['.oxlintrc.json', 'package.json', 'tsconfig.json']) await cp(join(root, name), join(folder, name));
  await cp(join(root, 'test/support'), join(folder, 'test/support'), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, code] of everything()) await plant(file, code);
  complaints = await lint();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(forbidden)('%s may not know %s, in whichever way', (file, path, complaint) => {
  const said = codes(file, path).map((code) => ({ code, said: layerComplaints(file, code) }));
  expect(said).toEqual(codes(file, path).map((code) => ({ code, said: [complaint] })));
});

test.each(allowed)('%s may know %s, in whichever way', (file, path) => {
  expect(codes(file, path).flatMap((code) => layerComplaints(file, code))).toEqual([]);
});

test.each(Object.entries(offences))('%s is refused', (_, [file, code, complaint]) => {
  const said = about(file, code).map(({ message, help }) => `${message} ${help ?? ''}`);
  expect(said.join('\n')).toContain(complaint);
});

test.each(harmless)('nothing is wrong with %s', (file, code) => {
  expect(about(file, code)).toEqual([]);
});

test('every folder of the sources has its layer', async () => {
  const sources = await readdir(join(root, 'src'));
  const { default: plugin } = (await import('./support/layers.js')) as { default: { layers: string[] } };
  expect(sources.filter((name) => !plugin.layers.includes(name.replace(/\.[jt]s$/, '')))).toEqual(['needs-node.js']);
});

function everything(): [file: string, code: string][] {
  const imports = [...forbidden, ...allowed].flatMap(([file, path]) => codes(file, path).map((code) => [file, code] as const));
  return [...imports, ...Object.values(offences), ...harmless].map(([file, code]) => [file, code]);
}

// Files that must keep their name hold one thing only.
function codes(file: string, path: string): string[] {
  const all = Object.values(ways).map((write) => write(path));
  return isInFolder(file) ? all : all.slice(0, 1);
}

function isInFolder(file: string): boolean {
  return file.endsWith('x.ts');
}

async function plant(file: string, code: string): Promise<void> {
  const key = `${file}\n${code}`;
  if (planted.has(key)) return;
  const path = isInFolder(file) ? file.replace(/x\.ts$/, `x${planted.size}.ts`) : file;
  planted.set(key, path);
  await mkdir(dirname(join(folder, path)), { recursive: true });
  // A file that is there twice would hide what was planted in it first.
  await writeFile(join(folder, path), code, { flag: 'wx' });
}

async function lint(): Promise<Complaint[]> {
  const run = promisify(execFile)(process.execPath, [oxlint, '--format', 'json', 'src', 'migrations'], {
    cwd: folder,
    maxBuffer: 2 ** 26,
  });
  const { stdout } = await run.catch((failure: { stdout: string }) => failure);
  return (JSON.parse(stdout) as { diagnostics: Complaint[] }).diagnostics;
}

function about(file: string, code: string): Complaint[] {
  const path = planted.get(`${file}\n${code}`);
  if (path === undefined) throw new Error(`nothing was planted in ${file}`);
  return complaints.filter(({ filename }) => filename === path);
}

function layerComplaints(file: string, code: string): string[] {
  return about(file, code)
    .filter((complaint) => complaint.code === 'layers(imports)')
    .map(({ message }) => message);
}
