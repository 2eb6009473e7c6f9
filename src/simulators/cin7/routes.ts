import { deleteAccount, getAccounts, getBankAccounts, postAccount, putAccount } from './accounts.ts';
import type { Answer } from './answers.ts';
import {
  deleteProductAttachment,
  deletePurchaseAttachment,
  getProductAttachments,
  getPurchaseAttachments,
  postProductAttachment,
  postPurchaseAttachment,
} from './attachments.ts';
import type { ApiCall } from './call.ts';
import { getLocations, postLocation, putLocation } from './locations.ts';
import { getMe, getMeAddresses, getMeContacts, writeMeAddress, writeMeContact } from './me.ts';
import {
  BRANDS,
  CATEGORIES,
  deleteFrom,
  getNamed,
  type NamedBook,
  postNamed,
  putNamed,
  UNITS,
} from './named-books.ts';
import { getAttributeSets, getCarriers, writeAttributeSet, writeCarrier } from './other-books.ts';
import { deleteProductSupplier, getProductSuppliers, writeProductSuppliers } from './product-suppliers.ts';
import { getProducts, postProduct, putProduct } from './products.ts';
import { deleteCreditNote, getCreditNote, postCreditNote } from './purchase-credit-note.ts';
import {
  deletePurchase,
  getPurchase,
  type PurchaseFace,
  postPurchase,
  putPurchase,
} from './purchase-header.ts';
import { deleteInvoice, getInvoice, postInvoice } from './purchase-invoice.ts';
import { getJournal, postJournal } from './purchase-journal.ts';
import { getCreditNoteList, getPurchaseList } from './purchase-lists.ts';
import { getOrder, postOrder } from './purchase-order.ts';
import {
  deletePayment,
  getAdvancedPayments,
  getSimplePayments,
  postPayment,
  putPayment,
} from './purchase-payment.ts';
import { deleteStock, getAdvancedStock, getSimpleStock, writeStock } from './purchase-stock.ts';
import type { CompanyState } from './state.ts';
import { getDeposits, getSuppliers, postSupplier, putSupplier } from './suppliers.ts';
import {
  getPaymentTerms,
  getTaxRules,
  postPaymentTerm,
  postTaxRule,
  putPaymentTerm,
  putTaxRule,
} from './terms-and-taxes.ts';
import { deleteWebhook, getWebhooks, writeWebhook } from './webhooks.ts';

type Handler = (call: ApiCall, state: CompanyState) => Answer;
export type Methods = Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Handler>>;

const named = (kind: NamedBook): Methods => ({
  GET: getNamed(kind),
  POST: postNamed(kind),
  PUT: putNamed(kind),
  DELETE: deleteFrom(kind.noun, kind.book),
});

const headers = (face: PurchaseFace): Methods => ({
  GET: getPurchase(face),
  POST: postPurchase(face),
  PUT: putPurchase(face),
  DELETE: deletePurchase(face),
});

/** Every path of the API that is simulated, in lower case, with its methods. A method not named answers 405. */
export const routes: ReadonlyMap<string, Methods> = new Map<string, Methods>([
  ['/supplier', { GET: getSuppliers, POST: postSupplier, PUT: putSupplier }],
  ['/ref/supplier/deposits', { GET: getDeposits }],
  ['/purchaselist', { GET: getPurchaseList }],
  ['/purchasecreditnotelist', { GET: getCreditNoteList }],
  ['/purchase', headers('purchase')],
  ['/advanced-purchase', headers('advanced')],
  ['/purchase/order', { GET: getOrder, POST: postOrder }],
  ['/purchase/stock', { GET: getSimpleStock, POST: writeStock('purchase', 'stock') }],
  ['/purchase/invoice', { GET: getInvoice('purchase'), POST: postInvoice('purchase') }],
  ['/purchase/creditnote', { GET: getCreditNote('purchase'), POST: postCreditNote('purchase') }],
  [
    '/purchase/payment',
    {
      GET: getSimplePayments,
      POST: postPayment('purchase'),
      PUT: putPayment('purchase'),
      DELETE: deletePayment,
    },
  ],
  ['/purchase/manualjournal', { GET: getJournal('purchase'), POST: postJournal('purchase') }],
  [
    '/purchase/attachment',
    { GET: getPurchaseAttachments, POST: postPurchaseAttachment, DELETE: deletePurchaseAttachment },
  ],
  [
    '/advanced-purchase/stock',
    {
      GET: getAdvancedStock('stock'),
      POST: writeStock('advanced', 'stock'),
      PUT: writeStock('advanced', 'stock'),
      DELETE: deleteStock,
    },
  ],
  [
    '/advanced-purchase/put-away',
    { GET: getAdvancedStock('putAway'), POST: writeStock('advanced', 'putAway') },
  ],
  [
    '/advanced-purchase/invoice',
    { GET: getInvoice('advanced'), POST: postInvoice('advanced'), DELETE: deleteInvoice },
  ],
  [
    '/advanced-purchase/creditnote',
    { GET: getCreditNote('advanced'), POST: postCreditNote('advanced'), DELETE: deleteCreditNote },
  ],
  [
    '/advanced-purchase/payment',
    { GET: getAdvancedPayments, POST: postPayment('advanced'), PUT: putPayment('advanced') },
  ],
  ['/advanced-purchase/manualjournal', { GET: getJournal('advanced'), POST: postJournal('advanced') }],
  [
    '/product/attachments',
    { GET: getProductAttachments, POST: postProductAttachment, DELETE: deleteProductAttachment },
  ],
  [
    '/product-suppliers',
    {
      GET: getProductSuppliers,
      POST: writeProductSuppliers,
      PUT: writeProductSuppliers,
      DELETE: deleteProductSupplier,
    },
  ],
  ['/webhooks', { GET: getWebhooks, POST: writeWebhook, PUT: writeWebhook, DELETE: deleteWebhook }],
  ['/product', { GET: getProducts, POST: postProduct, PUT: putProduct }],
  ['/ref/account', { GET: getAccounts, POST: postAccount, PUT: putAccount, DELETE: deleteAccount }],
  ['/ref/account/bank', { GET: getBankAccounts }],
  ['/ref/tax', { GET: getTaxRules, POST: postTaxRule, PUT: putTaxRule }],
  [
    '/ref/paymentterm',
    {
      GET: getPaymentTerms,
      POST: postPaymentTerm,
      PUT: putPaymentTerm,
      DELETE: deleteFrom('payment term', (state) => state.paymentTerms),
    },
  ],
  [
    '/ref/location',
    {
      GET: getLocations,
      POST: postLocation,
      PUT: putLocation,
      DELETE: deleteFrom('location', (state) => state.locations),
    },
  ],
  [
    '/ref/carrier',
    {
      GET: getCarriers,
      POST: writeCarrier,
      PUT: writeCarrier,
      DELETE: deleteFrom('carrier', (state) => state.carriers),
    },
  ],
  ['/ref/brand', named(BRANDS)],
  ['/ref/category', named(CATEGORIES)],
  ['/ref/unit', named(UNITS)],
  [
    '/ref/attributeset',
    {
      GET: getAttributeSets,
      POST: writeAttributeSet,
      PUT: writeAttributeSet,
      DELETE: deleteFrom('attribute set', (state) => state.attributeSets),
    },
  ],
  ['/me', { GET: getMe }],
  [
    '/me/addresses',
    {
      GET: getMeAddresses,
      POST: writeMeAddress,
      PUT: writeMeAddress,
      DELETE: deleteFrom('address', (state) => state.addresses),
    },
  ],
  [
    '/me/contacts',
    {
      GET: getMeContacts,
      POST: writeMeContact,
      PUT: writeMeContact,
      DELETE: deleteFrom('contact', (state) => state.contacts),
    },
  ],
]);
