import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * A lock between processes, shared by many or held by one alone, that the kernel itself lets go when its holder dies, `kill -9` included.
 * Node has no flock(), but its SQLite takes real file locks: an empty database serves as the lock, and nothing is ever stored in it.
 */
export interface FileLock {
  /** Holds the lock together with others; false when someone has it alone. */
  share(): boolean;
  /** Holds the lock alone; false when anyone else has it. Give up a shared hold first. */
  take(): boolean;
  release(): void;
  close(): void;
}

export function openLock(file: string): FileLock {
  const database = new DatabaseSync(file, { timeout: 0 });
  chmodSync(file, 0o600);
  const release = (): void => {
    if (database.isTransaction) database.exec('rollback');
  };
  return {
    share: () => database.isTransaction || held(release, () => database.exec('begin; select count(*) from sqlite_schema')),
    take: () => held(release, () => database.exec('begin exclusive')),
    release,
    close: () => database.close(),
  };
}

const SQLITE_BUSY = 5;

function held(release: () => void, hold: () => void): boolean {
  try {
    hold();
    return true;
  } catch (error) {
    release();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
