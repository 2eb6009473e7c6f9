import type { Json, JsonObject } from './json.ts';
import type { PaymentRecord } from './purchase-model.ts';
import type { CompanyState } from './state.ts';

/** Which of the documented shapes a purchase is shown in. */
export interface DocumentShape {
  readonly face: 'purchase' | 'advanced';
  /** An answer to POST, PUT or DELETE: some blanks are null there, and "" in answers to GET. */
  readonly written: boolean;
  readonly combined: boolean;
}

export function blank(text: string, toNull: boolean): string | null {
  return text === '' && toNull ? null : text;
}

/** Payments inside a document: without their type, which the place tells. */
export function paymentRows(
  payments: readonly PaymentRecord[],
  kind: PaymentRecord['kind'],
  taskId?: string,
): Json[] {
  return payments
    .filter((payment) => payment.kind === kind && (taskId === undefined || payment.taskId === taskId))
    .map((payment) => ({
      ID: payment.id,
      Reference: payment.reference,
      Amount: payment.amount,
      DatePaid: payment.datePaid,
      Account: payment.account,
      CurrencyRate: payment.currencyRate,
      DateCreated: payment.dateCreated,
    }));
}

/** Lines and charges to show. With CombineAdditionalCharges the charges appear among the lines. */
export function combineCharges(
  document: { lines: JsonObject[]; charges: JsonObject[] },
  how: { combined: boolean; state: CompanyState },
): { lines: JsonObject[]; charges: JsonObject[] } {
  const lines =
    how.state.switches.orderLineOrder === 'reversed' ? document.lines.toReversed() : document.lines;
  if (!how.combined) return { lines, charges: document.charges };
  return {
    lines: [...lines, ...document.charges.map((charge) => chargeAsLine(charge, how.state))],
    charges: [],
  };
}

function chargeAsLine(charge: JsonObject, state: CompanyState): JsonObject {
  const name = typeof charge['Description'] === 'string' ? charge['Description'] : '';
  const product = state.productNames.byName(name, state.switches);
  return {
    ProductID: product?.['ID'] ?? null,
    SKU: product?.['SKU'] ?? null,
    Name: name,
    Quantity: charge['Quantity'] ?? 0,
    Price: charge['Price'] ?? 0,
    Discount: charge['Discount'] ?? 0,
    Tax: charge['Tax'] ?? 0,
    TaxRule: charge['TaxRule'] ?? '',
    ...('Account' in charge ? { Account: charge['Account'] ?? null } : { SupplierSKU: '' }),
    Comment: charge['Reference'] ?? '',
    Total: charge['Total'] ?? 0,
  };
}
