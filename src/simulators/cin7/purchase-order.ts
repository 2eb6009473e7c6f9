import { type Answer, json, refuse } from './answers.ts';
import { type ApiCall, flagParameter, guidParameter } from './call.ts';
import { readDocumentLines } from './document-lines.ts';
import { combineCharges } from './document-parts.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { findPurchase } from './purchase-header.ts';
import type { Purchase } from './purchase-model.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

/** GET /purchase/order: every type of purchase. */
export function getOrder(call: ApiCall, state: CompanyState): Answer {
  const purchase = findPurchase(guidParameter(call, 'TaskID', recorded.purchaseNotFound), 'advanced', state);
  return json(orderAnswer(purchase, flagParameter(call, 'CombineAdditionalCharges'), state));
}

/** POST /purchase/order overwrites the order, and works only while it is DRAFT or NOT AVAILABLE. */
export function postOrder(call: ApiCall, state: CompanyState): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const taskId = fields.guid('TaskID', { required: true });
  problems.settle();
  const purchase = findPurchase(taskId ?? '', 'advanced', state);
  if (purchase.order.status !== 'DRAFT' && purchase.order.status !== 'NOT AVAILABLE') {
    return refuse(assumed.orderFrozen[state.switches.orderFrozenText](purchase.order.status));
  }
  const status = fields.text('Status', { required: true, oneOf: ['DRAFT', 'AUTHORISED'] });
  const memo = fields.text('Memo', { max: 1024 }) ?? '';
  const document = readDocumentLines(fields, { state, problems, purchase, kind: 'order' });
  const authorised = status?.toUpperCase() === 'AUTHORISED';
  checkFilled(
    { lines: document.lines.length, charges: document.charges.length, authorised },
    { purchase, state, problems },
  );
  problems.settle();
  state.changePurchase(purchase, () => {
    purchase.order = { status: authorised ? 'AUTHORISED' : 'DRAFT', memo, ...document };
  });
  return json(orderAnswer(purchase, fields.flag('CombineAdditionalCharges') ?? false, state));
}

function checkFilled(
  sent: { lines: number; charges: number; authorised: boolean },
  from: { purchase: Purchase; state: CompanyState; problems: Problems },
): void {
  const { orderChargesOnly, orderEmptyAuthorise } = from.state.switches;
  const chargesOnly = sent.lines === 0 && sent.charges > 0 && from.purchase.type !== 'Service';
  if (chargesOnly && orderChargesOnly === 'refused') from.problems.add(assumed.chargesOnly);
  const empty = sent.lines === 0 && sent.charges === 0;
  if (empty && sent.authorised && orderEmptyAuthorise === 'refused') from.problems.add(assumed.orderEmpty);
}

function orderAnswer(purchase: Purchase, combined: boolean, state: CompanyState): JsonObject {
  const { order } = purchase;
  const { lines, charges } = combineCharges(order, { combined, state });
  return {
    TaskID: purchase.id,
    CombineAdditionalCharges: combined,
    Memo: order.memo,
    Status: order.status,
    Lines: lines,
    AdditionalCharges: charges,
    TotalBeforeTax: order.totals.beforeTax,
    Tax: order.totals.tax,
    Total: order.totals.total,
  };
}
