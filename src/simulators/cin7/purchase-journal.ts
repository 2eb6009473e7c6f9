import { type Answer, json } from './answers.ts';
import { type ApiCall, guidParameter } from './call.ts';
import { wireNumber } from './decimals.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { findPurchase, type PurchaseFace } from './purchase-header.ts';
import { type Purchase, shownTasks } from './purchase-model.ts';
import { keepTask, targetOf, writtenStatus } from './purchase-tasks.ts';
import { checkAccount } from './references.ts';
import type { CompanyState } from './state.ts';
import { recorded } from './texts.ts';

export function getJournal(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const id = guidParameter(call, face === 'advanced' ? 'PurchaseID' : 'TaskID', recorded.purchaseNotFound);
    return answer(findPurchase(id, face, state), face);
  };
}

/** POST works even when authorised. Rows of the system stay; the others are replaced. */
export function postJournal(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const problems = new Problems();
    const fields = new Fields(call.body, problems, state.switches);
    const target = targetOf(fields, { face, state, problems });
    const status = writtenStatus(fields);
    const sent = (fields.rows('Lines') ?? []).map((row) => readLine(row, state, problems));
    problems.settle();
    const { purchase, task } = target;
    state.changePurchase(purchase, () => {
      keepTask(target);
      const fixed = task.journal.lines.filter((line) => line['IsSystem'] === true);
      task.journal = { status, lines: [...fixed, ...sent] };
    });
    return answer(purchase, face);
  };
}

function readLine(row: Fields, state: CompanyState, problems: Problems): JsonObject {
  const debit = row.text('Debit', { required: true }) ?? '';
  const credit = row.text('Credit', { required: true }) ?? '';
  for (const code of [debit, credit]) if (code !== '') checkAccount(code, state, problems);
  const amount = row.decimal('Amount', { required: true });
  return {
    Reference: row.text('Reference') ?? '',
    Amount: amount === undefined ? 0 : wireNumber(amount, 2),
    Date: row.date('Date', { required: true }) ?? null,
    Debit: debit,
    Credit: credit,
    IsSystem: false,
  };
}

function answer(purchase: Purchase, face: PurchaseFace): Answer {
  const rows = shownTasks(purchase).map(
    (task): JsonObject => ({
      TaskID: task.taskId,
      Status: task.journal.status,
      Lines: task.journal.lines,
    }),
  );
  return json(face === 'advanced' ? { PurchaseID: purchase.id, ManualJournals: rows } : (rows[0] ?? {}));
}
