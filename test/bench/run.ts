import { parseArgs } from 'node:util';

// npm run bench -- plan | import | send | kill | compose      the figures of docs/performance.md, in full size
const benches: Record<string, () => Promise<unknown>> = {
  plan: async () => (await import('./plan.ts')).reportPlan(),
};

const { positionals } = parseArgs({ allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(benches);
for (const name of names) {
  const bench = benches[name];
  if (bench === undefined) {
    process.stderr.write(`There is no bench "${name}". There are: ${Object.keys(benches).join(', ')}.\n`);
    process.exitCode = 2;
    break;
  }
  process.stdout.write(`\n== ${name}\n`);
  await bench();
}
