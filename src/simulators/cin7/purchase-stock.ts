import { type Answer, json, refuse } from './answers.ts';
import { text } from './book.ts';
import { type ApiCall, flagParameter, guidParameter } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { findPurchase, type PurchaseFace } from './purchase-header.ts';
import { type Purchase, type PurchaseTask, shownTasks } from './purchase-model.ts';
import { checkOpen, keepTask, type Target, targetOf, taskById, writtenStatus } from './purchase-tasks.ts';
import type { CompanyState } from './state.ts';
import { addStockLines, readStockLines } from './stock-lines.ts';
import { assumed, recorded } from './texts.ts';

/** Stock received and put-away share their rules; they differ in the block they fill and in the list key. */
export type StockKind = 'stock' | 'putAway';
const LIST_KEY = { stock: 'StockReceiving', putAway: 'PutAway' } as const;

/** GET /purchase/stock?TaskID. */
export function getSimpleStock(call: ApiCall, state: CompanyState): Answer {
  return json(
    simpleAnswer(findPurchase(guidParameter(call, 'TaskID', recorded.purchaseNotFound), 'purchase', state)),
  );
}

/** GET /advanced-purchase/stock and put-away ?PurchaseID. */
export function getAdvancedStock(kind: StockKind) {
  return (call: ApiCall, state: CompanyState): Answer => {
    checkSetting(state);
    const id = guidParameter(call, 'PurchaseID', recorded.purchaseNotFound);
    return json(advancedAnswer(findPurchase(id, 'advanced', state), kind));
  };
}

/** POST adds lines only; with no lines and AUTHORISED it authorises what is there. PUT overwrites. */
export function writeStock(face: PurchaseFace, kind: StockKind) {
  return (call: ApiCall, state: CompanyState): Answer => {
    if (face === 'advanced') checkSetting(state);
    const problems = new Problems();
    const fields = new Fields(call.body, problems, state.switches);
    const target = targetOf(fields, { face, state, problems });
    const { purchase, task } = target;
    checkMayReceive(target, kind);
    const status = writtenStatus(fields);
    const located = face === 'purchase' || kind === 'putAway';
    const sent = readStockLines(fields, {
      state,
      problems,
      located,
      received: face === 'purchase' || status === 'AUTHORISED',
    });
    problems.settle();
    const lines = call.method === 'PUT' ? sent : addStockLines(task[kind].lines, sent);
    if (status === 'AUTHORISED' && purchase.header.approach === 'INVOICE') checkAsInvoiced(lines, task);
    const received = status === 'AUTHORISED' ? lines.map((line) => ({ ...line, Received: true })) : lines;
    state.changePurchase(purchase, () => {
      // Receiving through the new face makes a Simple purchase Advanced for good.
      if (face === 'advanced' && purchase.type === 'Simple') purchase.type = 'Advanced';
      keepTask(target);
      task[kind] = { status, lines: received };
      if (face === 'purchase') task.putAway = { status, lines: received };
      if (status === 'AUTHORISED' && kind === 'stock') purchase.movements.push(...movementsOf(lines, task));
    });
    return json(face === 'purchase' ? simpleAnswer(purchase) : advancedAnswer(purchase, kind));
  };
}

/** DELETE /advanced-purchase/stock?TaskID&Void: back to draft, or voided. */
export function deleteStock(call: ApiCall, state: CompanyState): Answer {
  const { purchase, task } = taskById(guidParameter(call, 'TaskID', recorded.purchaseNotFound), state);
  if (purchase.type === 'Simple') return refuse(assumed.notForSimple);
  state.changePurchase(purchase, () => {
    const status = flagParameter(call, 'Void') ? 'VOIDED' : 'DRAFT';
    task.stock = { ...task.stock, status };
    task.putAway = { ...task.putAway, status };
  });
  return json(advancedAnswer(purchase, 'stock'));
}

/** Receiving moves stock; its cost is known only with the invoice. */
function movementsOf(lines: readonly JsonObject[], task: PurchaseTask): JsonObject[] {
  return lines.map((line) => ({
    TaskID: task.taskId,
    ProductID: line['ProductID'] ?? null,
    Date: line['Date'] ?? null,
    COGS: 0,
  }));
}

function checkSetting(state: CompanyState): void {
  if (state.switches.putAwaySetting === 'off') refuse(assumed.putAwayOff);
}

function checkMayReceive({ purchase, task }: Target, kind: StockKind): void {
  if (purchase.type === 'Service') refuse(assumed.notForService);
  const invoiced = task.invoice.status === 'AUTHORISED' || task.invoice.status === 'PAID';
  if (purchase.header.approach === 'INVOICE' && !invoiced) refuse(recorded.invoiceFirst);
  checkOpen(task[kind], 'Stock Received');
}

/** With the invoice first, what is received must be what was invoiced, product by product. */
function checkAsInvoiced(lines: readonly JsonObject[], task: PurchaseTask): void {
  const received = quantities(lines);
  for (const [product, quantity] of quantities(task.invoice.lines)) {
    if (received.get(product) !== quantity) refuse(assumed.quantityNotAsInvoiced(product));
  }
}

function quantities(lines: readonly JsonObject[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const sku = text(line['SKU']);
    sums.set(sku, (sums.get(sku) ?? 0) + Number(line['Quantity']));
  }
  return sums;
}

function simpleAnswer(purchase: Purchase): JsonObject {
  const [task] = shownTasks(purchase);
  return {
    TaskID: purchase.id,
    Status: task?.stock.status ?? 'NOT AVAILABLE',
    Lines: task?.stock.lines ?? [],
  };
}

function advancedAnswer(purchase: Purchase, kind: StockKind): JsonObject {
  const tasks = shownTasks(purchase).map((task) => ({
    TaskID: task.taskId,
    Status: task[kind].status,
    Lines: task[kind].lines.map(({ CardID: _card, ...line }): JsonObject => line),
  }));
  return { PurchaseID: purchase.id, [LIST_KEY[kind]]: tasks };
}
