import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Fault } from '../faults/fault.ts';
import { isAnchorSound, parseAnchor, type TrailAnchor } from './anchor.ts';
import { type ChainEnd, type ChainedEntry, hashEntry } from './chain.ts';
import { TrailChecker, type TrailFlaw } from './checker.ts';
import type { TrailVerifier } from './signer.ts';
import type { TrailSummary } from './summary.ts';

const endSchema = z.object({ seq: z.number().int(), hash: z.string() });

const headerSchema = z.object({
  kind: z.literal('export'),
  version: z.literal(1),
  chain: z.string(),
  connection: z.string(),
  linked: z.object({ start: endSchema, last: endSchema }).optional(),
});

type Header = z.output<typeof headerSchema>;

export interface FileVerdict {
  readonly flaw: TrailFlaw | LineFlaw | undefined;
  readonly connection: string;
  readonly entries: number;
  /** Whether the entries follow each other without a gap; else each was checked for itself, and their number and order by the anchor. */
  readonly linked: boolean;
  readonly anchor: TrailAnchor | undefined;
  /** Whether the anchor at the end is the program's own word; `undefined`: not signed, or by a key that is not known here. */
  readonly signed: boolean | undefined;
  readonly unknownKeys: readonly string[];
}

export interface LineFlaw {
  /** Number of the line in the file. */
  readonly line: number;
  readonly problem:
    | 'unreadable'
    /** The file was cut off, or its last line removed. */
    | 'no anchor'
    /** Lines were changed, removed, added or moved. */
    | 'lines changed'
    /** The signature at the end is not the one of this file. */
    | 'forged anchor';
}

/** Verifies an export by itself, line by line. Throws where the file is no export at all. */
export async function verifyExportFile(
  path: string,
  verifier: TrailVerifier | undefined,
): Promise<FileVerdict> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  let check: FileCheck | undefined;
  try {
    for await (const line of lines) {
      if (check === undefined) check = new FileCheck(readHeader(line, path), line, verifier);
      else if (!check.add(line)) break;
    }
  } finally {
    lines.close();
  }
  if (check === undefined) throw noExport(path);
  return check.finish();
}

/** The lines of a file, to look for anchors in it. */
export function fileLines(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}

function readHeader(line: string, path: string): Header {
  const parsed = headerSchema.safeParse(parse(line));
  if (!parsed.success) throw noExport(path);
  return parsed.data;
}

function noExport(path: string): Fault {
  return new Fault('input.invalid', `${path} is no export of the trail in JSON Lines.`, { field: '--file' });
}

class FileCheck {
  readonly #header: Header;
  readonly #verifier: TrailVerifier | undefined;
  readonly #checker: TrailChecker;
  readonly #hash = createHash('sha256');
  #line = 1;
  #entries = 0;
  #lastSeq = 0;
  #flaw: FileVerdict['flaw'];
  #anchor: TrailAnchor | undefined;

  constructor(header: Header, line: string, verifier: TrailVerifier | undefined) {
    this.#header = header;
    this.#verifier = verifier;
    const start: ChainEnd | undefined = header.linked?.start;
    this.#checker = new TrailChecker({ ...(start === undefined ? {} : { start }), verifier });
    this.#hash.update(`${line}\n`);
  }

  /** Whether to go on. */
  add(line: string): boolean {
    this.#line += 1;
    if (this.#anchor !== undefined) this.#flaw = { line: this.#line, problem: 'lines changed' };
    else if (line.startsWith('{"kind":"anchor"')) this.#anchor = parseAnchor(line, 'The file');
    else {
      this.#hash.update(`${line}\n`);
      this.#flaw = this.#check(parse(line));
    }
    return this.#flaw === undefined;
  }

  finish(): FileVerdict {
    const { connection, linked } = this.#header;
    const flaw = this.#flaw ?? this.#endFlaw();
    const anchor = this.#anchor;
    return {
      flaw,
      connection,
      entries: this.#entries,
      linked: linked !== undefined,
      anchor,
      signed: anchor === undefined ? undefined : isAnchorSound(anchor, this.#verifier),
      unknownKeys: this.#checker.unknownKeys,
    };
  }

  #check(document: unknown): FileVerdict['flaw'] {
    const unreadable: LineFlaw = { line: this.#line, problem: 'unreadable' };
    if (!isDocument(document)) return unreadable;
    if (document['kind'] === 'summary') return this.#checker.addSummary(summaryOf(document));
    if (document['kind'] !== 'entry') return unreadable;
    this.#entries += 1;
    const entry = entryOf(this.#header.chain, document);
    return this.#header.linked === undefined ? this.#checkAlone(entry) : this.#checker.add(entry);
  }

  #checkAlone(entry: ChainedEntry): TrailFlaw | undefined {
    if (hashEntry(entry) !== entry.hash) return { seq: entry.seq, problem: 'changed' };
    if (entry.seq <= this.#lastSeq) return { seq: entry.seq, problem: 'repeated' };
    this.#lastSeq = entry.seq;
    return undefined;
  }

  #endFlaw(): FileVerdict['flaw'] {
    const { linked } = this.#header;
    const flaw = linked === undefined ? undefined : this.#checker.finish(linked.last);
    if (flaw !== undefined) return flaw;
    const anchor = this.#anchor;
    if (anchor === undefined) return { line: this.#line + 1, problem: 'no anchor' };
    if (anchor.linesHash !== this.#hash.digest('hex') || anchor.entries !== this.#entries)
      return { line: this.#line, problem: 'lines changed' };
    if (isAnchorSound(anchor, this.#verifier) === false)
      return { line: this.#line, problem: 'forged anchor' };
    return undefined;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function isDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fields of other types than ours give another hash, which is what is asked; so they are taken as they come. */
function entryOf(chain: string, document: Readonly<Record<string, unknown>>): ChainedEntry {
  const { kind: _, at, data, ...fields } = document;
  return {
    ...(fields as Omit<ChainedEntry, 'chain' | 'at' | 'data'>),
    chain,
    at: typeof at === 'string' ? Date.parse(at) : Number(at),
    data: typeof data === 'string' ? data : JSON.stringify(data),
  };
}

function summaryOf(document: Readonly<Record<string, unknown>>): TrailSummary {
  const { kind: _, ...summary } = document;
  // Its signature covers every field: one of another type does not pass.
  return { actions: {}, ...summary } as unknown as TrailSummary;
}

export function lineFlawText({ line, problem }: LineFlaw): string {
  switch (problem) {
    case 'unreadable':
      return `Line ${line} cannot be read.`;
    case 'no anchor':
      return `The file ends without an anchor: it was cut off before line ${line}.`;
    case 'lines changed':
      return `The lines of the file do not fit the anchor in line ${line}: some were changed, removed, added or moved.`;
    case 'forged anchor':
      return `The signature of the anchor in line ${line} does not belong to this file.`;
  }
}
