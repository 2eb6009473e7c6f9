import { blank, combineCharges, type DocumentShape, paymentRows } from './document-parts.ts';
import type { JsonObject } from './json.ts';
import { withProductDetails } from './product-details.ts';
import { type CreditNoteDocument, type Purchase, type PurchaseTask, shownTasks } from './purchase-model.ts';
import { paidAmount } from './purchase-status.ts';
import type { CompanyState } from './state.ts';

/** Stock, invoice, credit note and journals as /purchase shows them: one object each. */
export function simpleBlocks(purchase: Purchase, state: CompanyState, shape: DocumentShape): JsonObject {
  const [task] = shownTasks(purchase);
  if (task === undefined) return {};
  const note = purchase.creditNotes[0];
  const numberNull = shape.written && task.invoice.number === '';
  const detailed = (lines: readonly JsonObject[]) => lines.map((line) => withProductDetails(line, state));
  const { lines, charges } = combineCharges(task.invoice, { combined: shape.combined, state });
  return {
    StockReceived: { Status: task.stock.status, Lines: detailed(task.stock.lines) },
    Invoice: {
      InvoiceDate: task.invoice.date,
      InvoiceDueDate: task.invoice.dueDate,
      [state.switches.invoiceNumberKey]: numberNull ? null : task.invoice.number,
      Status: task.invoice.status,
      Lines: detailed(lines),
      AdditionalCharges: charges,
      Payments: paymentRows(purchase.payments, 'Payment'),
      ...totals(task.invoice.totals),
      Paid: paidAmount(purchase).toNumber(),
    },
    CreditNote: {
      CreditNoteNumber: note?.number ?? '',
      CreditNoteDate: note?.date ?? null,
      Status: note?.status ?? idle(purchase),
      Lines: detailed(note?.lines ?? []),
      AdditionalCharges: note?.charges ?? [],
      Refunds: paymentRows(purchase.payments, 'Refund'),
      Unstock: {
        Status: note === undefined || note.unstock.length === 0 ? idle(purchase) : note.status,
        Lines: detailed(note?.unstock ?? []),
      },
      ...totals(note?.totals ?? { beforeTax: 0, tax: 0, total: 0 }),
    },
    ManualJournals: { Status: task.journal.status, Lines: task.journal.lines },
  };
}

/** The same as /advanced-purchase shows them: arrays with task identifiers, and put-away besides. */
export function advancedBlocks(purchase: Purchase, state: CompanyState, shape: DocumentShape): JsonObject {
  const tasks = shownTasks(purchase);
  const shell =
    purchase.type === 'Simple' &&
    purchase.tasks.length > 0 &&
    state.switches.simpleStockOnAdvanced === 'shell';
  return {
    StockReceived: tasks.map((task) => stockBlock(task, { document: task.stock, shell, state })),
    PutAway: tasks.map((task) => stockBlock(task, { document: task.putAway, shell, state })),
    Invoice: tasks.map((task) => invoiceBlock(task, { purchase, state, shape })),
    CreditNote:
      purchase.creditNotes.length > 0
        ? purchase.creditNotes.map((note) => creditNoteBlock(note, purchase, state))
        : [emptyCreditNote(purchase)],
    ManualJournals: tasks.map((task) => ({
      TaskID: task.taskId,
      InvoicingAndReceivingNumber: task.number,
      Status: task.journal.status,
      Lines: task.journal.lines,
    })),
  };
}

function stockBlock(
  task: PurchaseTask,
  from: { document: PurchaseTask['stock']; shell: boolean; state: CompanyState },
): JsonObject {
  return {
    TaskID: task.taskId,
    InvoicingAndReceivingNumber: task.number,
    Status: from.shell ? '' : from.document.status,
    Lines: from.shell ? [] : from.document.lines.map((line) => withProductDetails(line, from.state)),
  };
}

function invoiceBlock(
  task: PurchaseTask,
  from: { purchase: Purchase; state: CompanyState; shape: DocumentShape },
): JsonObject {
  const payments = paymentRows(from.purchase.payments, 'Payment', task.taskId);
  const paid = from.purchase.payments.filter((row) => row.kind === 'Payment' && row.taskId === task.taskId);
  const { lines, charges } = combineCharges(task.invoice, {
    combined: from.shape.combined,
    state: from.state,
  });
  return {
    TaskID: task.taskId,
    InvoicingAndReceivingNumber: task.number,
    InvoiceDate: task.invoice.date,
    InvoiceDueDate: task.invoice.dueDate,
    InvoiceNumber: blank(task.invoice.number, false),
    Status: task.invoice.status,
    Lines: lines.map((line) => withProductDetails(line, from.state)),
    AdditionalCharges: charges,
    Payments: payments,
    ...totals(task.invoice.totals),
    Paid: paid.reduce((sum, row) => sum + row.amount, 0),
  };
}

function creditNoteBlock(note: CreditNoteDocument, purchase: Purchase, state: CompanyState): JsonObject {
  return {
    TaskID: note.taskId,
    CreditNoteInvoiceNumber: note.invoiceNumber,
    CreditNoteNumber: note.number,
    CreditNoteDate: note.date,
    Status: note.status,
    Lines: note.lines.map((line) => withProductDetails(line, state)),
    AdditionalCharges: note.charges,
    Refunds: paymentRows(purchase.payments, 'Refund', note.taskId),
    Unstock: note.unstock.map((line) => withProductDetails(line, state)),
    ...totals(note.totals),
  };
}

function emptyCreditNote(purchase: Purchase): JsonObject {
  return {
    TaskID: purchase.id,
    CreditNoteInvoiceNumber: '',
    CreditNoteNumber: '',
    CreditNoteDate: null,
    Status: idle(purchase),
    Lines: [],
    AdditionalCharges: [],
    Refunds: [],
    Unstock: [],
    ...totals({ beforeTax: 0, tax: 0, total: 0 }),
  };
}

function idle(purchase: Purchase): string {
  return purchase.voided ? 'VOIDED' : 'NOT AVAILABLE';
}

function totals(of: { beforeTax: number; tax: number; total: number }): JsonObject {
  return { TotalBeforeTax: of.beforeTax, Tax: of.tax, Total: of.total };
}
