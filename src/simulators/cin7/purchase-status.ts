import { Big } from 'big.js';
import { decimalOf, sumOf } from './decimals.ts';
import type { JsonObject } from './json.ts';
import type { Purchase, PurchaseTask } from './purchase-model.ts';
import type { Cin7Switches } from './switches.ts';

const done = (status: string): boolean => status === 'AUTHORISED' || status === 'PAID';

/** Status of the purchase, from the statuses of its documents as the documentation lists them. */
export function purchaseStatus(purchase: Purchase, switches: Cin7Switches): string {
  if (purchase.voided) return 'VOIDED';
  const order = purchase.order.status;
  if (order === 'NOT AVAILABLE' && purchase.tasks.every((task) => !isStarted(task))) {
    return statusWithoutOrder(purchase, switches);
  }
  const receiving = receivingStatus(purchase);
  const invoicing = invoicingStatus(purchase);
  if (purchase.creditNotes.some((note) => done(note.status))) {
    return receiving === 'PARTIALLY RECEIVED' ? 'RECEIVING / CREDITED' : 'CREDITED';
  }
  if (invoicing === 'INVOICED' && receiving === 'FULLY RECEIVED') return 'COMPLETED';
  if (invoicing === 'PARTIALLY INVOICED') return 'PARTIALLY INVOICED';
  if (invoicing === 'INVOICED') return 'INVOICED';
  if (purchase.tasks.some((task) => done(task.stock.status))) return 'RECEIVED';
  if (purchase.tasks.some((task) => task.stock.status === 'DRAFT')) return 'RECEIVING';
  return order === 'AUTHORISED' ? 'ORDERED' : 'ORDERING';
}

function statusWithoutOrder(purchase: Purchase, switches: Cin7Switches): string {
  if (switches.newPurchaseStatus !== 'byEndpoint') return switches.newPurchaseStatus;
  return purchase.madeBy === 'purchase' ? 'ORDERING' : 'DRAFT';
}

function isStarted(task: PurchaseTask): boolean {
  return done(task.stock.status) || task.stock.lines.length > 0 || task.invoice.lines.length > 0;
}

/** Follows put-away, which is the authoritative face of receiving. */
export function receivingStatus(purchase: Purchase): string {
  if (purchase.voided) return 'VOIDED';
  if (purchase.order.status !== 'AUTHORISED' || purchase.type === 'Service') return 'NOT AVAILABLE';
  const tasks = purchase.tasks.filter((task) => done(task.putAway.status));
  const received = quantityOf(tasks.flatMap((task) => task.putAway.lines));
  if (tasks.length === 0 || received.eq(0)) return 'NOT RECEIVED';
  return received.gte(quantityOf(purchase.order.lines)) ? 'FULLY RECEIVED' : 'PARTIALLY RECEIVED';
}

/** The credited part is added by `combinedInvoiceStatus`. */
function invoicingStatus(purchase: Purchase): string {
  if (purchase.order.status !== 'AUTHORISED') return 'NOT AVAILABLE';
  const invoices = purchase.tasks.map((task) => task.invoice).filter((invoice) => done(invoice.status));
  if (invoices.length === 0) return 'NOT INVOICED';
  const invoiced = quantityOf(invoices.flatMap((invoice) => [...invoice.lines, ...invoice.charges]));
  const ordered = quantityOf([...purchase.order.lines, ...purchase.order.charges]);
  return invoiced.gte(ordered) ? 'INVOICED' : 'PARTIALLY INVOICED';
}

export function combinedInvoiceStatus(purchase: Purchase): string {
  const status = invoicingStatus(purchase);
  const credited = purchase.creditNotes.some((note) => done(note.status));
  return credited && status.endsWith('INVOICED') && status !== 'NOT INVOICED'
    ? `${status} / CREDITED`
    : status;
}

export function paymentStatus(purchase: Purchase): string {
  if (purchase.voided) return 'VOIDED';
  const paid = paidAmount(purchase);
  const due = invoicedAmount(purchase);
  if (paid.lte(0)) return 'UNPAID';
  if (due.eq(0)) return 'PREPAID';
  return paid.gte(due) ? 'PAID' : 'PARTIALLY PAID';
}

/** Payments and prepayments less refunds. */
export function paidAmount(purchase: Purchase): Big {
  return sumOf(
    purchase.payments.map((payment) =>
      payment.kind === 'Refund' ? new Big(payment.amount).neg() : new Big(payment.amount),
    ),
  );
}

export function invoicedAmount(purchase: Purchase): Big {
  const invoices = purchase.tasks.map((task) => task.invoice).filter((invoice) => done(invoice.status));
  return sumOf(invoices.map((invoice) => new Big(invoice.totals.total)));
}

function quantityOf(lines: readonly JsonObject[]): Big {
  return sumOf(lines.map((line) => decimalOf(line['Quantity']) ?? new Big(0)));
}
