import { closeSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** Waits until the bytes of a file are on disk. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A name in a folder is durable only when the folder is. Windows cannot open one. */
export function syncFolderOf(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Gives a draft its name, unless there is such a file. Works where hard links do not, such as on shares of Windows: the name is taken
 * by an empty file first.
 *
 * @throws `EEXIST` where the name is taken.
 */
export function giveName(draft: string, path: string): void {
  closeSync(openSync(path, 'wx', 0o600));
  renameSync(draft, path);
  syncFolderOf(path);
}

/** The files that SQLite keeps for one store, the store first; only those that are there. */
export function filesOf(path: string): readonly string[] {
  return ['', '-wal', '-shm', '-journal']
    .map((suffix) => `${path}${suffix}`)
    .filter((file) => existsSync(file));
}
