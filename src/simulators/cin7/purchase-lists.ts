import { envelope, type Answer } from './answers.ts';
import { text } from './book.ts';
import { parameter, type ApiCall } from './call.ts';
import type { JsonObject } from './json.ts';
import { listedRow } from './lag.ts';
import { changedSince, equals, filterTime, filterRows, pagingOf, type ListFilter } from './lists.ts';
import { purchaseRow } from './purchase-row.ts';
import type { CompanyState } from './state.ts';

const SEARCHED = ['OrderNumber', 'Status', 'Supplier', 'InvoiceNumber', 'CreditNoteNumber'];

/** Live behaviour: StockReceivedStatus works, RestockReceivedStatus, Type and OrderBy are ignored. */
const FILTERS: readonly ListFilter[] = [
  equals('OrderStatus'),
  equals('Status'),
  equals('StockReceivedStatus'),
  equals('InvoiceStatus'),
  equals('CreditNoteStatus'),
  equals('UnstockStatus'),
  equals('DropShipTaskID'),
  {
    name: 'RequiredBy',
    test: (row, value) => typeof row['RequiredBy'] === 'string' && isOnOrBefore(row['RequiredBy'], value),
  },
];

/** GET /purchaseList: ascending by number, filters joined with AND. */
export function getPurchaseList(call: ApiCall, state: CompanyState): Answer {
  const filters = [...FILTERS, searchFilter(state)];
  const changed = changedRows(call, state);
  // Rows are made for the page alone when no filter needs to see them all.
  const filtered = filters.some((filter) => parameter(call, filter.name) !== undefined);
  return answerRows(
    call,
    state,
    filtered ? filterRows(made(changed), call, filters).map((row) => () => row) : changed,
  );
}

/** GET /purchaseCreditNoteList: purchases with a credit note, under the same list key. */
export function getCreditNoteList(call: ApiCall, state: CompanyState): Answer {
  const rows = made(changedRows(call, state)).filter((row) => row['CreditNoteNumber'] !== '');
  const chosen = filterRows(rows, call, [equals('CreditNoteStatus'), equals('Status'), searchFilter(state)]);
  return answerRows(
    call,
    state,
    chosen.map((row) => () => row),
  );
}

type MakeRow = () => JsonObject;

function made(rows: readonly MakeRow[]): JsonObject[] {
  return rows.map((make) => make());
}

function answerRows(call: ApiCall, state: CompanyState, rows: readonly MakeRow[]): Answer {
  const { page, limit } = pagingOf(call, state.switches);
  return envelope('PurchaseList', made(rows.slice((page - 1) * limit, page * limit)), {
    total: rows.length,
    page,
  });
}

/** Listed rows within UpdatedSince and UpdatedUntil, ascending by number. */
function changedRows(call: ApiCall, state: CompanyState): MakeRow[] {
  const since = filterTime(parameter(call, 'updatedsince') ?? '');
  const until = filterTime(parameter(call, 'updateduntil') ?? '');
  const within = (time: number): boolean =>
    (since === undefined || changedSince(time, since, state.switches)) &&
    (until === undefined || time < until);
  const now = state.clock.now();
  const rows: MakeRow[] = [];
  for (const purchase of state.purchases) {
    if (purchase.versions === undefined) {
      if (within(purchase.updatedAt)) rows.push(() => purchaseRow(purchase, state));
      continue;
    }
    const row = listedRow(purchase, now, () => purchaseRow(purchase, state));
    if (row !== undefined && within(Date.parse(text(row['LastUpdatedDate'])))) rows.push(() => row);
  }
  return rows;
}

function searchFilter(state: CompanyState): ListFilter {
  const exact = state.switches.purchaseSearch === 'exact';
  return {
    name: 'Search',
    test: (row, value) => {
      const wanted = value.toLowerCase();
      return SEARCHED.some((field) => {
        const held = text(row[field]).toLowerCase();
        return exact ? held === wanted : held.includes(wanted);
      });
    },
  };
}

function isOnOrBefore(day: string, limit: string): boolean {
  const time = filterTime(day);
  const last = filterTime(limit);
  return time !== undefined && last !== undefined && time <= last;
}
