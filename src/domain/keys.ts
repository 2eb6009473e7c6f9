/**
 * Keys of the two systems are different types, so that they cannot be mixed. Each is text at run time.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** JDE address number (AN8) as decimal text without leading zeros: `'4343'`. */
export type JdeAddressNumber = Branded<'JdeAddressNumber'>;
/** JDE account id (AID): 8 characters, assigned once, never changed: `'00000123'`. */
export type JdeAccountId = Branded<'JdeAccountId'>;
/** JDE order key `KCOO-DCTO-DOCO-SFXO`: `'00001-OP-1234-000'`. Only all four parts are unique. */
export type JdeOrderKey = Branded<'JdeOrderKey'>;
/** Cin7 supplier `ID` (GUID). */
export type Cin7SupplierId = Branded<'Cin7SupplierId'>;
/** Cin7 purchase `ID` (GUID), which is also the `TaskID` of its order. */
export type Cin7PurchaseId = Branded<'Cin7PurchaseId'>;

export const jdeAddressNumber = (text: string): JdeAddressNumber => text as JdeAddressNumber;
export const jdeAccountId = (text: string): JdeAccountId => text as JdeAccountId;
export const cin7SupplierId = (text: string): Cin7SupplierId => text as Cin7SupplierId;
export const cin7PurchaseId = (text: string): Cin7PurchaseId => text as Cin7PurchaseId;

/** The four parts of an order's key, as JDE names them. */
export interface JdeOrderKeyParts {
  readonly company: string;
  readonly orderType: string;
  readonly orderNumber: string;
  readonly suffix: string;
}

/** `KCOO-DCTO-DOCO-SFXO`. */
export function jdeOrderKey(parts: JdeOrderKeyParts): JdeOrderKey {
  return [parts.company, parts.orderType, parts.orderNumber, parts.suffix].join('-') as JdeOrderKey;
}

/** Takes an order's key apart; `undefined` when the text is no order key. */
export function parseJdeOrderKey(text: string): JdeOrderKeyParts | undefined {
  const match = /^(?<company>[^-]*)-(?<orderType>[^-]+)-(?<orderNumber>\d+)-(?<suffix>[^-]*)$/.exec(text);
  const groups = match?.groups;
  if (groups === undefined) return undefined;
  return {
    company: groups['company'] ?? '',
    orderType: groups['orderType'] ?? '',
    orderNumber: groups['orderNumber'] ?? '',
    suffix: groups['suffix'] ?? '',
  };
}
