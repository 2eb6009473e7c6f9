import type { OrderFields, PurchaseHeaderFields } from '../../connectors/cin7/fields.ts';
import type { Decimal } from '../../domain/decimal.ts';

/** What Cin7 should hold for an order. */
export interface PurchasePayload {
  readonly header: PurchaseHeaderFields;
  readonly order: OrderFields;
  /**
   * What JDE holds for each of the order's lines, in their order. Prices are rounded, so lines that are added up need it: a mean
   * of rounded prices would be rounded twice.
   */
  readonly lineAmounts: readonly Decimal[];
  /** JDE line numbers (LNID) of the lines and of the charges, in their order. */
  readonly lineNumbers: readonly string[];
  readonly chargeNumbers: readonly string[];
}

/** What the order of a purchase holds before its lines are written. */
export const EMPTY_ORDER: OrderFields = { Status: 'DRAFT', Memo: '', Lines: [], AdditionalCharges: [] };
