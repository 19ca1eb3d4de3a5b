import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { secretKeyFile } from '../config.ts';
import { backupTo } from '../database/backup.ts';
import { restoreFrom } from '../database/restore.ts';
import { doubtRestored } from '../touchpoints/restored.ts';
import { withApp } from './run.ts';
import { count, say } from './say.ts';

/** Writes the whole installation into one file; the key that DATA_DIR keeps goes with it. */
export async function backup(file: string): Promise<void> {
  await withApp(async ({ config, databaseUrl, now }) => {
    const kept = config.secretKeys === undefined ? await readFile(secretKeyFile(config.dataDir), 'utf8') : undefined;
    const { rows, bytes } = await backupTo(databaseUrl, path.resolve(file), {
      now: now(),
      ...(kept === undefined ? {} : { secretKeys: kept }),
    });
    say(`${count(rows, 'row')} in ${file}, ${(bytes / 1e6).toFixed(1)} MB.`);
    say(
      kept === undefined
        ? 'Keep SECRET_KEY as well: it is not in the file.'
        : 'Keep it safe: whoever has it has your customers and your key.',
    );
  });
}

/** Brings a backup back into an empty installation. */
export async function restore(file: string): Promise<void> {
  await withApp(
    async ({ config, db, databaseUrl, now }) => {
      const { rows, at, secretKeys } = await restoreFrom(path.resolve(file), databaseUrl);
      const useKept = secretKeys !== undefined && config.secretKeys === undefined;
      if (useKept) await keepKey(config.dataDir, secretKeys);
      say(`${count(rows, 'row')} are back, as they were at ${at}.`);
      const doubted = await doubtRestored(db, now());
      if (doubted > 0)
        say(
          `${count(doubted, 'card')} may have gone out since: they are marked as uncertain and are not sent again by themselves.`,
        );
      if (!useKept) say('Fondly starts with the SECRET_KEY that this installation had; with another one it says so.');
    },
    { migrate: 'never' },
  );
}

// The database was empty, so whatever key was here has signed nothing that anyone holds.
async function keepKey(dataDir: string, secretKeys: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(secretKeyFile(dataDir), secretKeys, { mode: 0o600, flush: true });
}
