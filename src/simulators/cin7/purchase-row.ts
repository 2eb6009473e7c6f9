import { wireNumber } from './decimals.ts';
import type { JsonObject } from './json.ts';
import type { Purchase } from './purchase-model.ts';
import {
  combinedInvoiceStatus,
  invoicedAmount,
  paidAmount,
  paymentStatus,
  purchaseStatus,
  receivingStatus,
} from './purchase-status.ts';
import type { Cin7Switches } from './switches.ts';
import { stampOf } from './times.ts';

interface RowSurroundings {
  readonly company: { readonly me: { readonly Currency: string } };
  readonly switches: Cin7Switches;
}

/** The row of purchaseList, kept until the purchase changes. */
export function purchaseRow(purchase: Purchase, state: RowSurroundings): JsonObject {
  purchase.row ??= renderRow(purchase, state);
  return purchase.row;
}

function renderRow(purchase: Purchase, { company, switches }: RowSurroundings): JsonObject {
  const { header } = purchase;
  const task = purchase.tasks[0];
  const note = purchase.creditNotes[0];
  return {
    ID: purchase.id,
    BlindReceipt: header.blindReceipt,
    OrderNumber: purchase.orderNumber,
    Status: purchaseStatus(purchase, switches),
    OrderDate: purchase.orderDate,
    InvoiceDate: task?.invoice.date ?? null,
    Supplier: header.supplierName,
    SupplierID: header.supplierId,
    InvoiceNumber: task?.invoice.number ?? '',
    InvoiceAmount: wireNumber(invoicedAmount(purchase)),
    PaidAmount: wireNumber(paidAmount(purchase)),
    InvoiceDueDate: task?.invoice.dueDate ?? null,
    RequiredBy: header.requiredBy,
    BaseCurrency: company.me.Currency,
    SupplierCurrency: header.supplierCurrency,
    CreditNoteNumber: note?.number ?? '',
    OrderStatus: purchase.order.status,
    StockReceivedStatus: task?.stock.status ?? blankStatus(purchase),
    UnstockStatus: note === undefined || note.unstock.length === 0 ? blankStatus(purchase) : note.status,
    InvoiceStatus: task?.invoice.status ?? blankStatus(purchase),
    CreditNoteStatus: note?.status ?? blankStatus(purchase),
    LastUpdatedDate: stampOf(purchase.updatedAt),
    Type: `${purchase.type} Purchase`,
    CombinedInvoiceStatus: combinedInvoiceStatus(purchase),
    CombinedPaymentStatus: paymentStatus(purchase),
    CombinedReceivingStatus: receivingStatus(purchase),
    IsServiceOnly: purchase.type === 'Service',
    DropShipTaskID: null,
  };
}

function blankStatus(purchase: Purchase): string {
  return purchase.voided ? 'VOIDED' : 'NOT AVAILABLE';
}
