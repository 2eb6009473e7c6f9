import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../faults/fault.ts';
import { generateMasterKey, type MasterKey, parseMasterKey } from './master-key.ts';

const FILE_BYTES_MAX = 4_096;
/** Rights of group and others. Windows has none of these bits; there the rights of the folder hold. */
const OTHERS_MASK = process.platform === 'win32' ? 0 : 0o077;

/** The key in a file, or `undefined` where there is no such file. A file that others may read is refused. */
export function readKeyFile(path: string): MasterKey | undefined {
  const place = `the file ${path}`;
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw unreadable(place, cause);
  }
  try {
    const { mode, size } = fstatSync(file);
    if ((mode & OTHERS_MASK) !== 0) {
      const rights = (mode & 0o777).toString(8);
      throw new Fault(
        'vault.key_exposed',
        `The master key is not used: ${place} has the rights ${rights}, so that others on this machine can read or change it. Run: chmod 600 ${path}`,
        { field: 'vault.masterKeyFile' },
      );
    }
    return parseMasterKey(size > FILE_BYTES_MAX ? 'too long' : readFileSync(file, 'utf8'), place);
  } catch (cause) {
    throw cause instanceof Fault ? cause : unreadable(place, cause);
  } finally {
    closeSync(file);
  }
}

/**
 * Makes a new key in a file that its owner alone may read, and returns it once it is safe on disk. Returns `undefined` where the
 * file exists already; it is never overwritten. The file appears with the whole key in it: whoever starts at the same time
 * sees no file or a whole one.
 */
export function createKeyFile(path: string): MasterKey | undefined {
  const key = generateMasterKey();
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeDurably(draft, `${key.reveal()}\n`);
    if (!linkIfAbsent(draft, path)) return undefined;
    syncFolder(dirname(path));
    return key;
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Gives a draft its name, unless there is such a file, and takes the name of the draft away. */
function linkIfAbsent(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    throw cause;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Puts one key file in the place of another, in one step. */
export function replaceKeyFile(from: string, to: string): void {
  try {
    renameSync(from, to);
    syncFolder(dirname(to));
  } catch (cause) {
    throw unwritable(to, cause);
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A name in a folder is durable only when the folder is. Windows cannot open one. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function unreadable(place: string, cause: unknown): Fault {
  return new Fault(
    'vault.key_unreadable',
    `The master key cannot be read from ${place} (${errorCode(cause)}).`,
    {
      cause,
      field: 'vault.masterKeyFile',
    },
  );
}

function unwritable(path: string, cause: unknown): Fault {
  return new Fault(
    'vault.key_unwritable',
    `The master key cannot be written to ${path} (${errorCode(cause)}).`,
    {
      cause,
      field: 'vault.masterKeyFile',
    },
  );
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
