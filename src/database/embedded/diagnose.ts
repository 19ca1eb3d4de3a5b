import { codeOf, DatabaseTrouble } from '../trouble.ts';

/** What PostgreSQL wrote before it gave up, as a sentence that says what to do. */
export function diagnose(output: string): DatabaseTrouble {
  const found = signs.find(([sign]) => sign.test(output));
  return new DatabaseTrouble(
    found?.[1] ?? `The built-in PostgreSQL did not start${lastWords(output)} Its file postgres.log in the data folder says more.`,
  );
}

/** The same for an error of the file system; any other error comes back as it was. */
export function inWords(error: unknown): unknown {
  const code = error instanceof Error && 'errcode' in error ? (sqliteCodes[Number(error.errcode) & 0xff] ?? '') : codeOf(error);
  const words = fileTroubles[code];
  return words === undefined ? error : new DatabaseTrouble(words, { cause: error });
}

export const inUseElsewhere =
  'This data folder is in use by Fondly in another container or on another machine. Stop it there, or give this one a DATA_DIR of its own.';

export const damaged =
  'The database in the data folder is damaged. Move the folder away, keep it, and bring your last backup back with "npm run -s fondly -- restore".';

export const diskFull =
  'The disk that holds the data folder is full. Free some space (500 MB is plenty to start) and start again.';
const notWritable =
  'Fondly may not write in its data folder. Set DATA_DIR to a folder that belongs to the user who runs Fondly, or run it as the user who made the folder.';

export const notMakeable = 'Fondly cannot make its data folder there. Set DATA_DIR to a folder on a disk that it may write to.';

const fileTroubles: Record<string, string> = {
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: 'The data folder is on a read-only disk. Set DATA_DIR to a folder that Fondly may write in.',
  ENOTDIR: 'DATA_DIR names a file, and Fondly needs a folder there.',
  EEXIST: 'DATA_DIR names a file, and Fondly needs a folder there.',
  EMFILE: 'This system lets Fondly open too few files. Raise the limit ("ulimit -n 4096") and start again.',
  NOLOCKS: 'The data folder is on a drive that cannot lock files. Set DATA_DIR to a folder on a local disk, or set DATABASE_URL.',
};

// SQLite's primary result codes: PERM, READONLY, IOERR, FULL, CANTOPEN, NOLFS, NOTADB.
const sqliteCodes: Record<number, string> = {
  3: 'EACCES',
  8: 'EACCES',
  10: 'NOLOCKS',
  13: 'ENOSPC',
  14: 'EACCES',
  22: 'NOLOCKS',
};

const signs: [RegExp, string][] = [
  [/No space left on device|Disk quota exceeded|Check free disk space/, diskFull],
  [
    /could not look up effective user ID/,
    'The user who runs Fondly has no name on this system (no line in /etc/passwd). Give it one, or set DATABASE_URL.',
  ],
  [
    /has wrong ownership/,
    'The database in the data folder belongs to another user. Run Fondly as that user, or give the folder to this one with "chown -R".',
  ],
  [
    /has invalid permissions/,
    'The data folder is on a drive that keeps no permissions. Set DATA_DIR to a folder on a local disk, or set DATABASE_URL.',
  ],
  [/Read-only file system/, fileTroubles['EROFS'] ?? ''],
  [/Permission denied/, notWritable],
  [/Too many open files/, fileTroubles['EMFILE'] ?? ''],
  [
    /GLIBC_[\d.]+' not found/,
    'This system is too old for the built-in PostgreSQL (its C library is). Set DATABASE_URL to a PostgreSQL of yours.',
  ],
  [
    /error while loading shared libraries|Library not loaded/,
    'A library that the built-in PostgreSQL needs is missing. Run "npm ci" again, or set DATABASE_URL.',
  ],
  [
    /could not (create|resize|map|attach)[^\n]*shared memory|could not map anonymous shared memory/,
    'There is too little memory for the database. Free some (in Docker, start the container with --shm-size=256m) and start again.',
  ],
  [
    /database files are incompatible|initialized by PostgreSQL version/,
    'The database in the data folder was made by another version of PostgreSQL. Make a backup with the Fondly that made it, and restore that here.',
  ],
  [
    /PANIC|checkpoint record|control file|pg_control|is not a valid|invalid magic|could not (open|read|access|locate)[^\n]*(file|directory)|incorrect checksum|not a database cluster/,
    damaged,
  ],
];

// PostgreSQL's own last complaint, without the paths in it.
function lastWords(output: string): string {
  const complaint = [...output.matchAll(/(?:FATAL|ERROR|error):\s+([^\n]+)/g)].at(-1)?.[1];
  return complaint === undefined ? '.' : `: ${complaint.replaceAll(/"?\/[^\s"]+"?/g, 'a file')}.`;
}
