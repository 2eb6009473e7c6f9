import type { TableSpec } from '../../domain/source-row.ts';
import { Fault } from '../../faults/fault.ts';
import { type AisAnswer, isObject } from './answers.ts';
import { type Condition, literal } from './conditions.ts';
import type { JdeSettings } from './config.ts';
import type { DateFormat } from './date-format.ts';
import type { AisCall } from './http.ts';
import { booleanOf, type DayContext, type RawPage, serverDay } from './page.ts';

interface Inputs {
  /** Conditions of the read; those on a column have one value. */
  readonly conditions: readonly Condition[];
  readonly keyConditions: readonly Condition[];
  readonly dateFormat: DateFormat;
  readonly settings: JdeSettings;
}

/**
 * Asks an orchestration for the rows of a table. Its inputs, all text, by default: `since`, the earliest day of change; `fromKey`, the
 * lowest value of the leading key column; `limit`, the page size; and by alias the wanted value of a column. Inputs without value are
 * left out. It must return the rows sorted by the table's key, from `fromKey` on, that value included.
 */
export function orchestrationCall(name: string, spec: TableSpec, inputs: Inputs): AisCall {
  const { conditions, keyConditions, dateFormat, settings } = inputs;
  const { since, fromKey, limit } = settings.orchestrationInputs;
  const body: Record<string, unknown> = { [limit]: String(settings.pageSize) };
  const wire = (column: string, value = ''): string =>
    settings.orchestrationDates === 'iso' && spec.columns[column] === 'date'
      ? value
      : literal(value, spec.columns[column], dateFormat);
  for (const { column, operator, values } of conditions) {
    body[operator === 'GREATER_EQUAL' ? since : column] = wire(column, values[0]);
  }
  const [leading] = keyConditions;
  if (leading !== undefined) body[fromKey] = wire(leading.column, leading.values[0]);
  return {
    what: `orchestration ${name} for ${spec.table}`,
    method: 'POST',
    path: `/jderest/v3/orchestrator/${encodeURIComponent(name)}`,
    body,
  };
}

/**
 * Finds the rows in an answer of an orchestration: the grid of a data request, at any step, or the one list of objects among its outputs.
 * `moreRecords` of the grid or of the outputs tells whether more follow; without it, it is asked again until nothing new comes.
 *
 * Source: OpenAPI document of a generated orchestration (AIS 9.2.9), and answers of data-request steps in public clients.
 */
export function readOrchestrationPage(answer: AisAnswer, table: string, at: DayContext): RawPage {
  const grid = findGrid(answer.body, table, 0);
  const outputs = isObject(answer.body) ? answer.body : {};
  const rows = grid?.['rowset'] ?? onlyList(outputs);
  if (!Array.isArray(rows)) {
    throw new Fault(
      'jde.answer_unreadable',
      `The orchestration for ${table} returned no single list of rows`,
    );
  }
  const summary = isObject(grid?.['summary']) ? grid['summary'] : {};
  if (typeof summary['records'] === 'number' && summary['records'] !== rows.length) {
    throw new Fault(
      'jde.answer_unreadable',
      `The orchestration for ${table} returned fewer rows than it counts`,
    );
  }
  const more = booleanOf(summary['moreRecords']) ?? booleanOf(outputs['moreRecords']);
  const columns = grid?.['columns'];
  return {
    rows,
    columns: isObject(columns) ? columns : undefined,
    moreRecords: more ?? rows.length > 0,
    nextHref: undefined,
    serverDay: serverDay(answer, at),
  };
}

function findGrid(
  value: unknown,
  table: string,
  depth: number,
): Readonly<Record<string, unknown>> | undefined {
  if (!isObject(value) || depth > DEPTH_MAX) return undefined;
  const grid = value['gridData'];
  if (isObject(grid) && Array.isArray(grid['rowset'])) return grid;
  for (const [name, part] of Object.entries(value)) {
    if (name.startsWith('fs_') && !name.endsWith(`_${table}`)) continue;
    const found = findGrid(part, table, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function onlyList(outputs: Readonly<Record<string, unknown>>): unknown {
  const lists = Object.entries(outputs).filter(([name, value]) => Array.isArray(value) && !NO_ROWS.has(name));
  return lists.length === 1 ? lists[0]?.[1] : undefined;
}

const DEPTH_MAX = 6;
const NO_ROWS: ReadonlySet<string> = new Set(['continuedOnError', 'sysErrors', 'links']);
