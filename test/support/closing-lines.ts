import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import type { SerializedError } from 'vitest';
import type { Program } from './need.ts';

/**
 * Says at the very end of a run what did not run for want of a program, and then, alone on the last line,
 * `N passed, N failed, N skipped`. With `CI` set, a missing program fails the run: there it must be installed.
 */
export default class ClosingLines implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const missing = countMissing(tests);
    if (missing.size > 0 && isCi()) process.exitCode = 1;
    const lines = [...[...missing].map(missingLine), totals(tests, brokenOutsideTests(modules) + unhandled.length)];
    // Later than every other reporter and the global teardown, which may still have something to say.
    process.once('exit', () => process.stdout.write(`\n${lines.join('\n')}\n`));
  }
}

function countMissing(tests: TestCase[]): Map<Program, number> {
  const counts = new Map<Program, number>();
  for (const program of tests.flatMap((test) => [...missingFor(test)])) {
    counts.set(program, (counts.get(program) ?? 0) + 1);
  }
  return counts;
}

// A test in a skipped suite may itself need another program: each is named.
function missingFor(task: TestCase | TestSuite | TestModule): Set<Program> {
  const own = task.meta().missing ?? [];
  return new Set(task.type === 'module' ? own : [...own, ...missingFor(task.parent)]);
}

function isCi(): boolean {
  return !['', '0', 'false'].includes(process.env['CI'] ?? '');
}

function missingLine([program, count]: [Program, number]): string {
  return `${program} is not on the path: ${count} ${count === 1 ? 'test that needs it' : 'tests that need it'} did not run`;
}

// A file that does not load or a hook that throws is a failure too, though no test of its own says so.
function brokenOutsideTests(modules: readonly TestModule[]): number {
  return modules.flatMap((module) => [module, ...module.children.allSuites()]).filter((suite) => suite.errors().length > 0)
    .length;
}

function totals(tests: TestCase[], broken: number): string {
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  // A test that never came to an end, because its run was stopped, has not passed: it counts as skipped.
  return `${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped') + count('pending')} skipped`;
}
