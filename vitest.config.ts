import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const globalSetup = ['test/support/global-setup.ts'].filter((file) => existsSync(new URL(file, import.meta.url)));

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup,
    pool: 'forks',
    maxWorkers: 2,
    watch: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 200_000 } },
    teardownTimeout: 60_000,
    reporters: ['default', './test/support/closing-lines.ts'],
  },
});
