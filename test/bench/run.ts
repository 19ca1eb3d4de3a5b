import { parseArgs } from 'node:util';

// npm run bench -- plan import send kill web answers preview scan links race compose check fuzz mutate      the figures of docs/performance.md, in full size; all of them when none is named
const benches: Record<string, () => Promise<unknown>> = {
  plan: async () => (await import('./plan.ts')).reportPlan(),
  import: async () => (await import('./import.ts')).reportImport(),
  send: async () => (await import('./send.ts')).reportSend(),
  kill: async () => (await import('./kill.ts')).reportKill(),
  web: async () => (await import('./web.ts')).reportWeb(),
  answers: async () => (await import('./answers.ts')).reportAnswers(),
  preview: async () => (await import('./preview.ts')).reportPreview(),
  scan: async () => (await import('./scan.ts')).reportScan(),
  links: async () => (await import('./links.ts')).reportLinks(),
  race: async () => (await import('./race.ts')).reportRace(),
  check: async () => (await import('./check.ts')).reportCheck(),
  fuzz: async () => (await import('./fuzz.ts')).reportFuzz(),
  mutate: async () => (await import('./mutate.ts')).reportMutate(),
  compose: async () => (await import('./compose.ts')).benchCompose(),
};

const { positionals } = parseArgs({ allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.find((name) => benches[name] === undefined);
if (unknown === undefined) {
  for (const name of names) {
    process.stdout.write(`\n== ${name}\n`);
    await benches[name]?.();
  }
} else {
  process.stderr.write(`There is no bench "${unknown}". There are: ${Object.keys(benches).join(', ')}.\n`);
  process.exitCode = 2;
}
