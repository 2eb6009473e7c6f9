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
 * Reads the choices of a CSV file with the columns kind, code, target; others are left aside. One apostrophe before a text that a
 * spreadsheet would calculate is taken away: `crosswalkToCsv` put it there.
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
      return {
        kind: kindOf(kind),
        code: codeFromText(fromCell(code)),
        target: fromCell(target),
        imported: true,
      };
    } catch (cause) {
      throw new Fault('input.invalid', `${name}:${place + 2}: ${(cause as Error).message}`, {
        cause,
        field: 'kind',
      });
    }
  });
}

/** All codes with what they are mapped to. `choicesFromCsv` reads the same codes and targets out of it. */
export function crosswalkToCsv(rows: readonly CrosswalkRow[]): string {
  return stringify(
    rows.map((row) => ({
      kind: row.kind,
      code: toCell(row.code),
      target: toCell(row.target ?? ''),
      state: row.state,
      name: toCell(row.label),
      why: toCell(row.detail),
    })),
    { header: true, columns: ['kind', 'code', 'target', 'state', 'name', 'why'] },
  );
}

/** What a spreadsheet would calculate, perhaps with apostrophes of its own in front. */
const CALCULATED = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Texts with apostrophes of their own get one more, so that exactly one can be taken away again. */
const toCell = (text: string): string => (CALCULATED.test(text) ? `'${text}` : text);
const fromCell = (text: string): string =>
  text.startsWith("'") && CALCULATED.test(text) ? text.slice(1) : text;

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
