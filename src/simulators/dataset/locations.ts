import type { JdeRow } from '../jde/rows.ts';
import type { DatasetTables } from './to-jde-tables.ts';

/** The Cin7 location of each branch/plant that orders or lines name: the unit's name, with its code. */
export function locationNames(tables: DatasetTables): ReadonlyMap<string, string> {
  const names = new Map(tables.F0006.map((row) => [textOf(row, 'MCU'), textOf(row, 'DL01')]));
  const used = new Set([...tables.F4301, ...tables.F4311].map((row) => textOf(row, 'MCU')));
  return new Map(
    [...used]
      .filter((code) => code !== '')
      .sort()
      .map((code) => [code, `${names.get(code) ?? 'Branch'} (${code})`]),
  );
}

/** The object accounts that order lines are coded to, with the description of the first such account. */
export function usedObjects(tables: DatasetTables): ReadonlyMap<string, string> {
  const names = new Map(tables.F0901.map((row) => [textOf(row, 'AID'), textOf(row, 'DL01')]));
  const objects = new Map<string, string>();
  for (const line of tables.F4311) {
    const object = textOf(line, 'OBJ');
    if (object !== '' && !objects.has(object)) objects.set(object, names.get(textOf(line, 'AID')) ?? '');
  }
  return new Map([...objects].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** A text column of a row that this folder has built. */
export function textOf(row: JdeRow, column: string): string {
  return String(row[column] ?? '');
}
