import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { localRequester } from '../../app.ts';
import { Fault } from '../../faults/fault.ts';
import { type Db, inTransaction } from '../../store/database.ts';
import { findRun } from '../../store/runs.ts';
import { appendTrail } from '../../store/trail.ts';
import { openExport } from '../../store/trail-export.ts';
import type { ChainEnd } from '../../trail/chain.ts';
import { csvExport, type ExportFilter, jsonExport } from '../../trail/export.ts';
import { type ExitCode, printNote } from '../output.ts';
import {
  type ChainOptions,
  chosenChains,
  existingSigner,
  type NamedChain,
  withTrail,
} from './audit-chains.ts';
import { momentMs } from './moments.ts';

interface ExportOptions extends ChainOptions {
  readonly format: string;
  readonly from?: string;
  readonly to?: string;
  readonly action?: readonly string[];
  readonly record?: string;
  readonly run?: string;
  readonly out?: string;
}

/** `ml-connector audit export`: the entries as CSV for people, or as JSON Lines that can be verified by themselves. */
export function auditExport(options: ExportOptions): Promise<ExitCode> {
  if (options.format !== 'csv' && options.format !== 'jsonl')
    throw new Fault('input.invalid', `"${options.format}" is no format: csv or jsonl.`, {
      field: '--format',
    });
  return withTrail<ExitCode>(options, async (database, loaded) => {
    const { db } = database;
    for (const named of await chosenChains(db, loaded, options)) {
      const source = await openExport(db, named.chain, await filterOf(db, options));
      const signer = await existingSigner(database, loaded, 'audit export');
      const by = { connection: named.connection, nowMs: Date.now(), signer };
      const chunks = options.format === 'csv' ? csvExport(source) : jsonExport(source, by);
      await send(chunks, options.out);
      await tellTrail(db, named, source.head, options);
      if (options.out !== undefined)
        printNote(`Written to ${options.out}. Anchor: entry ${source.head.seq}, hash ${source.head.hash}.`);
    }
    return 0;
  });
}

async function filterOf(db: Db, options: ExportOptions): Promise<ExportFilter> {
  return {
    ...(options.from === undefined ? {} : { fromMs: momentMs(options.from, '--from', 'start') }),
    ...(options.to === undefined ? {} : { toMs: momentMs(options.to, '--to', 'end') }),
    ...(options.action === undefined ? {} : { actions: options.action }),
    ...(options.record === undefined ? {} : { recordKey: options.record }),
    ...(options.run === undefined ? {} : { runId: await runIdOf(db, options.run) }),
  };
}

async function runIdOf(db: Db, idOrPrefix: string): Promise<string> {
  const run = await findRun(db, idOrPrefix);
  if (run !== undefined) return run.id;
  throw new Fault(
    'input.invalid',
    `There is no single run whose id begins with "${idOrPrefix}". See runs list.`,
    {
      field: '--run',
    },
  );
}

/** A file appears when it is whole: an export that was stopped is not taken for one. */
async function send(chunks: AsyncIterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) {
    await pipeline(Readable.from(chunks), process.stdout, { end: false });
    return;
  }
  const part = `${file}.part`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(part, { mode: 0o600 }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof Fault || !isFileError(error)) throw error;
    throw new Fault('input.invalid', `${file} cannot be written (${error.code}).`, {
      cause: error,
      field: '--out',
    });
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** That the trail left the house is an act itself. */
async function tellTrail(
  db: Db,
  { chain }: NamedChain,
  head: ChainEnd,
  options: ExportOptions,
): Promise<void> {
  const { format, from, to, action, record, run } = options;
  const event = {
    at: Date.now(),
    ...localRequester('audit export'),
    action: 'trail.exported',
    flow: null,
    recordKey: null,
    runId: null,
    settingsVersion: null,
    cin7Id: null,
    data: { format, lastSeq: head.seq, from, to, action, record, run },
  };
  await inTransaction(db, (tx) => appendTrail(tx, chain, [event]));
}
