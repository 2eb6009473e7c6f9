import type { OrderFields, PurchaseHeaderFields } from '../../connectors/cin7/fields.ts';

/** What Cin7 should hold for an order. */
export interface PurchasePayload {
  readonly header: PurchaseHeaderFields;
  readonly order: OrderFields;
  /** JDE line numbers (LNID) of the lines and of the charges, in their order. */
  readonly lineNumbers: readonly string[];
  readonly chargeNumbers: readonly string[];
}
