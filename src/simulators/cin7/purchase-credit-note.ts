import { Big } from 'big.js';
import { type Answer, json, refuse } from './answers.ts';
import { type ApiCall, flagParameter, guidParameter } from './call.ts';
import { wireNumber } from './decimals.ts';
import { readDocumentLines } from './document-lines.ts';
import { combineCharges } from './document-parts.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { findPurchase, type PurchaseFace } from './purchase-header.ts';
import { type CreditNoteDocument, NO_TOTALS, type Purchase } from './purchase-model.ts';
import { checkOpen, writtenStatus } from './purchase-tasks.ts';
import { ZERO_GUID } from './random.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

export function getCreditNote(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const id = guidParameter(call, face === 'advanced' ? 'PurchaseID' : 'TaskID', recorded.purchaseNotFound);
    const combined = flagParameter(call, 'CombineAdditionalCharges');
    return answer(findPurchase(id, face, state), { face, combined, state });
  };
}

/** POST needs an invoice that is AUTHORISED or PAID, and a credit note that is DRAFT or new. */
export function postCreditNote(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const problems = new Problems();
    const fields = new Fields(call.body, problems, state.switches);
    const id = fields.guid(face === 'advanced' ? 'PurchaseID' : 'TaskID', { required: true });
    problems.settle();
    const purchase = findPurchase(id ?? '', face, state);
    const invoiced = purchase.tasks.some((task) => ['AUTHORISED', 'PAID'].includes(task.invoice.status));
    if (!invoiced) refuse(assumed.invoiceNotAuthorised);
    const note = noteOf(purchase, face === 'advanced' ? fields.guid('TaskID') : purchase.id, state);
    checkOpen(note, 'Purchase Credit Note');
    const status = writtenStatus(fields);
    const number = fields.text('CreditNoteNumber', { required: true }) ?? '';
    const date = fields.date('CreditNoteDate', { required: true }) ?? null;
    const invoiceNumber =
      fields.text('CreditNoteInvoiceNumber', { max: 50, required: face === 'advanced' }) ?? '';
    const document = readDocumentLines(fields, { state, problems, purchase, kind: 'invoice' });
    const unstock = (fields.rows('Unstock') ?? []).map((row) => readUnstock(row, purchase, problems));
    problems.settle();
    state.changePurchase(purchase, () => {
      if (!purchase.creditNotes.includes(note)) purchase.creditNotes.push(note);
      Object.assign(note, { status, number, date, invoiceNumber, unstock, ...document });
    });
    return answer(purchase, { face, combined: fields.flag('CombineAdditionalCharges') ?? false, state });
  };
}

/** DELETE /advanced-purchase/creditnote?TaskID voids. */
export function deleteCreditNote(call: ApiCall, state: CompanyState): Answer {
  const taskId = guidParameter(call, 'TaskID', recorded.purchaseNotFound);
  const purchase = state.purchaseOfTask(taskId) ?? refuse(recorded.purchaseNotFound);
  const note =
    purchase.creditNotes.find((each) => each.taskId === taskId) ?? refuse(recorded.purchaseNotFound);
  state.changePurchase(purchase, () => {
    note.status = 'VOIDED';
  });
  return answer(purchase, { face: 'advanced', combined: false, state });
}

function noteOf(purchase: Purchase, taskId: string | undefined, state: CompanyState): CreditNoteDocument {
  const isNew = taskId === undefined || taskId === ZERO_GUID;
  const existing = isNew ? undefined : purchase.creditNotes.find((note) => note.taskId === taskId);
  return (
    existing ?? {
      taskId: isNew ? state.chance.guid() : taskId,
      status: 'NOT AVAILABLE',
      number: '',
      invoiceNumber: '',
      date: null,
      lines: [],
      charges: [],
      unstock: [],
      totals: NO_TOTALS,
    }
  );
}

/** CardID names a stock line that was received; product, location and batch come from it. */
function readUnstock(row: Fields, purchase: Purchase, problems: Problems): JsonObject {
  const cardId = row.guid('CardID', { required: true });
  const quantity = row.decimal('Quantity', { required: true }) ?? new Big(1);
  if (quantity.lte(0)) problems.add(assumed.quantityTooSmall('Unstock', 'more than zero'));
  const stocked = purchase.tasks.flatMap((task) => [...task.putAway.lines, ...task.stock.lines]);
  const card = stocked.find((line) => line['CardID'] === cardId);
  if (card === undefined && cardId !== undefined) problems.add(assumed.notFound('Stock card'), 404);
  return {
    CardID: cardId ?? null,
    Date: row.date('Date') ?? card?.['Date'] ?? null,
    Quantity: wireNumber(quantity),
    ProductID: card?.['ProductID'] ?? null,
    SKU: card?.['SKU'] ?? null,
    Name: card?.['Name'] ?? null,
    Location: card?.['Location'] ?? null,
    BatchSN: card?.['BatchSN'] ?? null,
    ExpiryDate: card?.['ExpiryDate'] ?? null,
  };
}

interface Showing {
  readonly face: PurchaseFace;
  readonly combined: boolean;
  readonly state: CompanyState;
}

function answer(purchase: Purchase, showing: Showing): Answer {
  const rows = purchase.creditNotes.map((note) => noteRow(note, showing));
  if (showing.face === 'advanced') return json({ PurchaseID: purchase.id, CreditNotes: rows });
  return json(rows[0] ?? noteRow(noteOf(purchase, purchase.id, showing.state), showing));
}

function noteRow(note: CreditNoteDocument, { face, combined, state }: Showing): JsonObject {
  const { lines, charges } = combineCharges(note, { combined, state });
  return {
    TaskID: note.taskId,
    CombineAdditionalCharges: combined,
    CreditNoteNumber: note.number,
    ...(face === 'advanced' ? { CreditNoteInvoiceNumber: note.invoiceNumber } : {}),
    CreditNoteDate: note.date,
    Status: note.status,
    Lines: lines,
    AdditionalCharges: charges,
    Unstock: note.unstock,
    TotalBeforeTax: note.totals.beforeTax,
    Tax: note.totals.tax,
    Total: note.totals.total,
  };
}
