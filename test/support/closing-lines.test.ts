import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const head = `import { describe, expect, test } from 'vitest';\nimport { needs } from '${root}/test/support/need.ts';\n`;
const needy = `${head}test('a', () => {});\ndescribe('b', needs('redis-server'), () => { test('c', () => {}); test('d', needs('chromium'), () => {}); });\n`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fondly-closing-'));
  await mkdir(join(folder, 'test'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a run ends with its numbers, alone on the last line', async () => {
  const run = await runOf(`${head}test('a', () => {});\ntest.skip('b', () => {});\ntest('c', () => { expect(1).toBe(2); });\n`);
  expect(run).toEqual({ code: 1, last: ['', '1 passed, 1 failed, 1 skipped'] });
});

test('a missing program is named with what it kept from running', async () => {
  const { code, last } = await runOf(needy, { PATH: folder }, 3);
  expect(last).toEqual([
    'redis-server is not on the path: 2 tests that need it did not run',
    'chromium is not on the path: 1 test that needs it did not run',
    '1 passed, 0 failed, 2 skipped',
  ]);
  expect(code).toBe(0);
});

test('with CI set, a missing program fails the run', async () => {
  expect((await runOf(needy, { PATH: folder, CI: 'true' })).code).toBe(1);
});

test.each([
  ['a file that does not load', "throw new Error('no');\n", '0 passed, 1 failed, 0 skipped'],
  [
    'a process that dies',
    `${head}test('a', () => { process.kill(process.pid, 'SIGKILL'); });\n`,
    '0 passed, 1 failed, 1 skipped',
  ],
])('%s counts as a failure', async (_, code, line) => {
  expect(await runOf(code)).toEqual({ code: 1, last: ['', line] });
});

test('a run whose setup fails does not end on a line without failures', async () => {
  await writeFile(join(folder, 'setup.ts'), "export default () => { throw new Error('no database'); };\n");
  expect(await runOf(`${head}test('a', () => {});\n`)).toEqual({ code: 1, last: ['', '0 passed, 1 failed, 0 skipped'] });
});

/** Runs one test file in a Vitest of its own; how it ended, and the last lines that it printed. */
async function runOf(code: string, env: Record<string, string> = {}, lines = 2): Promise<{ code: number; last: string[] }> {
  await writeFile(join(folder, 'test/a.test.ts'), code);
  await writeFile(join(folder, 'vitest.config.ts'), config);
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env } };
    execFile(process.execPath, [vitest, 'run'], options, (failure, stdout) => {
      resolve({ code: Number(failure?.code ?? 0), last: stdout.trimEnd().split('\n').slice(-lines) });
    });
  });
}

const config = `
import { existsSync } from 'node:fs';
export default { test: {
  include: ['test/**/*.test.ts'], pool: 'forks',
  globalSetup: existsSync('setup.ts') ? ['setup.ts'] : [],
  reporters: ['default', '${root}/test/support/closing-lines.ts'],
} };
`;
