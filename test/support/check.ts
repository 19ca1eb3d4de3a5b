// `npm run check`: everything that can be said about the code without running it. One line for each tool, and what it found when it found something.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

interface Step {
  name: string;
  tool: string;
  args: string[];
}

const root = join(import.meta.dirname, '..', '..');

const steps: Step[] = [
  { name: 'types', tool: 'tsc', args: ['--noEmit'] },
  { name: 'lint and layers', tool: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'unused code', tool: 'knip', args: ['--no-progress', '--no-config-hints'] },
  { name: 'format', tool: 'oxfmt', args: ['--check'] },
];

// Two at a time: the tools are threaded themselves, and more of them at once only wait for each other.
const waiting = [...steps];
const results = await Promise.all([work(), work()]);
process.exitCode = results.flat().every(Boolean) ? 0 : 1;

async function work(): Promise<boolean[]> {
  const passed: boolean[] = [];
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) passed.push(await take(step));
  return passed;
}

async function take({ name, tool, args }: Step): Promise<boolean> {
  const start = performance.now();
  const { code, output } = await run(tool, args);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${name.padEnd(15)}  ${code === 0 ? 'ok    ' : 'failed'}  ${seconds} s${code === 0 ? '' : `\n\n${output.trim()}\n`}`,
  );
  return code === 0;
}

function run(tool: string, args: string[]): Promise<{ code: number | null; output: string }> {
  // The tool's script in this Node: its own first line would take whichever Node is on the path.
  const script = realpathSync(join(root, 'node_modules/.bin', tool));
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
