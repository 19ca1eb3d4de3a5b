import { fuzz } from './fuzz.ts';

// One piece of the long run, in a process of its own: a design that ends it is told by its absence.
const [seed, count] = process.argv.slice(2).map(Number);
process.send?.(await fuzz({ seed: seed ?? 1, count: count ?? 1_000 }));
