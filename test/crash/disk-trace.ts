import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DiskEvent } from './disk.ts';

const CALLS = 'openat,pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync,ftruncate,unlink,rename';
const BYTES_MAX = 200_000;

/** What to put before a command, so that everything it does to files and says to others is noted with its bytes. */
export function tracingBytes(file: string): readonly string[] {
  return ['strace', '-f', '-yy', '-xx', '-s', String(BYTES_MAX), '-e', `trace=${CALLS}`, '-o', file];
}

/**
 * Reads what a traced process did to its store and when it called Cin7. What all processes share of the index of the log outlives no
 * power cut and is left out.
 */
export function readDiskTrace(file: string, store: string): readonly DiskEvent[] {
  const events: DiskEvent[] = [];
  /** A sync counts when it returns; other calls may be noted in between. */
  const syncing = new Map<string, DiskEvent>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (rest.startsWith('<... ')) {
      const synced = syncing.get(pid);
      if (synced !== undefined && /^<\.\.\. f(?:data)?sync resumed/.test(rest)) events.push(synced);
      syncing.delete(pid);
      continue;
    }
    const event = eventOf(rest, store);
    if (event === undefined) continue;
    if (event.kind.endsWith('ync') && rest.endsWith('<unfinished ...>')) syncing.set(pid, event);
    else if (!/ = -1 /.test(rest)) events.push(event);
  }
  return events;
}

function eventOf(line: string, store: string): DiskEvent | undefined {
  const name = /^\w+/.exec(line)?.[0];
  switch (name) {
    case 'openat': {
      const path = textOf(stringsIn(line)[0]);
      return isOfStore(path, store) && line.includes('O_CREAT') ? { kind: 'create', file: path } : undefined;
    }
    case 'unlink': {
      const path = textOf(stringsIn(line)[0]);
      return isOfStore(path, store) ? { kind: 'unlink', file: path } : undefined;
    }
    case 'rename':
      if (stringsIn(line).some((path) => isOfStore(textOf(path), store)))
        throw new Error('A file of the store was renamed; the model of the disk knows nothing of that.');
      return undefined;
    case undefined:
      return undefined;
    default:
      return eventOfFile(name, line, store);
  }
}

function eventOfFile(name: string, line: string, store: string): DiskEvent | undefined {
  const [, target = ''] = /^\w+\(\d+<([^>]*)>/.exec(line) ?? [];
  const file = textOf(target);
  if (file.startsWith('TCP')) return callOf(line);
  if (name.endsWith('sync') && file === dirname(store)) return { kind: 'folderSync' };
  if (!isOfStore(file, store)) return undefined;
  if (name.endsWith('sync')) return { kind: 'sync', file };
  if (name === 'ftruncate') return { kind: 'truncate', file, length: lastNumber(line) };
  if (name !== 'pwrite64')
    throw new Error(`${name} wrote to ${file}; the model of the disk knows nothing of that.`);
  const bytes = bytesOf(stringsIn(line)[0]);
  const [, length = '', at = ''] = /", (\d+), (\d+)(?:\)| <unfinished)/.exec(line) ?? [];
  if (bytes.length !== Number(length)) throw new Error(`The trace holds ${bytes.length} of ${length} bytes.`);
  return { kind: 'write', file, at: Number(at), bytes };
}

function callOf(line: string): DiskEvent | undefined {
  const text = stringsIn(line).map(textOf).join('');
  return /^(?:POST|PUT|DELETE) \/ExternalApi\//.test(text) ? { kind: 'call', text } : undefined;
}

function isOfStore(path: string, store: string): boolean {
  return path.startsWith(store) && !path.endsWith('-shm');
}

const stringsIn = (line: string): readonly string[] =>
  [...line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex]) => hex ?? '');
const bytesOf = (hex = ''): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');
/** Text that may or may not be written in hexadecimal digits. */
const textOf = (text = ''): string => (text.startsWith('\\x') ? bytesOf(text).toString() : text);

function lastNumber(line: string): number {
  return Number(/, (\d+)(?:\)| <unfinished)/.exec(line)?.[1]);
}
