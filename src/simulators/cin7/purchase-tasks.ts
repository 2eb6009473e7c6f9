import { refuse } from './answers.ts';
import type { Fields, Problems } from './fields.ts';
import { findPurchase, type PurchaseFace } from './purchase-header.ts';
import {
  type DocumentStatus,
  newTask,
  type Purchase,
  type PurchaseTask,
  shownTasks,
} from './purchase-model.ts';
import { ZERO_GUID } from './random.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

/** What a request for a document names: the purchase, and the task within it (new ones are not kept yet). */
export interface Target {
  readonly purchase: Purchase;
  readonly task: PurchaseTask;
}

/**
 * The task that a write names. On the old face it is TaskID alone, which is the purchase's own ID; on
 * the new one PurchaseID, and a TaskID that is absent or zero opens a new task with an empty draft invoice.
 */
export function targetOf(
  fields: Fields,
  from: { face: PurchaseFace; state: CompanyState; problems: Problems },
): Target {
  const { face, state, problems } = from;
  const purchaseId = fields.guid(face === 'advanced' ? 'PurchaseID' : 'TaskID', { required: true });
  problems.settle();
  const purchase = findPurchase(purchaseId ?? '', face, state);
  if (purchase.voided) return refuse(assumed.purchaseVoided);
  if (purchase.order.status !== 'AUTHORISED') return refuse(assumed.orderNotAuthorised);
  const taskId = face === 'advanced' ? fields.guid('TaskID') : purchase.id;
  if (taskId !== undefined && taskId !== ZERO_GUID) {
    const task = shownTasks(purchase).find((each) => each.taskId === taskId);
    return { purchase, task: task ?? refuse(recorded.purchaseNotFound) };
  }
  const task = newTask(state.chance.guid(), purchase.tasks.length + 1);
  task.invoice.status = 'DRAFT';
  return { purchase, task };
}

/** The task of a DELETE or a payment, found by its own identifier. */
export function taskById(taskId: string, state: CompanyState): Target {
  const purchase = state.purchaseOfTask(taskId) ?? refuse(recorded.purchaseNotFound);
  const task = shownTasks(purchase).find((each) => each.taskId === taskId);
  return { purchase, task: task ?? newTask(taskId, 0) };
}

/** Puts a task that is not among the tasks of its purchase there. Call inside `changePurchase`. */
export function keepTask({ purchase, task }: Target): void {
  if (!purchase.tasks.includes(task)) purchase.tasks.push(task);
}

/** Status of a written document: DRAFT or AUTHORISED only. */
export function writtenStatus(fields: Fields): DocumentStatus {
  const status = fields.text('Status', { required: true, oneOf: ['DRAFT', 'AUTHORISED'] });
  return status?.toUpperCase() === 'AUTHORISED' ? 'AUTHORISED' : 'DRAFT';
}

/** A document can be written while it is DRAFT or NOT AVAILABLE. */
export function checkOpen(document: { status: DocumentStatus }, noun: string): void {
  if (document.status !== 'DRAFT' && document.status !== 'NOT AVAILABLE') {
    refuse(assumed.documentFrozen(noun, document.status));
  }
}
