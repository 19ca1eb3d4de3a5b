/** Of properties that are tried by chance: the same each time, unless another is asked for (`SEED=7 npm test`). */
export const SEED = Number(process.env['SEED'] ?? 20_261_122);
