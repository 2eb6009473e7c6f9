import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Server } from 'node:tls';
import type { ServerSettings } from '../config/server.ts';
import { Fault } from '../faults/fault.ts';

/** Certificate and key of the server, as PEM text. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

export type TlsFiles = NonNullable<ServerSettings['tls']>;

/**
 * Reads certificate and key, and makes sure that they belong together.
 *
 * @param folder that relative paths start from.
 * @throws Fault `config.certificate_unusable`
 */
export function readTlsFiles(files: TlsFiles, folder: string): TlsMaterial {
  const cert = readText(resolve(folder, files.certFile), 'server.tls.certFile');
  const key = readText(resolve(folder, files.keyFile), 'server.tls.keyFile');
  let belong: boolean;
  try {
    belong = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    // The words of the parser could quote the key.
    throw unusable(
      'server.tls',
      'the certificate or the key cannot be read; both must be PEM, the key without password',
    );
  }
  if (!belong) throw unusable('server.tls', 'the key does not belong to the certificate');
  return { cert, key };
}

interface WatchOptions {
  readonly server: Server;
  readonly files: TlsFiles;
  readonly folder: string;
  /** Hears of what was taken over (no problem), or why the old certificate stays. */
  readonly report: (problem: Fault | undefined) => void;
  readonly everyMs?: number;
  /** Where SIGHUP comes in. Default: this process. */
  readonly hangups?: Pick<EventEmitter, 'on' | 'off'>;
}

export interface TlsWatch {
  /** Reads the files now, changed or not. */
  reload(): void;
  stop(): void;
}

/**
 * Takes certificates over that are replaced while the server runs, or when SIGHUP asks for it: new connections get them, old ones go on. Files that do not fit
 * together, as between the writing of the two, leave the old certificate in place and are looked at again when they change.
 */
export function watchTlsFiles(options: WatchOptions): TlsWatch {
  const { server, files, folder, report, everyMs = 60_000, hangups = process } = options;
  const stamp = (): string =>
    [files.certFile, files.keyFile].map((file) => stampOf(resolve(folder, file))).join(' ');
  let seen = stamp();
  const reload = (): void => {
    seen = stamp();
    try {
      server.setSecureContext({ ...readTlsFiles(files, folder), minVersion: 'TLSv1.2' });
      report(undefined);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      report(error);
    }
  };
  const timer = setInterval(() => {
    if (stamp() !== seen) reload();
  }, everyMs).unref();
  hangups.on('SIGHUP', reload);
  return {
    reload,
    stop: () => {
      clearInterval(timer);
      hangups.off('SIGHUP', reload);
    },
  };
}

function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'none' : `${stats.mtimeMs}-${stats.size}-${stats.ino}`;
}

function readText(path: string, field: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw unusable(field, `${path} cannot be read (${code})`);
  }
}

const unusable = (field: string, why: string): Fault =>
  new Fault('config.certificate_unusable', `${field}: ${why}.`, { field });
