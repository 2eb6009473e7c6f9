import { type Answer, envelope } from './answers.ts';
import { text } from './book.ts';
import { type ApiCall, parameter } from './call.ts';
import type { JsonObject } from './json.ts';
import { listedRow } from './lag.ts';
import {
  changedSince,
  equals,
  filterRows,
  filterTime,
  type ListFilter,
  listAnswer,
  pageOf,
  pagingOf,
} from './lists.ts';
import type { Purchase } from './purchase-model.ts';
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
  const { purchases, rowOf } = changedPurchases(call, state);
  if (filters.some((filter) => parameter(call, filter.name) !== undefined)) {
    return answerRows(call, state, filterRows(purchases.map(rowOf), call, filters));
  }
  // Rows are made for the page alone when no filter needs to see them all.
  const paging = pagingOf(call, state.switches);
  const rows = pageOf(purchases, paging).map(rowOf);
  return envelope('PurchaseList', rows, { total: purchases.length, page: paging.page });
}

/** GET /purchaseCreditNoteList: purchases with a credit note, under the same list key. */
export function getCreditNoteList(call: ApiCall, state: CompanyState): Answer {
  const { purchases, rowOf } = changedPurchases(call, state);
  const rows = purchases.map(rowOf).filter((row) => row['CreditNoteNumber'] !== '');
  const filters = [equals('CreditNoteStatus'), equals('Status'), searchFilter(state)];
  return answerRows(call, state, filterRows(rows, call, filters));
}

function answerRows(call: ApiCall, state: CompanyState, rows: readonly JsonObject[]): Answer {
  return listAnswer('PurchaseList', rows, pagingOf(call, state.switches));
}

/** Listed purchases within UpdatedSince and UpdatedUntil, and how each is listed: as it is, or as it was. */
function changedPurchases(
  call: ApiCall,
  state: CompanyState,
): { purchases: Purchase[]; rowOf: (purchase: Purchase) => JsonObject } {
  const since = filterTime(parameter(call, 'updatedsince') ?? '');
  const until = filterTime(parameter(call, 'updateduntil') ?? '');
  const within = (time: number): boolean =>
    (since === undefined || changedSince(time, since, state.switches)) &&
    (until === undefined || time < until);
  const now = state.clock.now();
  const older = new Map<Purchase, JsonObject>();
  const purchases = state.purchases.filter((purchase) => {
    if (purchase.versions === undefined) return within(purchase.updatedAt);
    const row = listedRow(purchase, now, () => purchaseRow(purchase, state));
    if (row === undefined || !within(Date.parse(text(row['LastUpdatedDate'])))) return false;
    older.set(purchase, row);
    return true;
  });
  return { purchases, rowOf: (purchase) => older.get(purchase) ?? purchaseRow(purchase, state) };
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
