import type { Column } from './catalog.ts';
import { plainDay } from './dates.ts';
import { hashOrder } from './hash-order.ts';
import { numberText } from './numbers.ts';
import type { JdeRow, JdeValue } from './rows.ts';
import type { JdeSwitches } from './switches.ts';

/** How cells look, besides what the column says. */
export interface CellForm {
  numberForm: JdeSwitches['numberForm'];
  /** Rows of the data service have yyyyMMdd; v3 orchestrations yyyy-MM-dd. */
  isoDates: boolean;
  maskText: string;
  isMasked(column: Column): boolean;
}

/**
 * Writes rows as JSON text, keys in hash order.
 *
 * Recorded responses, demo server 2017: numbers as JSON numbers, dates "yyyyMMdd" or null, trailing blanks
 * trimmed, an all-blank text as one blank.
 */
export function rowWriter(
  columns: readonly Column[],
  form: CellForm,
  nameOf: (column: Column) => string = (column) => column.wireKey,
): (row: JdeRow) => string {
  const byName = new Map(columns.map((column) => [nameOf(column), column]));
  const cells = hashOrder([...byName.keys()]).flatMap((name, i) => {
    const column = byName.get(name);
    const lead = `${i === 0 ? '' : ','}${JSON.stringify(name)}:`;
    return column ? [{ lead, property: column.property, write: cellWriter(column, form) }] : [];
  });
  return (row) => {
    let text = '{';
    for (const cell of cells) text += cell.lead + cell.write(row[cell.property]);
    return `${text}}`;
  };
}

/** The JSON text of one cell. */
export function cellWriter(column: Column, form: CellForm): (value: JdeValue | undefined) => string {
  if (form.isMasked(column)) {
    const mask = JSON.stringify(form.maskText);
    return () => mask;
  }
  switch (column.type) {
    case 'N':
      return (value) => (value === null || value === undefined ? '0' : numberText(value, form.numberForm));
    case 'D':
      return (value) => dateText(value, form.isoDates);
    case 'U':
      return (value) => (value ? JSON.stringify(value) : 'null');
    case 'S':
      return (value) => stringText(value, column.justify);
    default:
      return column.type satisfies never;
  }
}

function dateText(value: JdeValue | undefined, iso: boolean): string {
  if (value === null || value === undefined || value === '') return 'null';
  const day = String(value);
  return `"${iso ? day.slice(0, 10) : plainDay(day)}"`;
}

function stringText(value: JdeValue | undefined, justify: number): string {
  const trimmed = value === null || value === undefined ? '' : String(value).trimEnd();
  if (trimmed === '') return '" "';
  return JSON.stringify(justify > 0 ? trimmed.trimStart().padStart(justify) : trimmed);
}
