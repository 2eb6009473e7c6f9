import type { Column } from './catalog.ts';
import { formTimeStamp } from './clock.ts';
import { compileQuery, type Filter } from './conditions.ts';
import { type Cursor, mintRid } from './cursors.ts';
import type { DataRequest } from './data-request.ts';
import { nextLink } from './next-link.ts';
import { type Page, pageText } from './page-text.ts';
import { openResultSet } from './result-set.ts';
import type { JdeRow } from './rows.ts';
import type { Call, Caller, Server } from './service.ts';
import { DataError, Target } from './target.ts';
import type { JdeUser } from './users.ts';

const PAGE_SIZE_DEFAULT = 100;

/** Members of an answer, each as JSON text, in the order of the wire. */
export type Members = [name: string, text: string][];

/** Answers one BROWSE: the first page of a new result set. */
export function browse(request: DataRequest, call: Call, caller: Caller, batchIndex?: number): Members {
  const { server } = call;
  const { target, filter } = browseTarget(request, call, caller);
  const columns = askedColumns(request.returnControlIDs, target, server);
  const order = request.orderBy.map((each) => ({
    column: target.column(each.column),
    descending: each.descending,
  }));
  const shuffled = order.length === 0 && server.switches.orderWithoutOrderBy === 'shuffled';
  const session = caller.session;
  const cursor: Cursor = {
    token: session?.token ?? '',
    rid: mintRid(),
    stackId: session ? ++session.stacks : 1,
    stateId: 1,
    target,
    columns,
    outputType: request.outputType || (call.version === 'v1' ? 'VERSION1' : 'GRID_DATA'),
    returnControlIDs: request.returnControlIDs,
    pageSize: pageSize(request.maxPageSize, server),
    results: openResultSet(target.store, filter, order, shuffled),
    rowsGiven: 0,
    usedAt: server.clock.now(),
    lastPage: [],
  };
  const isSingle = batchIndex === undefined;
  const mayPage = call.version === 'v2' && isSingle && request.nextPageProcessing && session !== undefined;
  if (mayPage) server.cursors.keep(cursor);
  return answerPage(cursor, call, mayPage, batchIndex);
}

/** Takes the next page of a result set and writes the answer; the last page closes the result set. */
export function answerPage(cursor: Cursor, call: Call, mayPage: boolean, batchIndex?: number): Members {
  const page = nextPage(cursor, call, mayPage);
  const { server, effects } = call;
  const links = mayPage && page.moreRecords && !page.isLast ? [nextLink(cursor, call)] : undefined;
  if (mayPage && !links && !effects.formErrors) server.cursors.drop(cursor.rid);
  const form = `fs_${batchIndex === undefined ? '' : `${batchIndex}_`}DATABROWSE_${cursor.target.name}`;
  const members: Members = [[form, pageText(cursor, page, call)]];
  members.push(
    ['stackId', String(cursor.stackId)],
    ['stateId', String(cursor.stateId)],
    ['rid', JSON.stringify(cursor.rid)],
    ['currentApp', JSON.stringify(`DATABROWSE_${cursor.target.name}`)],
    ['timeStamp', JSON.stringify(formTimeStamp(server.clock))],
    ['sysErrors', '[]'],
  );
  if (links && !effects.dropLinks) members.push(['links', JSON.stringify(links)]);
  return members;
}

function nextPage(cursor: Cursor, call: Call, mayPage: boolean): Page & { isLast: boolean } {
  const { dbFetchLimit, dbFetchLimitScope, emptyFinalPage } = call.server.switches;
  const limit = dbFetchLimit > 0 ? dbFetchLimit : Number.POSITIVE_INFINITY;
  // The page that fails is not used up: the same call, made again, gets it.
  if (call.effects.formErrors) return { rows: [], records: 0, moreRecords: false, isLast: false };
  if (call.effects.repeatPage && cursor.lastPage.length > 0) {
    return { rows: cursor.lastPage, records: cursor.lastPage.length, moreRecords: true, isLast: false };
  }
  const left = dbFetchLimitScope === 'resultSet' ? limit - cursor.rowsGiven : limit;
  const size = Math.min(cursor.pageSize, left);
  const rows = cursor.results.take(size);
  cursor.rowsGiven += rows.length;
  cursor.lastPage = rows;
  const announcesEmpty = emptyFinalPage && mayPage && rows.length === cursor.pageSize;
  const moreRecords = cursor.results.hasMore() || announcesEmpty;
  const isLast = dbFetchLimitScope === 'resultSet' && cursor.rowsGiven >= limit;
  const kept = call.effects.dropRows ? rows.slice(0, Math.max(0, rows.length - call.effects.dropRows)) : rows;
  return { rows: kept, records: rows.length, moreRecords, isLast };
}

/** The table or view of a request as this user may see it, and the test its rows must pass. */
export function browseTarget(
  request: DataRequest,
  call: Call,
  caller: Caller,
): { target: Target; filter: Filter } {
  const { clock, switches } = call.server;
  const target = openTarget(request, call.server, caller.user);
  const asked = compileQuery(request.query, target, { user: caller.user, clock, switches });
  const allows = target.rowSecurity();
  if (!allows) return { target, filter: asked };
  // Row security is silent: the caller is not told that rows are missing.
  return { target, filter: { ...asked, test: (row: JdeRow) => asked.test(row) && allows(row) } };
}

function openTarget(request: DataRequest, server: Server, user: JdeUser): Target {
  const { targetName: name, targetType } = request;
  if (targetType !== 'table' && targetType !== 'view')
    throw new DataError(`Invalid targetType ${targetType}`);
  const store = targetType === 'table' ? server.database.table(name) : server.views.view(name);
  if (!store) throw new DataError(`Invalid ${targetType} ${name}`);
  const title = targetType === 'table' ? store.definition.title : (server.views.title(name) ?? name);
  const bareControlIds = server.switches.bareControlIds === 'accepted';
  return new Target({ name, kind: targetType, title, store, user, bareControlIds });
}

/** The columns to return, in table order; without a list all that the user may see. */
function askedColumns(returnControlIDs: string, target: Target, server: Server): Column[] {
  const names = returnControlIDs.split('|').filter((name) => name !== '');
  const asked = new Set(names.map((name) => target.column(name)));
  for (const column of asked) {
    if (target.isHidden(column) && server.switches.hiddenColumnAsked === 'error') {
      throw new DataError(`Column ${column.controlId} is secured`);
    }
  }
  return target.columns.filter(
    (column) => (names.length === 0 || asked.has(column)) && !target.isHidden(column),
  );
}

/** Oracle guide, form request attributes: 100 by default; "No Max" is all, up to the DB fetch limit. */
function pageSize(maxPageSize: string, server: Server): number {
  const { dbFetchLimit } = server.switches;
  const limit = dbFetchLimit > 0 ? dbFetchLimit : Number.POSITIVE_INFINITY;
  if (maxPageSize === '') return Math.min(PAGE_SIZE_DEFAULT, limit);
  if (maxPageSize.toLowerCase() === 'no max') return limit;
  const size = Number(maxPageSize);
  if (!Number.isInteger(size) || size < 1) throw new DataError(`Invalid maxPageSize ${maxPageSize}`);
  return Math.min(size, limit);
}
