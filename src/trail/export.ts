import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { makeAnchor } from './anchor.ts';
import type { ChainEnd, ChainedEntry } from './chain.ts';
import type { TrailSigner } from './signer.ts';
import type { TrailSummary } from './summary.ts';

export interface ExportFilter {
  readonly actions?: readonly string[];
  readonly recordKey?: string;
  readonly runId?: string;
  /** From the first entry of this moment or later … */
  readonly fromMs?: number;
  /** … to the last one of this moment or earlier. */
  readonly toMs?: number;
}

/** What is to be exported of a chain. */
export interface TrailExport {
  readonly chain: string;
  readonly filter: ExportFilter;
  /** End of the whole chain, for the anchor. */
  readonly head: ChainEnd;
  /** Of entries without a gap: what they follow and where they end, so that their links can be checked without the store. */
  readonly linked:
    | { readonly start: ChainEnd; readonly last: ChainEnd; readonly summaries: readonly TrailSummary[] }
    | undefined;
  pages(): AsyncIterable<readonly ChainedEntry[]>;
}

interface ExportedBy {
  /** Name of the connection, or `system`. */
  readonly connection: string;
  readonly nowMs: number;
  readonly signer?: TrailSigner | undefined;
}

/**
 * JSON Lines that can be verified without the store: a header, the summaries of what was removed, one line an entry, and an anchor of
 * the chain with the hash of all lines before it.
 */
export async function* jsonExport(source: TrailExport, by: ExportedBy): AsyncGenerator<string> {
  const lines = createHash('sha256');
  let entries = 0;
  const out = (json: string): string => {
    const text = onOneLine(json);
    lines.update(text);
    return text;
  };
  yield out(headerLines(source, by));
  for await (const page of source.pages()) {
    entries += page.length;
    yield out(page.map((entry) => `${entryLine(entry)}\n`).join(''));
    await turn();
  }
  const { chain, head } = source;
  const { connection, nowMs, signer } = by;
  const at = new Date(nowMs).toISOString();
  const anchor = { chain, connection, ...head, at, entries, linesHash: lines.digest('hex') };
  yield `${JSON.stringify(makeAnchor(anchor, signer))}\n`;
}

function headerLines({ chain, filter, linked }: TrailExport, { connection, nowMs }: ExportedBy): string {
  const { summaries, ...links } = linked ?? { summaries: [] };
  const header = {
    kind: 'export',
    version: 1,
    chain,
    connection,
    at: new Date(nowMs).toISOString(),
    filter,
    ...(linked === undefined ? {} : { linked: links }),
  };
  return [header, ...summaries.map((summary) => ({ kind: 'summary', ...summary }))]
    .map((document) => `${JSON.stringify(document)}\n`)
    .join('');
}

/** Two separators of Unicode may stand in JSON, and end a line for many readers. */
function onOneLine(json: string): string {
  return json.replaceAll('\u2028', String.raw`\u2028`).replaceAll('\u2029', String.raw`\u2029`);
}

/** The chain stands in the header. */
function entryLine({ chain: _, at, data, ...entry }: ChainedEntry): string {
  return JSON.stringify({ kind: 'entry', ...entry, at: timeText(at), data: documentOf(data) });
}

/** An object for whoever reads the file; what is no JSON any more, since it was changed from outside, stays the text that it is. */
function documentOf(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return data;
  }
}

/** A moment that was changed from outside may be none. */
function timeText(at: number): string | number {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) || date.getTime() !== at ? at : date.toISOString();
}

const COLUMNS = [
  'entry',
  'time (UTC)',
  'who',
  'from where',
  'what',
  'flow',
  'record',
  'run',
  'settings version',
  'Cin7 id',
  'values',
  'hash',
] as const;

/**
 * For people and spreadsheets. A cell that a spreadsheet would calculate gets an apostrophe in front; so a file is not for verifying, but
 * each row names its entry and hash, which the verifiable export and `audit anchor` name as well.
 */
export async function* csvExport(source: TrailExport): AsyncGenerator<string> {
  // Spreadsheets take a file without the mark for one of their own code page.
  yield `\uFEFF${stringify([[...COLUMNS]])}`;
  for await (const page of source.pages()) {
    yield stringify(page.map(cellsOf), { escape_formulas: true });
    await turn();
  }
}

function cellsOf(entry: ChainedEntry): readonly (string | number | null)[] {
  return [
    entry.seq,
    timeText(entry.at),
    entry.actor,
    entry.origin,
    entry.action,
    entry.flow,
    entry.recordKey,
    entry.runId,
    entry.settingsVersion,
    entry.cin7Id,
    entry.data,
    entry.hash,
  ];
}
