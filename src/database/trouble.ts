/** What a person must put right before the database can be used. The message is a plain sentence with the remedy, fit for a screen. */
export class DatabaseTrouble extends Error {
  override name = 'DatabaseTrouble';
}

/** The code that Node or PostgreSQL gave an error ('ENOENT', '40001'), or '' when it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
