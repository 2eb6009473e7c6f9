import { bookSpecs, decodeCompany } from './books.ts';
import type { Meaning } from './classify.ts';
import { decodeOrder, decodePurchase, decodePurchaseListRow, decodeSupplier } from './decode.ts';
import { listPageOf, onlyRowOf } from './decode-parts.ts';
import type { ListSpec } from './lists.ts';

/** What the connector makes of a recorded answer. The file stands in `recorded/` beside this one. */
export interface RecordedAnswer {
  readonly file: string;
  /** The call that was answered so. */
  readonly call: string;
  /** `documentation`: an example of the vendor's API documentation. `live`: read from the service by an integrator. */
  readonly origin: 'documentation' | 'live';
  /** What it is read as. */
  readonly readAs: string;
  readonly read: (value: unknown) => unknown;
  /** Set when it is rejected: why. */
  readonly rejectedBecause?: string;
}

/** A recorded answer with its status: what it means. */
export interface RecordedStatus {
  readonly file: string;
  readonly meaning: Meaning['kind'];
  /** What the connector then does. */
  readonly consequence: string;
}

type Reader = Pick<RecordedAnswer, 'readAs' | 'read'>;

const listOf = <T>(readAs: string, spec: Pick<ListSpec<T>, 'key' | 'decode'>): Reader => ({
  readAs,
  read: (value) => listPageOf(value, spec.key, spec.decode),
});
const oneOf = <T>(readAs: string, spec: Pick<ListSpec<T>, 'key' | 'decode'>): Reader => ({
  readAs,
  read: (value) => onlyRowOf(value, spec.key, spec.decode),
});

const supplierList = { key: 'SupplierList', decode: decodeSupplier };
const purchase: Reader = { readAs: 'a purchase', read: decodePurchase };
const order: Reader = { readAs: 'an order', read: decodeOrder };
const company: Reader = { readAs: 'the company', read: decodeCompany };
const units = listOf('units of measure', bookSpecs.units);
const products = listOf('products', bookSpecs.products);
const accounts = listOf('accounts', bookSpecs.accounts);

function understood(
  file: string,
  reader: Reader,
  origin: RecordedAnswer['origin'] = 'documentation',
): RecordedAnswer {
  return { file, call: callOf(file), origin, ...reader };
}

/** Answers that the connector never asks for: it must not take them for what it does ask for. */
function rejected(file: string, reader: Reader, rejectedBecause: string): RecordedAnswer {
  return { ...understood(file, reader), rejectedBecause };
}

/** `purchase-order.post.response.json` is the answer of `POST /purchase/order`; the documents of purchases are nested paths. */
function callOf(file: string): string {
  const [path = '', method = ''] = file.replace(/^live\./, '').split('.');
  const nested = path.replace(
    /^(advanced-purchase|purchase|ref|me|product|ref-supplier|ref-account)-(?!suppliers)/,
    '$1/',
  );
  return `${method.toUpperCase()} /${nested.replace('ref/supplier-', 'ref/supplier/').replace('ref/account-', 'ref/account/')}`;
}

export const recordedAnswers: readonly RecordedAnswer[] = [
  understood('me.get.response.json', company),
  understood('supplier.get.response.json', listOf('suppliers', supplierList)),
  understood('supplier.post.response.json', oneOf('the supplier written', supplierList)),
  understood('advanced-purchase.get.response.json', purchase),
  understood('advanced-purchase.post.response.json', purchase),
  understood('purchase.get.response.json', purchase),
  understood('purchase.post.response.json', purchase),
  understood('live.purchase.post.response-excerpt.json', purchase, 'live'),
  understood('purchase-order.post.response.json', order),
  understood(
    'purchaseList.get.response.json',
    listOf('purchases listed', { key: 'PurchaseList', decode: decodePurchaseListRow }),
  ),
  understood('product.get.response.json', products),
  understood('product.post.response.json', products),
  understood('ref-account.get.response.json', accounts),
  understood('ref-account.post.response.json', oneOf('the account written', bookSpecs.accounts)),
  understood('ref-tax.get.response.json', listOf('tax rules', bookSpecs.taxRules)),
  understood('ref-tax.post.response.json', listOf('tax rules', bookSpecs.taxRules)),
  understood('ref-paymentterm.get.response.json', listOf('payment terms', bookSpecs.paymentTerms)),
  understood('ref-paymentterm.post.response.json', listOf('payment terms', bookSpecs.paymentTerms)),
  understood('ref-location.get.response.json', listOf('locations', bookSpecs.locations)),
  understood('ref-unit.get.response.json', units),

  rejected('me-addresses.get.response.json', company, 'the answer is no company'),
  rejected('me-addresses.post.response.json', company, 'the answer is no company'),
  rejected('me-contacts.get.response.json', company, 'the answer is no company'),
  rejected('me-contacts.post.response.json', company, 'the answer is no company'),
  rejected(
    'ref-location.post.response.json',
    listOf('locations', bookSpecs.locations),
    'LocationList has no Total',
  ),
  rejected('ref-unit.post.response.json', units, 'UnitList has no Total'),
  rejected('ref-brand.get.response.json', units, 'UnitList is no array'),
  rejected('ref-brand.post.response.json', units, 'UnitList has no Total'),
  rejected('ref-category.get.response.json', units, 'UnitList is no array'),
  rejected('ref-category.post.response.json', units, 'UnitList has no Total'),
  rejected('ref-carrier.get.response.json', units, 'UnitList is no array'),
  rejected('ref-carrier.post.response.json', units, 'UnitList is no array'),
  rejected('ref-attributeset.get.response.json', units, 'UnitList is no array'),
  rejected('ref-attributeset.post.response.json', units, 'UnitList has no Total'),
  rejected('ref-account-bank.get.response.json', accounts, 'AccountsList is no array'),
  rejected(
    'ref-supplier-deposits.get.response.json',
    listOf('suppliers', supplierList),
    'SupplierList has no Total',
  ),
  rejected('product-suppliers.get.response.json', products, 'Products has no Total'),
  rejected('product-suppliers.post.response.json', products, 'Products has no Total'),
  rejected('product-attachments.get.response.json', products, 'Products is no object'),
  rejected('purchase-stock.post.response.json', purchase, 'Purchase has no ID'),
  rejected('purchase-invoice.post.response.json', purchase, 'Purchase has no ID'),
  rejected('purchase-creditnote.post.response.json', purchase, 'Purchase has no ID'),
  rejected('purchase-manualJournal.post.response.json', purchase, 'Purchase has no ID'),
  rejected('purchase-payment.get.response.json', purchase, 'Purchase is no object'),
  rejected('purchase-payment.post.response.json', purchase, 'Order is no object'),
  rejected('purchase-attachment.get.response.json', purchase, 'Purchase has no ID'),
  rejected('purchase-attachment.post.response.json', purchase, 'Purchase has no ID'),
  rejected('advanced-purchase-stock.get.response.json', purchase, 'Purchase has no ID'),
  rejected('advanced-purchase-stock.post.response.json', purchase, 'Purchase has no ID'),
  rejected('advanced-purchase-put-away.post.response.json', purchase, 'Purchase has no ID'),
  rejected('advanced-purchase-invoice.get.response.json', purchase, 'Purchase has no ID'),
  rejected('advanced-purchase-invoice.post.response.json', purchase, 'Purchase has no ID'),
  rejected('advanced-purchase-creditnote.get.response.json', purchase, 'Purchase has no ID'),
  rejected('advanced-purchase-creditnote.post.response.json', purchase, 'Purchase has no ID'),
  rejected('advanced-purchase-payment.get.response.json', purchase, 'Purchase is no object'),
  rejected('advanced-purchase-payment.post.response.json', purchase, 'Order is no object'),
  rejected('advanced-purchase-manualJournal.post.response.json', purchase, 'Purchase has no ID'),
];

const parks = 'the record is parked with these words';

export const recordedStatuses: readonly RecordedStatus[] = [
  {
    file: 'http.auth.403-text.json',
    meaning: 'halt',
    consequence: 'the run stops: cin7.credentials_refused',
  },
  {
    file: 'http.unknown-path.200-html.json',
    meaning: 'halt',
    consequence: 'the run stops: cin7.path_unknown',
  },
  {
    file: 'http.rate-limit.429-text.json',
    meaning: 'rateRefused',
    consequence: 'all calls wait 60 s, then it is sent again',
  },
  {
    file: 'http.rate-limit.400-json.json',
    meaning: 'rateRefused',
    consequence: 'all calls wait, then it is sent again',
  },
  { file: 'http.validation.400-mixed-codes.json', meaning: 'refused', consequence: parks },
  { file: 'http.supplier.payment-term-400.json', meaning: 'refused', consequence: parks },
  { file: 'http.purchase.deprecated-endpoint-400.json', meaning: 'refused', consequence: parks },
  { file: 'http.purchase-order.total-mismatch-400.json', meaning: 'refused', consequence: parks },
  { file: 'http.purchase-order.put-405.json', meaning: 'refused', consequence: parks },
  { file: 'http.product.duplicate-sku-400.json', meaning: 'refused', consequence: parks },
  { file: 'http.product.category-404.json', meaning: 'refused', consequence: parks },
  { file: 'http.purchase-stock.invoice-first-400.json', meaning: 'refused', consequence: parks },
];
