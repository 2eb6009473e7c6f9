import type { OrderChargeFields, OrderFields, OrderLineFields, PurchaseHeaderFields } from './fields.ts';
import { exactNumber } from './json.ts';

/** The header as it is sent. An empty date is null: Cin7 reads an empty text as no date at all. */
export function headerBody(header: Partial<PurchaseHeaderFields>): object {
  if (header.RequiredBy === undefined) return header;
  return { ...header, RequiredBy: header.RequiredBy === '' ? null : `${header.RequiredBy}T00:00:00` };
}

/** The order as it is sent: amounts as JSON numbers with all their digits. */
export function orderBody(purchaseId: string, order: OrderFields): object {
  return {
    TaskID: purchaseId,
    CombineAdditionalCharges: false,
    Memo: order.Memo,
    Status: order.Status,
    Lines: order.Lines.map(withNumbers),
    AdditionalCharges: order.AdditionalCharges.map(withNumbers),
  };
}

function withNumbers<T extends OrderLineFields | OrderChargeFields>(row: T): object {
  return {
    ...row,
    Quantity: exactNumber(row.Quantity),
    Price: exactNumber(row.Price),
    Discount: exactNumber(row.Discount),
    Tax: exactNumber(row.Tax),
    Total: exactNumber(row.Total),
  };
}
