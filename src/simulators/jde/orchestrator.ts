import { authenticate } from './authenticate.ts';
import { browse, browseTarget } from './browse.ts';
import type { Column } from './catalog.ts';
import { isoTimeStamp } from './clock.ts';
import { type DataRequest, object, type RawCondition, text } from './data-request.ts';
import { cellForm } from './page-text.ts';
import { html, json, jsonText, type Reply } from './reply.ts';
import { openResultSet } from './result-set.ts';
import { rowWriter } from './row-text.ts';
import type { Call, Caller } from './service.ts';
import { DataError, type Target } from './target.ts';
import { DEFAULT_DATE_FORMAT } from './users.ts';

/** An orchestration that returns rows of one table. How it names its members is its designer's choice. */
export interface OrchestrationDefinition {
  table: string;
  /** Aliases to return; default all. */
  columns?: string[];
  /** Name of the array in a v3 answer; default `rows`. */
  output?: string;
  /** Names of the members of a row in a v3 answer, by alias; default `F0101_AN8`. */
  names?: Record<string, string>;
  /** Inputs besides the aliases themselves, which mean EQUAL. */
  inputs?: Record<string, { column: string; operator: string }>;
  /** Conditions that always hold, by alias. */
  where?: Record<string, string>;
}

/** Members that may ride in the body and are no inputs. */
const NOT_INPUTS = new Set([
  'token',
  'deviceName',
  'environment',
  'role',
  'username',
  'password',
  'jasserver',
]);

const ROWS_DEFAULT = 2_000;

/** POST or GET orchestrator/{name}: inputs as flat JSON, rows ordered by the unique key of the table. */
export function answerOrchestration(name: string, call: Call): Reply {
  const startedAt = call.server.clock.now();
  const caller = authenticate(call);
  const definition = call.server.orchestrations[name];
  if (!definition) return html(404, 'Not Found');
  if (call.version === 'v3' && !acceptsJson(call)) return jsonText(406, '');
  try {
    const request = toRequest(definition, call, caller);
    if (call.version === 'v3') return jsonText(200, rowsAnswer(definition, request, call, caller, startedAt));
    const members = browse(request, call, caller).map(([key, value]) => `${JSON.stringify(key)}:${value}`);
    return jsonText(200, `{"ServiceRequest1":{${members.join()}}}`);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return orchestrationError(name, error.message, call, startedAt);
  }
}

/** Statuses of a v3 orchestration: 406 for an invalid Accept header. */
function acceptsJson(call: Call): boolean {
  const { accept } = call.headers;
  return accept === undefined || /\*\/\*|application\/(\*|json)/.test(accept);
}

function rowsAnswer(
  definition: OrchestrationDefinition,
  request: DataRequest,
  call: Call,
  caller: Caller,
  startedAt: number,
): string {
  const { target, filter } = browseTarget(request, call, caller);
  const columns = returned(definition, target);
  const order = target.store.keyColumns.map((column) => ({ column, descending: false }));
  const taken = openResultSet(target.store, filter, order, false).take(Number(request.maxPageSize));
  const rows = call.effects.dropRows ? taken.slice(0, -call.effects.dropRows) : taken;
  const nameOf = (column: Column): string => definition.names?.[column.alias] ?? column.wireKey;
  const texts = rows.map(rowWriter(columns, cellForm(target, call, true), nameOf));
  const tail = JSON.stringify(statusMembers('SUCCESS', call, startedAt)).slice(1);
  return `{${JSON.stringify(definition.output ?? 'rows')}:[${texts.join()}],${tail}`;
}

/** Oracle guide and recorded error of a v3 orchestration: message is an object, jde__simpleMessage is for people. */
function orchestrationError(name: string, problem: string, call: Call, startedAt: number): Reply {
  return json(500, {
    message: {
      [`ServiceRequest: ${name}`]: { 'Data Request Exception': {}, 'JAS Response': { message: problem } },
    },
    exception: 'Exception',
    jde__simpleMessage: `${name} failed: ${problem}`,
    ...statusMembers('ERROR', call, startedAt),
  });
}

function statusMembers(status: 'SUCCESS' | 'ERROR', call: Call, startedAt: number): Record<string, unknown> {
  const { clock } = call.server;
  return {
    jde__status: status,
    jde__startTimestamp: isoTimeStamp({ ...clock, now: () => startedAt }),
    jde__endTimestamp: isoTimeStamp(clock),
    jde__serverExecutionSeconds: (clock.now() - startedAt) / 1_000,
  };
}

function returned(definition: OrchestrationDefinition, target: Target): Column[] {
  const { columns } = definition;
  return target.columns.filter(
    (column) => (!columns || columns.includes(column.alias)) && !target.isHidden(column),
  );
}

function toRequest(definition: OrchestrationDefinition, call: Call, caller: Caller): DataRequest {
  const { table } = definition;
  const store = call.server.database.table(table);
  if (!store) throw new DataError(`Invalid table ${table}`);
  const { limit = '', ...inputs } = inputsOf(call);
  if (!/^([1-9]\d*)?$/.test(limit)) throw new DataError(`Invalid input limit ${limit}`);
  const known = new Set(store.definition.columns.map((column) => column.alias));
  const conditions = Object.entries({ ...definition.where, ...inputs }).map(([name, value]) =>
    inputCondition(name, value, {
      definition,
      known,
      key: store.definition.key,
      date: store.definition.audit.date,
    }),
  );
  const dates = new Set(store.definition.columns.filter((c) => c.type === 'D').map((c) => c.controlId));
  for (const condition of conditions) {
    if (!dates.has(condition.controlId)) continue;
    for (const each of condition.values) each.content = inUserFormat(each.content, caller);
  }
  return {
    targetName: table,
    targetType: 'table',
    dataServiceType: 'BROWSE',
    returnControlIDs: (definition.columns ?? []).map((alias) => `${table}.${alias}`).join('|'),
    maxPageSize: limit || String(ROWS_DEFAULT),
    outputType: 'GRID_DATA',
    nextPageProcessing: false,
    query: { matchType: 'MATCH_ALL', conditions, complex: [] },
    aggregations: [],
    groupBy: [],
    having: [],
    orderBy: store.definition.key.map((alias) => ({ column: `${table}.${alias}`, descending: false })),
  };
}

function inputsOf(call: Call): Record<string, string> {
  const given = { ...Object.fromEntries(call.query), ...object(call.body) };
  const entries = Object.entries(given).filter(([name]) => !NOT_INPUTS.has(name) && !name.startsWith('$'));
  return Object.fromEntries(entries.map(([name, value]) => [name, text(value)]));
}

/** `since`: last change from that day on; `afterKey`: beyond that key; an alias: equal to. */
function inputCondition(
  name: string,
  value: string,
  about: { definition: OrchestrationDefinition; known: Set<string>; key: string[]; date: string | undefined },
): RawCondition {
  const { definition, known, key, date } = about;
  const defaults: Record<string, { column: string; operator: string }> = {
    ...(date ? { since: { column: date, operator: 'GREATER_EQUAL' } } : {}),
    ...(key[0] ? { afterKey: { column: key[0], operator: 'GREATER' } } : {}),
    ...(known.has(name) ? { [name]: { column: name, operator: 'EQUAL' } } : {}),
  };
  const input = definition.inputs?.[name] ?? defaults[name];
  if (!input) throw new DataError(`Invalid input ${name}`);
  return {
    controlId: `${definition.table}.${input.column}`,
    operator: input.operator,
    values: [{ content: value, specialValueId: 'LITERAL' }],
  };
}

/** A date input may come as yyyy-MM-dd; the data request behind wants the user's format. */
function inUserFormat(value: string, caller: Caller): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? [];
  if (!year || !month || !day) return value;
  const format = caller.user.simpleDateFormat ?? DEFAULT_DATE_FORMAT;
  return format.replace('yyyy', year).replace('yy', year.slice(2)).replace('MM', month).replace('dd', day);
}
