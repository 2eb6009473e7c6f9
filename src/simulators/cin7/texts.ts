/**
 * Error texts. `recorded` were read in live answers or in the vendor's own test constants;
 * `assumed` follow the same phrasing, because the service refuses the case but its words are not known.
 */
export const recorded = {
  badCredentials: 'Incorrect credentials!',
  rateLimit: (calls: number, seconds: number) =>
    `You have reached ${calls} calls per ${seconds} seconds API limit.`,
  methodNotAllowed: (method: string) => `The requested resource does not support http method '${method}'.`,
  missing: (name: string) => `Required attribute '${name}' not provided.`,
  empty: (name: string) => `Attribute '${name}' can't be empty.`,
  tooLong: (name: string, max: number) =>
    `Required attribute '${name}' length can't be more than ${max} characters.`,
  additionalAttributeTooLong: (number: number) =>
    `Maximum Additional Attribute ${number} field length is 256 characters`,
  idNotGuid: 'ID parameter must be of GUID type',
  accountNotFound: 'Account with specified ID not found',
  termNotActive: (name: string) =>
    `Active payment term with name ${name} was not found in Payment Terms reference book`,
  locationNotFound: (name: string) => `Location '${name}' was not found in Locations reference book`,
  brandNotFound: (name: string) => `Brand '${name}' was not found in reference book`,
  categoryNotFound: 'Category not found.',
  unitNotFound: (name: string) => `Unit of measure with name '${name}' was not found reference book.`,
  unitExists: 'This unit already exists. Unit name must be unique.',
  statusActiveOrDeprecated: 'Status value should be Active or Deprecated.',
  productTypeInvalid: "Required attribute 'Type' valid values are 'Stock' and 'Service'.",
  costingMethodInvalid: "Required attribute 'CostingMethod' not valid.",
  skuExists: "Specified attribute 'SKU' already exists.",
  productNameExists: "Product with specified 'Name' already exists.",
  productNotFound: "Product with specified 'ID' not found.",
  nameTooLong: (max: number) => `Required attribute 'Name' maximum length is ${max} characters.`,
  deprecatedEndpoint:
    'This endpoint is deprecated and does not support Advanced Purchase and Service Purchase. Please use AdvancedPurchase endpoint',
  purchaseNotFound: 'Purchase Task with specified ID not found',
  invoiceFirst: "'Invoice First' approach option set. Please authorise Invoice before StockReceived",
  lineDateMissing: "'Date' is required for 'Lines' line",
  linesInvalid: 'Lines is invalid',
  stockLineDuplicate: (product: string, location: string) =>
    `Cannot add duplicate value in stock received lines. (Product:${product}, Location:${location})`,
  booksReadOnly: 'Updating accounts is not allowed while integration with Xero or Quickbooks enabled',
  productSuppliersEmpty: 'ProductSuppliers collection cannot be empty',
  productSupplierIdEmpty: 'ProductSupplierID cannot be empty',
  oneDefaultOption: (product: string) =>
    `Only one Default value is allowed and required in options of product ${product}`,
} as const;

export const assumed = {
  unparseable: 'The request body could not be parsed.',
  /** Recorded as "... attribute 'Total' doesn't match ... Expected value is: 1436.50"; the middle is not known. */
  totalMismatch: (where: string, expected: string) =>
    `${where} attribute 'Total' doesn't match calculated value. Expected value is: ${expected}`,
  taxMismatch: (where: string, expected: string) =>
    `${where} attribute 'Tax' doesn't match calculated value. Expected value is: ${expected}`,
  invalid: (name: string) => `Attribute '${name}' is not valid.`,
  notOneOf: (name: string, values: readonly string[]) =>
    `Attribute '${name}' is not valid. Available values are ${values.join(', ')}.`,
  limitTooHigh: 'Limit must be between 1 and 1000.',
  taxRuleNotFound: (name: string) => `Tax Rule '${name}' was not found in Taxation Rules reference book`,
  attributeSetNotFound: (name: string) => `Attribute Set '${name}' was not found in reference book`,
  supplierNotFound: "Supplier with specified 'ID' not found.",
  supplierNameNotFound: (name: string) => `Supplier '${name}' not found.`,
  supplierNameExists: "Supplier with specified 'Name' already exists.",
  supplierDeprecated: (name: string) => `Supplier '${name}' is deprecated.`,
  alreadyExists: (noun: string) => `This ${noun} already exists. ${noun} name must be unique.`,
  notFound: (noun: string) => `${noun} with specified ID not found.`,
  skuNotFound: (sku: string) => `Product with SKU '${sku}' not found.`,
  quantityTooSmall: (where: string, minimum: string) => `${where} attribute 'Quantity' must be ${minimum}.`,
  priceNegative: (where: string) => `${where} attribute 'Price' can't be negative.`,
  duplicateSku: (sku: string) => `Lines contain duplicate product '${sku}'.`,
  discountRange: (where: string) => `${where} attribute 'Discount' must be between 0 and 100.`,
  serviceNotFound: (name: string) => `Service product with name '${name}' not found.`,
  chargesOnly: 'Order Lines cannot be empty.',
  orderEmpty: 'Order without lines cannot be authorised.',
  orderFrozen: {
    status: (status: string) => `Purchase Order cannot be modified. Order status is ${status}.`,
    plain: () => 'Order must be in DRAFT or NOT AVAILABLE status.',
  },
  headerFrozen: 'Purchase cannot be modified when Order is AUTHORISED.',
  purchaseVoided: 'Purchase is VOIDED.',
  cannotVoid: 'Purchase with authorised documents cannot be voided or undone.',
  orderNotAuthorised: 'Purchase Order must be AUTHORISED.',
  documentFrozen: (noun: string, status: string) => `${noun} cannot be modified. Status is ${status}.`,
  stockFirst: "'Stock First' approach option set. Please authorise StockReceived before Invoice",
  quantityNotAsInvoiced: (product: string) =>
    `Quantity of product ${product} doesn't match invoice quantity.`,
  invoiceNotAuthorised: 'Purchase Invoice must be AUTHORISED or PAID.',
  creditNoteNotAuthorised: 'Purchase Credit Note must be AUTHORISED.',
  prepaymentFixed: 'Payment with type Prepayment cannot be modified.',
  paymentNotFound: 'Payment with specified ID not found.',
  putAwayOff: "'Use Put Away' setting is disabled.",
  notForService: 'Stock is not available for Service Purchase.',
  notForSimple: 'DELETE is not available for Simple Purchases.',
  attachmentNotFound: 'Attachment with specified ID not found.',
  webhookLimit: 'Maximum 5 webhooks of one type are allowed.',
} as const;
