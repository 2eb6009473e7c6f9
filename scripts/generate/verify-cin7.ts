import type { Cin7SwitchName } from '../../src/simulators/cin7/index.ts';
import type { Advice } from './verify-jde.ts';

const NOTHING = 'None needed: every form is understood.';
const UNUSED = 'Nothing to do: the connector does not use it.';
const WORDS = 'Its words become the reason of the parked record.';

/** By switch of the Cin7 simulator. */
export const cin7Advice: Readonly<Record<Cin7SwitchName, Advice>> = {
  rateLimitForm: {
    how: 'Send 70 calls in a minute with a second key and look at the answers.',
    setting: NOTHING,
  },
  rateLimitScope: {
    how: 'While one key is refused, call with another key of the same company.',
    setting: '`cin7.callsReserved` if other programs share the allowance',
  },
  retryAfter: {
    how: 'As for the form: look at Retry-After.',
    setting: '`cin7.refusalWaitSeconds` where nothing is said',
  },
  refusedCallsCount: {
    how: 'Go on calling while refused and see whether the wait grows.',
    setting: '`cin7.callsReserved`',
  },
  unknownPath: { how: 'Open an address that does not exist.', setting: NOTHING },
  errorBody: { how: 'Look at the words of parked records.', setting: NOTHING },
  problemsPerAnswer: { how: 'Send an order with ten mistakes.', setting: NOTHING },
  bodyFieldNames: { how: UNUSED, setting: NOTHING },
  limitTooHigh: { how: 'Nothing to do: never more than 1,000 are asked for.', setting: '`cin7.pageLimit`' },
  locationListCap: {
    how: 'Only with more than 500 locations: compare the count in `fit`.',
    setting: NOTHING,
  },
  listOrder: { how: 'Nothing to do: lists that shift are read again.', setting: NOTHING },
  listLagSeconds: {
    how: 'Create a supplier and measure how soon the list shows it, at several times of the day.',
    setting: '`cin7.listLagSeconds`, well above the longest measured',
  },
  referenceNames: { how: 'Nothing to do: names are sent as Cin7 spells them.', setting: NOTHING },
  maximumLengths: {
    how: 'Send a comment of 300 characters.',
    setting: 'None: longer texts are cut or parked before they are sent.',
  },
  updatedSinceBoundary: { how: 'Nothing to do: lists are asked from earlier on.', setting: NOTHING },
  supplierNameUnique: {
    how: 'Create two suppliers of one name by hand.',
    setting: '`suppliers.duplicateName`: suffix works either way',
  },
  supplierStatusRequired: { how: 'Nothing to do: it is always sent.', setting: NOTHING },
  supplierPutNull: { how: 'Nothing to do: null is never sent.', setting: NOTHING },
  supplierNestedRowsOmitted: { how: 'Nothing to do: all rows are sent, with their IDs.', setting: NOTHING },
  supplierNestedRowWithoutId: {
    how: 'Change a phone in JDE twice and look for a second contact in Cin7.',
    setting: NOTHING,
  },
  nestedRowIdOnGet: {
    how: 'Read a supplier with contacts through the API and look for their ID.',
    setting: 'None: without IDs such changes are parked for a person.',
  },
  ledgerOwner: {
    how: 'Ask whether Xero or QuickBooks is connected.',
    setting: '`accounts.createAccounts` must then stay off',
  },
  accountPostWhenConnected: {
    how: 'Only with `accounts.createAccounts`: try one account.',
    setting: '`accounts.createAccounts`',
  },
  productFilter: { how: UNUSED, setting: NOTHING },
  productNameUnique: { how: UNUSED, setting: NOTHING },
  productSuppliersGet: { how: UNUSED, setting: NOTHING },
  purchaseTypeDefault: {
    how: 'Nothing to do: the type is always sent.',
    setting: '`purchases.purchaseType`',
  },
  newPurchaseStatus: { how: 'Nothing to do: only void is told apart.', setting: NOTHING },
  deprecatedSupplierPurchase: {
    how: 'Deprecate a test supplier and sync an order of it.',
    setting: '`suppliers.deprecatedHoldCodes`: leave empty if orders of held suppliers must arrive',
  },
  headerAfterAuthorised: {
    how: 'Authorise a test order, change its terms in JDE, sync.',
    setting: '`purchases.authorisedChange`',
  },
  billingLinesInWriteAnswer: { how: UNUSED, setting: NOTHING },
  invoiceNumberKey: { how: UNUSED, setting: NOTHING },
  simpleStockOnAdvanced: {
    how: 'Nothing to do: the combined statuses of the purchase are read.',
    setting: NOTHING,
  },
  orderFrozenText: { how: 'Nothing to do: the order is read before it is changed.', setting: NOTHING },
  orderRequiredFields: { how: 'Nothing to do: all documented fields are sent.', setting: NOTHING },
  orderQuantityMinimum: { how: 'Sync an order of half a piece.', setting: `None. ${WORDS}` },
  orderNegativePrice: {
    how: 'Sync a credit line with the setting on `send`.',
    setting: '`purchases.negativeLines`',
  },
  orderDuplicateSku: {
    how: 'Sync an order with one SKU on two lines.',
    setting: '`purchases.duplicateSku`: auto finds out by itself',
  },
  orderTotal: {
    how: 'Sync an order with tax, with `purchases.lineTax: fromRule`; a refusal names the total that is expected.',
    setting: '`purchases.lineTotal`',
  },
  orderTotalDecimals: {
    how: 'Sync a line of 150 at 0.0067; look at its total.',
    setting: '`purchases.totalDecimals`',
  },
  orderTotalTolerance: { how: 'Nothing to do: totals are exact.', setting: NOTHING },
  orderTotalRounding: {
    how: 'The same line: 1.01 or 1.00.',
    setting: '`purchases.totalDecimals: 4` leaves the rounding to Cin7',
  },
  orderTax: {
    how: 'Sync an order with a tax rule of some percent; look at the tax in Cin7.',
    setting: '`purchases.lineTax: fromRule` if Cin7 checks it',
  },
  inclusiveTotals: {
    how: 'The connector sends no TaxCalculation: look at which one a synced purchase has, and at its total.',
    setting: '`purchases.lineTotal`, `purchases.lineTax`',
  },
  orderChargeService: {
    how: 'Nothing to do: charges name a service product.',
    setting: '`crosswalk.serviceProduct`',
  },
  orderChargesOnly: { how: 'Sync an order of freight alone.', setting: '`purchases.chargesOnly: service`' },
  orderEmptyAuthorise: { how: 'Nothing to do: an order without lines is never sent.', setting: NOTHING },
  orderLineOrder: { how: 'Nothing to do: lines are compared in any order.', setting: NOTHING },
  voidAuthorised: {
    how: 'Authorise a test order, set `purchases.authorisedChange: redo`, change it in JDE, sync.',
    setting: '`purchases.authorisedChange: park` if undo is refused',
  },
  voidReceived: { how: 'Nothing to do: what was received is never undone.', setting: NOTHING },
  undoOrderLines: {
    how: 'Undo an authorised test order by hand.',
    setting: 'None: the order is written whole after an undo.',
  },
  purchaseSearch: { how: UNUSED, setting: NOTHING },
  putAwaySetting: { how: UNUSED, setting: NOTHING },
};

/** What no switch stands for. */
export const cin7Site: readonly (readonly [unknown: string, how: string, setting: string])[] = [
  [
    'Whether an order number that is sent with a new purchase is kept',
    'Nothing to do: Cin7 numbers purchases itself, the JDE number stands in the note.',
    '`marker`',
  ],
  [
    'The words of Cin7 when a date lies before the lock date of the company',
    'Set a lock date on the trial account and sync an order dated before it.',
    `None. ${WORDS}`,
  ],
  [
    'The largest body that Cin7 takes',
    'Sync the order with the most lines.',
    'None; split the order in JDE if it is refused.',
  ],
  [
    'Whether a refused key answers 401 or 403',
    'Run `connection test` with a wrong key.',
    'None needed: both stop the run by name.',
  ],
];
