import { Big } from 'big.js';
import { type Answer, json, refuse, success } from './answers.ts';
import { type ApiCall, guidParameter, parameter } from './call.ts';
import { roundTo, wireNumber } from './decimals.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { findPurchase, type PurchaseFace } from './purchase-header.ts';
import type { PaymentRecord, Purchase } from './purchase-model.ts';
import { checkAccount } from './references.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';
import { dayOf, longStampOf } from './times.ts';

const KINDS = { PREPAYMENT: 'Prepayment', PAYMENT: 'Payment', REFUND: 'Refund' } as const;

/** GET /purchase/payment?TaskID: a bare array. */
export function getSimplePayments(call: ApiCall, state: CompanyState): Answer {
  const purchase = findPurchase(guidParameter(call, 'TaskID', recorded.purchaseNotFound), 'purchase', state);
  return json(purchase.payments.map((payment) => paymentRow(payment, { purchase, face: 'purchase' })));
}

/** GET /advanced-purchase/payment by PurchaseID or by one of three numbers. */
export function getAdvancedPayments(call: ApiCall, state: CompanyState): Answer {
  const purchases = parameter(call, 'PurchaseID') === undefined ? byNumber(call, state) : [byId(call, state)];
  return json(
    purchases.flatMap((purchase) =>
      purchase.payments.map((payment) => paymentRow(payment, { purchase, face: 'advanced' })),
    ),
  );
}

function byId(call: ApiCall, state: CompanyState): Purchase {
  return findPurchase(guidParameter(call, 'PurchaseID'), 'advanced', state);
}

function byNumber(call: ApiCall, state: CompanyState): Purchase[] {
  const order = parameter(call, 'OrderNumber');
  const invoice = parameter(call, 'InvoiceNumber');
  const note = parameter(call, 'CreditNoteNumber');
  if (order === undefined && invoice === undefined && note === undefined)
    return refuse(recorded.purchaseNotFound);
  return state.purchases.filter(
    (purchase) =>
      (order === undefined || purchase.orderNumber === order) &&
      (invoice === undefined || purchase.tasks.some((task) => task.invoice.number === invoice)) &&
      (note === undefined || purchase.creditNotes.some((each) => each.number === note)),
  );
}

export function postPayment(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const problems = new Problems();
    const fields = new Fields(call.body, problems, state.switches);
    const taskId = fields.guid('TaskID', { required: true });
    problems.settle();
    const purchase = state.purchaseOfTask(taskId ?? '') ?? refuse(recorded.purchaseNotFound);
    findPurchase(purchase.id, face, state);
    const type = fields.text('Type', { required: true, oneOf: Object.keys(KINDS) })?.toUpperCase();
    const kind = type === 'PREPAYMENT' || type === 'REFUND' ? KINDS[type] : KINDS.PAYMENT;
    checkStage(purchase, kind);
    const values = readValues(fields, { state, problems, required: true });
    const depositId = fields.guid('DepositID') ?? null;
    const deposit = state.deposits.find((row) => row['DepositID'] === depositId);
    if (depositId !== null && deposit === undefined) problems.add(assumed.notFound('Deposit'), 404);
    problems.settle();
    const payment: PaymentRecord = {
      id: state.chance.guid(),
      taskId: taskId ?? purchase.id,
      kind,
      depositId,
      reference: values.reference ?? '',
      amount: values.amount ?? 0,
      datePaid: values.datePaid ?? dayOf(state.clock.now()),
      account: values.account ?? '',
      currencyRate: values.currencyRate ?? 1,
      dateCreated: longStampOf(state.clock.now()),
    };
    state.changePurchase(purchase, () => {
      purchase.payments.push(payment);
      if (deposit !== undefined) takeFrom(deposit, payment.amount);
      settlePaidInvoices(purchase);
    });
    return json(paymentRow(payment, { purchase, face }));
  };
}

/** PUT: a prepayment cannot be changed. */
export function putPayment(face: PurchaseFace) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const problems = new Problems();
    const fields = new Fields(call.body, problems, state.switches);
    const id = fields.guid('ID', { required: true });
    problems.settle();
    const { purchase, payment } = findPayment(id ?? '', state);
    if (payment.kind === 'Prepayment') return refuse(assumed.prepaymentFixed);
    const values = readValues(fields, { state, problems, required: false });
    problems.settle();
    state.changePurchase(purchase, () => {
      payment.reference = values.reference ?? payment.reference;
      payment.amount = values.amount ?? payment.amount;
      payment.datePaid = values.datePaid ?? payment.datePaid;
      payment.account = values.account ?? payment.account;
      payment.currencyRate = values.currencyRate ?? payment.currencyRate;
      settlePaidInvoices(purchase);
    });
    return json(paymentRow(payment, { purchase, face }));
  };
}

export function deletePayment(call: ApiCall, state: CompanyState): Answer {
  const { purchase, payment } = findPayment(guidParameter(call, 'ID'), state);
  state.changePurchase(purchase, () => {
    purchase.payments = purchase.payments.filter((each) => each !== payment);
    settlePaidInvoices(purchase);
  });
  return success();
}

/** An authorised invoice is PAID while payments and prepayments cover it. Call inside `changePurchase`. */
export function settlePaidInvoices(purchase: Purchase): void {
  const sum = (kind: PaymentRecord['kind'], taskId?: string): number =>
    purchase.payments
      .filter((payment) => payment.kind === kind && (taskId === undefined || payment.taskId === taskId))
      .reduce((total, payment) => total.plus(payment.amount), new Big(0))
      .toNumber();
  for (const { taskId, invoice } of purchase.tasks) {
    if (invoice.status !== 'AUTHORISED' && invoice.status !== 'PAID') continue;
    const paid = sum('Payment', taskId) + sum('Prepayment');
    invoice.status = invoice.totals.total > 0 && paid >= invoice.totals.total ? 'PAID' : 'AUTHORISED';
  }
}

function checkStage(purchase: Purchase, kind: PaymentRecord['kind']): void {
  const invoiced = purchase.tasks.some((task) => ['AUTHORISED', 'PAID'].includes(task.invoice.status));
  if (kind === 'Payment' && !invoiced) refuse(assumed.invoiceNotAuthorised);
  const credited = purchase.creditNotes.some((note) => note.status === 'AUTHORISED');
  if (kind === 'Refund' && !credited) refuse(assumed.creditNoteNotAuthorised);
}

function readValues(fields: Fields, from: { state: CompanyState; problems: Problems; required: boolean }) {
  const required = { required: from.required };
  const account = fields.text('Account', required) ?? undefined;
  if (account !== undefined) checkAccount(account, from.state, from.problems);
  const amount = fields.decimal('Amount', required);
  const rate = fields.decimal('CurrencyRate', required);
  return {
    account,
    amount: amount === undefined ? undefined : wireNumber(amount, 2),
    currencyRate: rate === undefined ? undefined : Number(roundTo(rate, 4).toString()),
    datePaid: fields.date('DatePaid', required) ?? undefined,
    reference: fields.text('Reference') ?? undefined,
  };
}

function takeFrom(deposit: JsonObject, amount: number): void {
  deposit['RemainingAmount'] = new Big(Number(deposit['RemainingAmount'])).minus(amount).toNumber();
}

function findPayment(id: string, state: CompanyState): { purchase: Purchase; payment: PaymentRecord } {
  for (const purchase of state.purchases) {
    const payment = purchase.payments.find((each) => each.id === id);
    if (payment !== undefined) return { purchase, payment };
  }
  return refuse(assumed.paymentNotFound, 404);
}

function paymentRow(payment: PaymentRecord, of: { purchase: Purchase; face: PurchaseFace }): JsonObject {
  return {
    ...(of.face === 'advanced' ? { PurchaseID: of.purchase.id } : {}),
    TaskID: payment.taskId,
    ID: payment.id,
    Type: payment.kind,
    Reference: payment.reference,
    Amount: payment.amount,
    DatePaid: payment.datePaid,
    Account: payment.account,
    CurrencyRate: payment.currencyRate,
    DateCreated: payment.dateCreated,
    DepositID: payment.depositId,
  };
}
