import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAnchors } from '../trail/anchor.ts';
import type { TrailEvent } from '../trail/chain.ts';
import { csvExport, type ExportFilter, jsonExport } from '../trail/export.ts';
import { type FileVerdict, verifyExportFile } from '../trail/export-file.ts';
import { ed25519Signer, newSigningKey } from '../trail/signer.ts';
import { type Db, inTransaction } from './database.ts';
import { freshStore, NOW_MS } from './store.testkit.ts';
import { trailEvent, wholeTrail } from './trail.testkit.ts';
import { appendTrail } from './trail.ts';
import { openExport } from './trail-export.ts';
import { pruneTrail } from './trail-prune.ts';
import { verifyStoredTrail } from './trail-source.ts';

const DAY_MS = 86_400_000;
const signer = ed25519Signer(newSigningKey());
const by = { connection: 'main', nowMs: NOW_MS };

async function withEvents(events: readonly Partial<TrailEvent>[]): Promise<Db> {
  const db = await freshStore();
  await inTransaction(db, (tx) => appendTrail(tx, 'c1', events.map(trailEvent)));
  return db;
}

/** One entry a day, of three runs, with everything in it that is awkward in a file. */
const DAYS = 9;
const aweek = (): Promise<Db> =>
  withEvents(
    Array.from({ length: DAYS }, (_, day) => ({
      at: NOW_MS + day * DAY_MS,
      recordKey: `K${day % 3}`,
      runId: `run-${Math.floor(day / 3)}`,
      action: day % 2 === 0 ? 'record.created' : 'crosswalk.set',
      actor: '=HYPERLINK("x")',
      data: { label: 'a\nb, "c"; \u2028 Ø\r', '2': 1, '1': 2 },
    })),
  );

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'trail.jsonl');
  writeFileSync(path, text);
  return path;
}

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(chunks)).join('');
}

async function exported(db: Db, filter: ExportFilter = {}, signing = false): Promise<string> {
  const source = await openExport(db, 'c1', filter);
  return textOf(jsonExport(source, signing ? { ...by, signer } : by));
}

const verify = (text: string): Promise<FileVerdict> => verifyExportFile(file(text), signer);
const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1);
const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('an export in JSON Lines', () => {
  test('is verified by itself, and its anchor holds against the store', async () => {
    const db = await aweek();
    const text = await exported(db, {}, true);
    expect(linesOf(text)).toHaveLength(1 + DAYS + 1);
    expect(await verify(text)).toMatchObject({
      flaw: undefined,
      entries: DAYS,
      linked: true,
      signed: true,
      connection: 'main',
    });
    const anchors = await readAnchors(linesOf(text), 'file');
    expect(await verifyStoredTrail(db, 'c1', { anchors })).toMatchObject({ flaw: undefined });
    expect(anchors[0]).toMatchObject({ seq: DAYS, entries: DAYS });
  });

  test('shows values as documents and moments as people write them', async () => {
    const [, line = ''] = linesOf(await exported(await aweek()));
    expect(JSON.parse(line)).toMatchObject({
      kind: 'entry',
      seq: 1,
      at: new Date(NOW_MS).toISOString(),
      data: { label: 'a\nb, "c"; \u2028 Ø\r' },
    });
  });

  test('without a signature says so; with one by an unknown key as well', async () => {
    const db = await aweek();
    expect(await verify(await exported(db))).toMatchObject({ flaw: undefined, signed: undefined });
    const path = file(await exported(db, {}, true));
    expect(await verifyExportFile(path, undefined)).toMatchObject({ flaw: undefined, signed: undefined });
  });

  test('of a trail without entries is sound', async () => {
    const db = await freshStore();
    expect(await verify(await exported(db))).toMatchObject({ flaw: undefined, entries: 0 });
  });

  test('of a pruned trail holds the signed summaries', async () => {
    const db = await withEvents([
      { at: NOW_MS - 500 * DAY_MS, recordKey: null },
      { at: NOW_MS - 500 * DAY_MS, recordKey: 'kept' },
      { at: NOW_MS - 500 * DAY_MS, recordKey: null },
      {},
    ]);
    const requester = { actor: 'cli:anna', origin: 'here' };
    await pruneTrail(db, { chain: 'c1', beforeMs: NOW_MS - 400 * DAY_MS, nowMs: NOW_MS, requester, signer });
    const text = await exported(db);
    expect(await verify(text)).toMatchObject({ flaw: undefined, entries: 3, linked: true });
    const forged = text.replace('"removed":2', '"removed":1');
    expect(await verify(forged)).toMatchObject({ flaw: { seq: 1, problem: 'forged summary' } });
    const stranger = await verifyExportFile(file(text), undefined);
    expect(stranger).toMatchObject({ flaw: undefined, unknownKeys: [signer.keyId] });
    const later = await exported(db, { fromMs: NOW_MS });
    expect(await verify(later)).toMatchObject({ flaw: undefined, entries: 2, linked: true });
    const selection = await exported(db, { toMs: NOW_MS - 450 * DAY_MS });
    expect(await verify(selection)).toMatchObject({ flaw: undefined, entries: 1, linked: false });
  });
});

describe('a part of the trail', () => {
  const day = (number: number): number => NOW_MS + number * DAY_MS;
  const parts: readonly (readonly [string, ExportFilter, readonly number[], boolean])[] = [
    ['from a day on', { fromMs: day(6) }, [7, 8, 9], true],
    ['up to a day', { toMs: day(1) }, [1, 2], true],
    ['between two days', { fromMs: day(1), toMs: day(3) }, [2, 3, 4], true],
    ['of a time in which nothing was', { fromMs: day(20) }, [], false],
    ['of one act', { actions: ['crosswalk.set'] }, [2, 4, 6, 8], false],
    ['of one record', { recordKey: 'K1' }, [2, 5, 8], false],
    ['of one run', { runId: 'run-1' }, [4, 5, 6], false],
    ['of one act in a run', { runId: 'run-1', actions: ['crosswalk.set'] }, [4, 6], false],
  ];

  test.each(parts)('%s is exported and verified', async (_, filter, seqs, linked) => {
    const text = await exported(await aweek(), filter);
    const found = linesOf(text)
      .slice(1, -1)
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(found).toEqual(seqs);
    expect(await verify(text)).toMatchObject({ flaw: undefined, entries: seqs.length, linked });
  });

  test('that a clock was set back in has no gap', async () => {
    const db = await withEvents([{ at: NOW_MS }, { at: NOW_MS - DAY_MS }, { at: NOW_MS + 1 }]);
    const verdict = await verify(await exported(db, { fromMs: NOW_MS }));
    expect(verdict).toMatchObject({ flaw: undefined, entries: 3, linked: true });
  });
});

describe('in an exported file is found', () => {
  const FILTERS: readonly ExportFilter[] = [
    {},
    { fromMs: NOW_MS + 2 * DAY_MS },
    { actions: ['record.created'] },
  ];

  test('any line that was changed, removed, doubled or moved', async () => {
    const db = await aweek();
    const texts = await Promise.all(FILTERS.map((filter) => exported(db, filter)));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat(),
        fc.constantFrom('change', 'remove', 'double', 'move', 'cut'),
        async (text, a, b, kind) => {
          const lines = linesOf(text);
          const from = 1 + (a % (lines.length - 2));
          const to = 1 + (b % (lines.length - 2));
          const line = lines[from] ?? '';
          if (kind === 'move' && from === to) return;
          const changed = {
            change: lines.with(from, line.replace('Ø', 'O')),
            remove: lines.toSpliced(from, 1),
            double: lines.toSpliced(from, 0, line),
            move: lines.toSpliced(from, 1).toSpliced(to, 0, line),
            cut: lines.slice(0, from),
          }[kind];
          expect((await verify(joined(changed))).flaw).toBeDefined();
        },
      ),
      { numRuns: 150 },
    );
  });

  test('the first entry that is bad, by its number', async () => {
    const lines = linesOf(await exported(await aweek()));
    const flawOf = async (changed: readonly string[]) => (await verify(joined(changed))).flaw;
    expect(await flawOf(lines.with(4, lines[4]?.replace('Ø', 'O') ?? ''))).toEqual({
      seq: 4,
      problem: 'changed',
    });
    expect(await flawOf(lines.toSpliced(4, 1))).toEqual({ seq: 4, problem: 'missing' });
    expect(await flawOf(lines.with(4, 'x'))).toEqual({ line: 5, problem: 'unreadable' });
    expect(await flawOf(lines.slice(0, 8))).toEqual({ seq: 8, problem: 'cut off' });
    expect(await flawOf(lines.slice(0, -1))).toEqual({ line: 11, problem: 'no anchor' });
    expect(await flawOf([...lines, lines[1] ?? ''])).toEqual({ line: 12, problem: 'lines changed' });
  });

  test('a header that was changed', async () => {
    const text = await exported(await aweek());
    expect(await verify(text.replace('"chain":"c1"', '"chain":"c2"'))).toMatchObject({ flaw: { seq: 1 } });
    const renamed = text.replace('"connection":"main"', '"connection":"mine"');
    expect(await verify(renamed)).toMatchObject({ flaw: { problem: 'lines changed' } });
  });

  test('an anchor that was made to fit changed lines, by its signature', async () => {
    const db = await aweek();
    const own = linesOf(await exported(db, { recordKey: 'K1' }, true));
    const unsigned = linesOf(await exported(db, { recordKey: 'K2' }));
    const anchor = { ...JSON.parse(unsigned.at(-1) ?? ''), ...signatureOf(own.at(-1) ?? '') } as object;
    const forged = joined(unsigned.with(-1, JSON.stringify(anchor)));
    expect(await verify(forged)).toMatchObject({ flaw: { problem: 'forged anchor' } });
  });

  function signatureOf(line: string): object {
    const { keyId, signature } = JSON.parse(line) as Record<string, unknown>;
    return { keyId, signature };
  }
});

test('a file that is no export is refused by name', async () => {
  await expect(verify('{"kind":"something"}\n')).rejects.toMatchObject({ code: 'input.invalid' });
  await expect(verify('')).rejects.toMatchObject({ code: 'input.invalid' });
});

test('entries that were changed in the store can still be exported, and the file shows it', async () => {
  const db = await aweek();
  await db.updateTable('trail').set({ data: 'no JSON', at: 9e15 }).where('seq', '=', 3).execute();
  expect(await verify(await exported(db))).toMatchObject({ flaw: { seq: 3, problem: 'changed' } });
});

describe('an export as CSV', () => {
  test('is read back by any CSV reader, a row an entry', async () => {
    const db = await aweek();
    const text = await textOf(csvExport(await openExport(db, 'c1', {})));
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true });
    const entries = await wholeTrail(db, 'c1');
    expect(rows.map((row) => row['hash'])).toEqual(entries.map((entry) => entry.hash));
    expect(rows[0]).toMatchObject({ entry: '1', 'time (UTC)': new Date(NOW_MS).toISOString(), record: 'K0' });
    expect(rows[0]?.['values']).toBe(entries[0]?.data);
  });

  test('holds no cell that a spreadsheet would calculate', async () => {
    const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'];
    const db = await withEvents(evil.map((text) => ({ actor: text, origin: text, recordKey: text })));
    const text = await textOf(csvExport(await openExport(db, 'c1', {})));
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true });
    expect(rows.map((row) => row['who'])).toEqual(evil.map((cell) => `'${cell}`));
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    expect(readFileSync(file(text), 'utf8').startsWith('\uFEFFentry,')).toBe(true);
  });
});
