import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import type { SerializedError } from 'vitest';
import type { Program } from './need.ts';

/**
 * Says at the very end of a run what did not run for want of a program, and then, alone on the last line,
 * `N passed, N failed, N skipped`. With `CI` set, a missing program fails the run: there it must be installed.
 */
export default class ClosingLines implements Reporter {
  private counts = { passed: 0, failed: 0, skipped: 0 };
  private missing = new Map<Program, number>();

  onInit(): void {
    // Later than every other reporter and the global teardown, which may still have something to say.
    process.once('exit', (code) => process.stdout.write(`\n${this.lines(code).join('\n')}\n`));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    this.counts = count(tests);
    this.counts.failed += brokenOutsideTests(modules) + unhandled.length;
    this.missing = countMissing(tests);
    if (this.missing.size > 0 && isCi()) process.exitCode = 1;
  }

  private lines(code: number): string[] {
    const { passed, failed, skipped } = this.counts;
    // The run itself failed, as when the database of the tests does not start: no line may then look like success.
    const unexplained = code !== 0 && failed === 0 && this.missing.size === 0;
    return [...[...this.missing].map(missingLine), `${passed} passed, ${unexplained ? 1 : failed} failed, ${skipped} skipped`];
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

function count(tests: TestCase[]): { passed: number; failed: number; skipped: number } {
  const those = (...states: string[]) => tests.filter((test) => states.includes(test.result().state)).length;
  // A test that never came to an end, because its run was stopped, has not passed: it counts as skipped.
  return { passed: those('passed'), failed: those('failed'), skipped: those('skipped', 'pending') };
}
