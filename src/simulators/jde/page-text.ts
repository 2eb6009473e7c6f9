import type { Column } from './catalog.ts';
import type { Cursor } from './cursors.ts';
import { type CellForm, rowWriter } from './row-text.ts';
import type { JdeRow } from './rows.ts';
import type { Call } from './service.ts';
import type { Target } from './target.ts';
import { version1Writer } from './version1.ts';

export interface Page {
  rows: readonly JdeRow[];
  /** What the summary says; a fault can make it differ from the rows. */
  records: number;
  moreRecords: boolean;
}

/** The `fs_DATABROWSE_...` member of an answer, as JSON text. */
export function pageText(cursor: Cursor, page: Page, call: Call): string {
  const { target, columns, outputType } = cursor;
  const title = JSON.stringify(`Data Browser - ${target.name} [${target.title}]`);
  const errors = call.effects.formErrors ? JSON.stringify(call.effects.formErrors) : '[]';
  const summary = JSON.stringify({ records: page.records, moreRecords: page.moreRecords });
  const titles = JSON.stringify(Object.fromEntries(columns.map((each) => [each.wireKey, each.title])));
  const parts = [
    ...(call.version === 'v1' ? [] : [`"id":${target.gridId},"fullGridId":"${target.gridId}"`]),
    ...(outputType === 'VERSION1' ? [`"titles":${titles}`] : []),
    `"columns":${titles}`,
    `"rowset":[${rowTexts(page.rows, columns, outputType, cellForm(target, call))}]`,
    `"summary":${summary}`,
  ];
  return `{"title":${title},"data":{"gridData":{${parts.join()}}},"errors":${errors},"warnings":[]}`;
}

export function cellForm(target: Target, call: Call, isoDates = false): CellForm {
  const { numberForm, maskText } = call.server.switches;
  return { numberForm, maskText, isoDates, isMasked: (column) => target.isMasked(column) };
}

function rowTexts(
  rows: readonly JdeRow[],
  columns: readonly Column[],
  outputType: string,
  form: CellForm,
): string {
  if (rows.length === 0) return '';
  if (outputType === 'VERSION1') return rows.map(version1Writer(columns, form)).join();
  return rows.map(rowWriter(columns, form)).join();
}
