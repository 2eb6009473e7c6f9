declare const brand: unique symbol;

/** JDE order key `KCOO-DCTO-DOCO-SFXO`: `'00001-OP-1234-000'`. Only all four parts are unique. */
export type JdeOrderKey = string & { readonly [brand]: 'JdeOrderKey' };

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
