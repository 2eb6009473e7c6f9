import type { JsonObject } from './json.ts';
import type { Listed } from './lag.ts';

export type DocumentStatus = 'NOT AVAILABLE' | 'DRAFT' | 'AUTHORISED' | 'VOIDED' | 'PAID';

export interface Totals {
  readonly beforeTax: number;
  readonly tax: number;
  readonly total: number;
}

export const NO_TOTALS: Totals = { beforeTax: 0, tax: 0, total: 0 };

/** Lines and charges are kept in wire form. */
export interface OrderDocument {
  status: DocumentStatus;
  memo: string;
  lines: JsonObject[];
  charges: JsonObject[];
  totals: Totals;
}

/** One receiving and invoicing task. A Simple purchase has one, under the identifier of the purchase. */
export interface PurchaseTask {
  readonly taskId: string;
  readonly number: number;
  stock: { status: DocumentStatus; lines: JsonObject[] };
  putAway: { status: DocumentStatus; lines: JsonObject[] };
  invoice: InvoiceDocument;
  journal: { status: DocumentStatus; lines: JsonObject[] };
}

interface InvoiceDocument {
  status: DocumentStatus;
  date: string | null;
  dueDate: string | null;
  number: string;
  lines: JsonObject[];
  charges: JsonObject[];
  totals: Totals;
}

export interface CreditNoteDocument {
  readonly taskId: string;
  status: DocumentStatus;
  number: string;
  invoiceNumber: string;
  date: string | null;
  lines: JsonObject[];
  charges: JsonObject[];
  unstock: JsonObject[];
  totals: Totals;
}

export interface PaymentRecord {
  readonly id: string;
  readonly taskId: string;
  readonly kind: 'Prepayment' | 'Payment' | 'Refund';
  readonly depositId: string | null;
  reference: string;
  amount: number;
  datePaid: string;
  account: string;
  currencyRate: number;
  readonly dateCreated: string;
}

export interface Address {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  readonly country: string;
  readonly shipToOther: boolean;
  readonly company: string | null;
}

/** What POST and PUT of the header set. */
export interface PurchaseHeader {
  supplierId: string;
  supplierName: string;
  supplierCurrency: string;
  contact: string;
  phone: string;
  blindReceipt: boolean;
  approach: 'INVOICE' | 'STOCK';
  billing: Address | undefined;
  shipping: Address | undefined;
  taxRule: string;
  taxCalculation: 'Inclusive' | 'Exclusive';
  terms: string;
  requiredBy: string | null;
  location: string;
  note: string;
  currencyRate: number;
  attributes: string[];
}

export interface Purchase extends Listed {
  readonly id: string;
  readonly orderNumber: string;
  /** The endpoint that made it: the examples give the two different first statuses. */
  readonly madeBy: 'purchase' | 'advanced';
  type: 'Simple' | 'Advanced' | 'Service';
  header: PurchaseHeader;
  readonly orderDate: string;
  order: OrderDocument;
  /** Empty until something is received or invoiced. */
  tasks: PurchaseTask[];
  creditNotes: CreditNoteDocument[];
  payments: PaymentRecord[];
  attachments: JsonObject[];
  movements: JsonObject[];
  voided: boolean;
  updatedAt: number;
  /** Cached row of purchaseList; dropped at every change. */
  row?: JsonObject | undefined;
}

export function newOrder(): OrderDocument {
  return { status: 'NOT AVAILABLE', memo: '', lines: [], charges: [], totals: NO_TOTALS };
}

export function newTask(taskId: string, number: number): PurchaseTask {
  return {
    taskId,
    number,
    stock: { status: 'NOT AVAILABLE', lines: [] },
    putAway: { status: 'NOT AVAILABLE', lines: [] },
    invoice: {
      status: 'NOT AVAILABLE',
      date: null,
      dueDate: null,
      number: '',
      lines: [],
      charges: [],
      totals: NO_TOTALS,
    },
    journal: { status: 'NOT AVAILABLE', lines: [] },
  };
}

/** The tasks to show: before anything is received or invoiced, one empty task under the purchase's own ID. */
export function shownTasks(purchase: Purchase): PurchaseTask[] {
  return purchase.tasks.length > 0 ? purchase.tasks : [newTask(purchase.id, 0)];
}
