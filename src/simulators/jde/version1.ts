import type { Column } from './catalog.ts';
import { type CellForm, cellWriter } from './row-text.ts';
import type { JdeRow } from './rows.ts';

/** Data type numbers of cells: 2 is recorded for text; 9 and 11 are those of numbers and dates in forms. */
const DATA_TYPES = { S: 2, N: 9, D: 11, U: 55 } as const;

/**
 * Writes rows in the older output form, in which every cell is an object.
 * Recorded responses of the VERSION1 form: cells {id, internalValue, title, dataType, visible, bsvw, longName,
 * value, editable}, rows with rowIndex and MOExist. internalValue of a date is epoch milliseconds.
 */
export function version1Writer(
  columns: readonly Column[],
  form: CellForm,
): (row: JdeRow, rowIndex: number) => string {
  const writers = columns.map((column, id) => ({ column, id, write: cellWriter(column, form) }));
  return (row, rowIndex) => {
    const cells = writers.map(({ column, id, write }) => {
      const inner: unknown = JSON.parse(write(row[column.property]));
      const cell = {
        id,
        internalValue: column.type === 'D' ? epochOf(inner) : inner,
        title: column.title,
        dataType: DATA_TYPES[column.type],
        visible: true,
        bsvw: true,
        longName: column.wireKey,
        value: typeof inner === 'string' || typeof inner === 'number' ? String(inner) : '',
        editable: false,
      };
      return [column.wireKey, cell];
    });
    return JSON.stringify({ rowIndex, MOExist: false, ...Object.fromEntries(cells) });
  };
}

function epochOf(plainDate: unknown): number | null {
  if (typeof plainDate !== 'string') return null;
  const iso = plainDate.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  return Date.parse(`${iso}T00:00:00Z`);
}
