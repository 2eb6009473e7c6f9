import {
  decimalIn,
  flagIn,
  keyIn,
  type Members,
  membersOf,
  rowsIn,
  textIn,
  Unreadable,
} from './decode-parts.ts';
import type {
  Cin7Purchase,
  Cin7PurchaseListRow,
  Cin7Supplier,
  Cin7SupplierAddress,
  Cin7SupplierContact,
} from './fields.ts';

/** Members that the connector does not look at are dropped; absent and null texts become `''`. */
export function decodeSupplier(value: unknown): Cin7Supplier {
  const row = membersOf(value, 'Supplier');
  return {
    ID: keyIn(row, 'ID', 'Supplier'),
    Name: textIn(row, 'Name'),
    Currency: textIn(row, 'Currency'),
    PaymentTerm: textIn(row, 'PaymentTerm'),
    AccountPayable: textIn(row, 'AccountPayable'),
    TaxRule: textIn(row, 'TaxRule'),
    Status: textIn(row, 'Status'),
    TaxNumber: textIn(row, 'TaxNumber'),
    Comments: textIn(row, 'Comments'),
    Addresses: rowsIn(row, 'Addresses', { decode: decodeAddress }),
    Contacts: rowsIn(row, 'Contacts', { decode: decodeContact }),
    LastModifiedOn: textIn(row, 'LastModifiedOn'),
  };
}

function decodeAddress(value: unknown): Cin7SupplierAddress {
  const row = membersOf(value, 'Address');
  return {
    ...idOf(row),
    Line1: textIn(row, 'Line1'),
    Line2: textIn(row, 'Line2'),
    City: textIn(row, 'City'),
    State: textIn(row, 'State'),
    // Spelled both ways in live answers.
    Postcode: textIn(row, 'Postcode') || textIn(row, 'PostCode'),
    Country: textIn(row, 'Country'),
    Type: textIn(row, 'Type'),
    DefaultForType: flagIn(row, 'DefaultForType'),
  };
}

function decodeContact(value: unknown): Cin7SupplierContact {
  const row = membersOf(value, 'Contact');
  return {
    ...idOf(row),
    Name: textIn(row, 'Name'),
    Phone: textIn(row, 'Phone'),
    MobilePhone: textIn(row, 'MobilePhone'),
    Fax: textIn(row, 'Fax'),
    Email: textIn(row, 'Email'),
    Website: textIn(row, 'Website'),
    Default: flagIn(row, 'Default'),
    IncludeInEmail: flagIn(row, 'IncludeInEmail'),
  };
}

/** Nested rows lack an ID in the documented GET example and have one in live answers. */
function idOf(row: Members): { readonly ID?: string } {
  const id = textIn(row, 'ID');
  return id === '' ? {} : { ID: id };
}

/** Of `/advanced-purchase` and of `/purchase`: they differ in documents that the connector does not look at. */
export function decodePurchase(value: unknown): Cin7Purchase {
  const row = membersOf(value, 'Purchase');
  return {
    ID: keyIn(row, 'ID', 'Purchase'),
    OrderNumber: textIn(row, 'OrderNumber'),
    SupplierID: textIn(row, 'SupplierID'),
    Supplier: textIn(row, 'Supplier'),
    Status: textIn(row, 'Status'),
    Note: textIn(row, 'Note'),
    Location: textIn(row, 'Location'),
    Terms: textIn(row, 'Terms'),
    TaxRule: textIn(row, 'TaxRule'),
    Approach: textIn(row, 'Approach'),
    RequiredBy: textIn(row, 'RequiredBy'),
    SupplierCurrency: textIn(row, 'SupplierCurrency'),
    CombinedReceivingStatus: textIn(row, 'CombinedReceivingStatus'),
    CombinedInvoiceStatus: textIn(row, 'CombinedInvoiceStatus'),
    LastUpdatedDate: textIn(row, 'LastUpdatedDate'),
    Order: decodeOrder(row['Order']),
  };
}

/** An order must have its `Lines`: an answer without them is not read as an order without lines (invariant 5). */
export function decodeOrder(value: unknown): Cin7Purchase['Order'] {
  const row = membersOf(value, 'Order');
  return {
    Status: textIn(row, 'Status'),
    Memo: textIn(row, 'Memo'),
    Lines: rowsIn(row, 'Lines', { decode: decodeLine, must: true }),
    AdditionalCharges: rowsIn(row, 'AdditionalCharges', { decode: decodeCharge }),
    Total: decimalIn(row, 'Total', 'Order'),
  };
}

/** The answer of `POST /purchase/order` to a given purchase. */
export function decodeOrderOf(purchaseId: string, value: unknown): Cin7Purchase['Order'] {
  const taskId = keyIn(membersOf(value, 'Order'), 'TaskID', 'Order');
  if (taskId.toLowerCase() !== purchaseId.toLowerCase())
    throw new Unreadable('the order of another purchase came back');
  return decodeOrder(value);
}

function decodeLine(value: unknown): Cin7Purchase['Order']['Lines'][number] {
  const row = membersOf(value, 'Order line');
  return {
    SKU: textIn(row, 'SKU'),
    Name: textIn(row, 'Name'),
    Quantity: decimalIn(row, 'Quantity', 'Order line'),
    Price: decimalIn(row, 'Price', 'Order line'),
    Tax: decimalIn(row, 'Tax', 'Order line'),
    TaxRule: textIn(row, 'TaxRule'),
    Comment: textIn(row, 'Comment'),
    Total: decimalIn(row, 'Total', 'Order line'),
  };
}

function decodeCharge(value: unknown): Cin7Purchase['Order']['AdditionalCharges'][number] {
  const row = membersOf(value, 'Additional charge');
  return {
    Description: textIn(row, 'Description'),
    Reference: textIn(row, 'Reference'),
    Quantity: decimalIn(row, 'Quantity', 'Additional charge'),
    Price: decimalIn(row, 'Price', 'Additional charge'),
    Tax: decimalIn(row, 'Tax', 'Additional charge'),
    TaxRule: textIn(row, 'TaxRule'),
    Total: decimalIn(row, 'Total', 'Additional charge'),
  };
}

export function decodePurchaseListRow(value: unknown): Cin7PurchaseListRow {
  const row = membersOf(value, 'PurchaseList row');
  return {
    ID: keyIn(row, 'ID', 'PurchaseList row'),
    OrderNumber: textIn(row, 'OrderNumber'),
    SupplierID: textIn(row, 'SupplierID'),
    Supplier: textIn(row, 'Supplier'),
    Status: textIn(row, 'Status'),
    OrderStatus: textIn(row, 'OrderStatus'),
    SupplierCurrency: textIn(row, 'SupplierCurrency'),
    CombinedReceivingStatus: textIn(row, 'CombinedReceivingStatus'),
    CombinedInvoiceStatus: textIn(row, 'CombinedInvoiceStatus'),
    LastUpdatedDate: textIn(row, 'LastUpdatedDate'),
  };
}
