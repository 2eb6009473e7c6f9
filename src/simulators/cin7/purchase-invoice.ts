import { type Answer, json, refuse } from './answers.ts';
import { type ApiCall, flagParameter, guidParameter } from './call.ts';
import { readDocumentLines } from './document-lines.ts';
import { combineCharges } from './document-parts.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { findPurchase, type PurchaseFace } from './purchase-header.ts';
import { NO_TOTALS, type Purchase, type PurchaseTask, shownTasks } from './purchase-model.ts';
import { settlePaidInvoices } from './purchase-payment.ts';
import { checkOpen, keepTask, type Target, targetOf, taskById, writtenStatus } from './purchase-tasks.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';
import { dayAfter, dayOf } from './times.ts';

/** GET /purchase/invoice?TaskID and /advanced-purchase/invoice?PurchaseID. */
export function getInvoice(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const id = guidParameter(call, face === 'advanced' ? 'PurchaseID' : 'TaskID', recorded.purchaseNotFound);
    const combined = flagParameter(call, 'CombineAdditionalCharges');
    return answer(findPurchase(id, face, state), { face, combined, state });
  };
}

/** POST overwrites the invoice of a task; order authorised, and stock too where stock comes first. */
export function postInvoice(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const problems = new Problems();
    const fields = new Fields(call.body, problems, state.switches);
    const target = targetOf(fields, { face, state, problems });
    const { purchase, task } = target;
    checkOpen(task.invoice, 'Purchase Invoice');
    if (purchase.header.approach === 'STOCK' && task.stock.status !== 'AUTHORISED')
      refuse(assumed.stockFirst);
    const status = writtenStatus(fields);
    const date = fields.date('InvoiceDate') ?? dayOf(state.clock.now());
    const dueDate = fields.date('InvoiceDueDate') ?? dayAfter(date, termDays(purchase, state));
    const number = fields.text('InvoiceNumber') || nextNumber(target);
    const document = readDocumentLines(fields, { state, problems, purchase, kind: 'invoice' });
    problems.settle();
    state.changePurchase(purchase, () => {
      keepTask(target);
      task.invoice = { status, date, dueDate, number, ...document };
      settlePaidInvoices(purchase);
    });
    return answer(purchase, { face, combined: fields.flag('CombineAdditionalCharges') ?? false, state });
  };
}

/** DELETE /advanced-purchase/invoice?TaskID&Void. */
export function deleteInvoice(call: ApiCall, state: CompanyState): Answer {
  const { purchase, task } = taskById(guidParameter(call, 'TaskID', recorded.purchaseNotFound), state);
  if (purchase.type === 'Simple') return refuse(assumed.notForSimple);
  state.changePurchase(purchase, () => {
    task.invoice.status = flagParameter(call, 'Void') ? 'VOIDED' : 'DRAFT';
    if (task.invoice.status === 'VOIDED') task.invoice.totals = NO_TOTALS;
  });
  return answer(purchase, { face: 'advanced', combined: false, state });
}

/** `INV-00103` after the purchase, `INV-00103/2` for its second invoice. */
function nextNumber({ purchase, task }: Target): string {
  const base = purchase.orderNumber.replace('PO-', 'INV-');
  const place = purchase.tasks.includes(task) ? purchase.tasks.indexOf(task) : purchase.tasks.length;
  return place === 0 ? base : `${base}/${place + 1}`;
}

function termDays(purchase: Purchase, state: CompanyState): number {
  return Number(state.paymentTerms.byName(purchase.header.terms, state.switches)?.['Duration'] ?? 0);
}

interface Showing {
  readonly face: PurchaseFace;
  readonly combined: boolean;
  readonly state: CompanyState;
}

function answer(purchase: Purchase, showing: Showing): Answer {
  const rows = shownTasks(purchase).map((task) => invoiceRow(task, showing));
  return json(showing.face === 'advanced' ? { PurchaseID: purchase.id, Invoices: rows } : (rows[0] ?? {}));
}

function invoiceRow({ taskId, invoice }: PurchaseTask, { combined, state }: Showing): JsonObject {
  const { lines, charges } = combineCharges(invoice, { combined, state });
  return {
    TaskID: taskId,
    CombineAdditionalCharges: combined,
    InvoiceDate: invoice.date,
    InvoiceDueDate: invoice.dueDate,
    InvoiceNumber: invoice.number,
    Status: invoice.status,
    Lines: lines,
    AdditionalCharges: charges,
    TotalBeforeTax: invoice.totals.beforeTax,
    Tax: invoice.totals.tax,
    Total: invoice.totals.total,
    InvoiceTotalAmount: invoice.totals.total,
    InvoiceTotalTaxAmount: invoice.totals.tax,
  };
}
