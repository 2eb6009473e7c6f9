import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { Fault } from '../faults/fault.ts';
import type { CrosswalkRow } from '../store/crosswalk.ts';
import { type CrosswalkChoice, kindOf } from './edit.ts';
import { isBlankCode } from './view.ts';

const BLANK = '(blank)';
export const codeText = (code: string): string => (isBlankCode(code) ? BLANK : code);
export const codeFromText = (text: string): string => (text === BLANK ? '' : text);

/**
 * Reads the choices of a CSV file with the columns kind, code, target; others are left aside.
 *
 * @param name what the text is called in errors.
 * @throws Fault `input.invalid` naming the line.
 */
export function choicesFromCsv(text: string, name: string): readonly CrosswalkChoice[] {
  return readRows(text, name).map((row, place) => {
    const { kind, code, target } = row;
    if (kind === undefined || code === undefined || target === undefined) {
      throw new Fault(
        'input.invalid',
        `${name}: the first line must name the columns kind, code and target.`,
        {
          field: 'file',
        },
      );
    }
    try {
      return { kind: kindOf(kind), code: codeFromText(code), target, imported: true };
    } catch (cause) {
      throw new Fault('input.invalid', `${name}:${place + 2}: ${(cause as Error).message}`, {
        cause,
        field: 'kind',
      });
    }
  });
}

export function crosswalkToCsv(rows: readonly CrosswalkRow[]): string {
  return stringify(
    rows.map((row) => ({
      kind: row.kind,
      code: row.code,
      target: row.target ?? '',
      state: row.state,
      name: row.label,
      why: row.detail,
    })),
    { header: true, columns: ['kind', 'code', 'target', 'state', 'name', 'why'] },
  );
}

function readRows(text: string, name: string): readonly Readonly<Record<string, string>>[] {
  try {
    const rows: unknown = parse(text, {
      columns: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: false,
    });
    // With `columns` each row is an object of texts by column name.
    if (Array.isArray(rows)) return rows as Record<string, string>[];
  } catch (cause) {
    const line = cause instanceof CsvError ? ` (line ${String(cause['lines'])})` : '';
    throw new Fault('input.invalid', `${name} cannot be read as CSV${line}: ${(cause as Error).message}`, {
      cause,
      field: 'file',
    });
  }
  throw new Fault('input.invalid', `${name} holds no rows.`, { field: 'file' });
}
