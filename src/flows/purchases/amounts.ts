import type { PurchasesSettings } from '../../config/settings.ts';
import {
  add,
  type Decimal,
  decimal,
  divide,
  isNegative,
  isZero,
  multiply,
  round,
  subtract,
  ZERO,
} from '../../domain/decimal.ts';
import { accept, type Decoded, reject } from '../../domain/decoded.ts';

/** Quantity, price and total of a line as Cin7 takes them. */
export interface LineAmounts {
  readonly Quantity: Decimal;
  readonly Price: Decimal;
  readonly Discount: Decimal;
  readonly Tax: Decimal;
  readonly Total: Decimal;
  /** What the total differs from the extended amount of JDE by, because a price has four decimals. */
  readonly rounding: Decimal;
}

interface LineFigures {
  /** `line 2`, for messages. */
  readonly what: string;
  readonly quantity: Decimal;
  readonly amount: Decimal;
  /** A line without an item may be a lump sum: quantity 0 and an amount. */
  readonly lumpSumAllowed: boolean;
  readonly taxPercent: Decimal;
}

const HUNDRED = decimal(100);

/**
 * Price = extended amount / ordered quantity; the total is price times quantity, as Cin7 checks it.
 * The unit cost of JDE is not used: it is per purchasing unit, the quantity per transaction unit.
 */
export function lineAmounts(figures: LineFigures, settings: PurchasesSettings): Decoded<LineAmounts> {
  const { what, amount } = figures;
  if (settings.negativeLines === 'park' && (isNegative(figures.quantity) || isNegative(amount))) {
    return reject(
      'purchases.credit_line',
      'F4311_UORG',
      `${what} is a credit: quantity ${figures.quantity}, amount ${amount}.`,
    );
  }
  const isLumpSum = figures.lumpSumAllowed && isZero(figures.quantity);
  const quantity = isLumpSum ? decimal(1) : figures.quantity;
  const price = divide(amount, quantity, settings.priceDecimals);
  if (price === undefined) {
    return reject('purchases.quantity_not_positive', 'F4311_UORG', `${what} has the quantity 0.`);
  }
  const net = round(multiply(price, quantity), settings.totalDecimals);
  const tax =
    settings.lineTax === 'zero'
      ? ZERO
      : round(divide(multiply(net, figures.taxPercent), HUNDRED, 8) ?? ZERO, settings.totalDecimals);
  return accept({
    Quantity: quantity,
    Price: price,
    Discount: ZERO,
    Tax: tax,
    Total: settings.lineTotal === 'withTax' ? add(net, tax) : net,
    rounding: subtract(amount, net),
  });
}
