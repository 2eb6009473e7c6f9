import { type Answer, json, refuse } from './answers.ts';
import { type ApiCall, flagParameter, guidParameter } from './call.ts';
import type { DocumentShape } from './document-parts.ts';
import { Fields, Problems } from './fields.ts';
import { purchaseDocument } from './purchase-document.ts';
import { readHeader } from './purchase-header-fields.ts';
import { newOrder, newTask, type Purchase } from './purchase-model.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';
import { dayOf } from './times.ts';

/** The two faces of the purchase header: /purchase (Simple only, deprecated) and /advanced-purchase. */
export type PurchaseFace = 'purchase' | 'advanced';

/** The purchase of that identifier, as seen through one face; the old face knows Simple purchases only. */
export function findPurchase(id: string, face: PurchaseFace, state: CompanyState): Purchase {
  const purchase = state.purchase(id);
  if (purchase === undefined) return refuse(recorded.purchaseNotFound);
  if (face === 'purchase' && purchase.type !== 'Simple') return refuse(recorded.deprecatedEndpoint);
  return purchase;
}

export function getPurchase(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const purchase = findPurchase(guidParameter(call, 'ID', recorded.purchaseNotFound), face, state);
    const combined = flagParameter(call, 'CombineAdditionalCharges');
    return documentAnswer(purchase, state, { face, written: false, combined });
  };
}

/** Creates a purchase from the header alone. Nested Order and Lines are never looked at. */
export function postPurchase(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const problems = new Problems();
    const fields = new Fields(call.body, problems, state.switches);
    const { header, type } = readHeader(fields, { state, problems, existing: undefined, face });
    problems.settle();
    const now = state.clock.now();
    const purchase: Purchase = {
      id: state.chance.guid(),
      orderNumber: `PO-${String(state.purchases.length + 1).padStart(5, '0')}`,
      madeBy: face,
      type,
      header,
      orderDate: dayOf(now),
      order: newOrder(),
      tasks: [],
      creditNotes: [],
      payments: [],
      attachments: [],
      movements: [],
      voided: false,
      updatedAt: now,
    };
    if (face === 'purchase' && header.approach === 'INVOICE') openDraftInvoice(purchase);
    state.addPurchase(purchase);
    return documentAnswer(purchase, state, { face, written: true, combined: false });
  };
}

/** The documented answer of POST /purchase has a draft invoice of the day when the approach is INVOICE. */
function openDraftInvoice(purchase: Purchase): void {
  const task = newTask(purchase.id, 0);
  task.invoice.status = 'DRAFT';
  task.invoice.date = purchase.orderDate;
  purchase.tasks = [task];
}

export function putPurchase(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const problems = new Problems();
    const fields = new Fields(call.body, problems, state.switches);
    const id = fields.guid('ID', { required: true });
    problems.settle();
    const purchase = findPurchase(id ?? '', face, state);
    if (purchase.voided) return refuse(assumed.purchaseVoided);
    if (purchase.order.status === 'AUTHORISED' && state.switches.headerAfterAuthorised === 'refused') {
      return refuse(assumed.headerFrozen);
    }
    const { header } = readHeader(fields, { state, problems, existing: purchase, face });
    problems.settle();
    state.changePurchase(purchase, () => {
      purchase.header = header;
    });
    return documentAnswer(purchase, state, { face, written: true, combined: false });
  };
}

/** DELETE: Void=true voids, Void=false (the default) only takes the authorisation back. */
export function deletePurchase(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const purchase = findPurchase(guidParameter(call, 'ID', recorded.purchaseNotFound), face, state);
    const toVoid = flagParameter(call, 'Void');
    if (!purchase.voided) checkMayVoid(purchase, state);
    if (toVoid) voidPurchase(purchase, state);
    else if (purchase.voided) return refuse(assumed.purchaseVoided);
    else undoPurchase(purchase, state);
    return documentAnswer(purchase, state, { face, written: true, combined: false });
  };
}

function checkMayVoid(purchase: Purchase, state: CompanyState): void {
  const { voidAuthorised, voidReceived } = state.switches;
  const started = purchase.tasks.some(
    (task) => task.stock.status === 'AUTHORISED' || ['AUTHORISED', 'PAID'].includes(task.invoice.status),
  );
  if (started && voidReceived === 'refused') refuse(assumed.cannotVoid);
  if (!started && purchase.order.status === 'AUTHORISED' && voidAuthorised === 'refused')
    refuse(assumed.cannotVoid);
}

export function voidPurchase(purchase: Purchase, state: CompanyState): void {
  state.changePurchase(purchase, () => {
    purchase.voided = true;
    purchase.order.status = 'VOIDED';
    for (const task of purchase.tasks) {
      for (const document of [task.stock, task.putAway, task.invoice, task.journal])
        document.status = 'VOIDED';
    }
    for (const note of purchase.creditNotes) note.status = 'VOIDED';
  });
}

export function undoPurchase(purchase: Purchase, state: CompanyState): void {
  state.changePurchase(purchase, () => {
    if (purchase.order.status === 'AUTHORISED') purchase.order.status = 'DRAFT';
    if (state.switches.undoOrderLines === 'removed') purchase.order = newOrder();
    purchase.tasks = [];
    purchase.creditNotes = [];
    purchase.voided = false;
  });
}

function documentAnswer(purchase: Purchase, state: CompanyState, shape: DocumentShape): Answer {
  return json(purchaseDocument(purchase, state, shape));
}
