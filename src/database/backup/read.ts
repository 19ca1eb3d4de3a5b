import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf, DatabaseTrouble } from '../trouble.ts';
import { BadBackup, decodeFrames, type Frame, type Header } from './frames.ts';

export interface Contents {
  header: Header;
  tables: number;
  rows: number;
}

/** The frames of a backup file, each table held against its checksum. Throws words when the file is damaged, cut or none of ours. */
export async function* readBackup(file: string): AsyncGenerator<Frame> {
  const gunzip = createGunzip();
  pipeline(createReadStream(file), gunzip, () => undefined);
  try {
    yield* decodeFrames(gunzip);
  } catch (error) {
    throw inWords(error);
  } finally {
    gunzip.destroy();
  }
}

/** Reads the whole file and writes nothing. */
export async function checkBackup(file: string): Promise<Contents> {
  const header = await headerOf(file);
  const contents: Contents = { header, tables: 0, rows: 0 };
  for await (const frame of readBackup(file)) {
    if (frame.type === 'Z') contents.tables = frame.tables;
    if (frame.type === 'E') contents.rows += frame.end.rows;
  }
  return contents;
}

/** The header alone; throws words when the file is no backup of Fondly's. */
export async function headerOf(file: string): Promise<Header> {
  const frames = readBackup(file);
  try {
    const first = await frames.next();
    if (first.value?.type === 'H' && first.value.header.fondly === 'backup') return first.value.header;
  } catch (error) {
    if (codeOf(error instanceof DatabaseTrouble ? error.cause : error).startsWith('E')) throw error;
  } finally {
    await frames.return(undefined);
  }
  throw new DatabaseTrouble('This file is not a backup made by Fondly, or its beginning is damaged.');
}

function inWords(error: unknown): unknown {
  const code = codeOf(error);
  const words =
    error instanceof BadBackup || code.startsWith('Z_')
      ? 'This backup file is damaged or incomplete. Nothing was written; use another backup.'
      : fileTroubles[code];
  return words === undefined ? error : new DatabaseTrouble(words, { cause: error });
}

const fileTroubles: Record<string, string> = {
  ENOENT: 'There is no backup file of that name.',
  EISDIR: 'That is a folder, and a backup is a file.',
  EACCES: 'Fondly may not read the backup file. Copy it to where the user who runs Fondly can read it.',
};
