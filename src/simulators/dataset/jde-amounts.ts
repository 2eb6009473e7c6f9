import { Big } from 'big.js';
import type { JdeRow } from '../jde/rows.ts';
import type { LineRow, OrderRow } from './columns.ts';
import { CURRENCY_DECIMALS, override } from './conventions.ts';
import type { CompanyBook } from './jde-companies.ts';

/** The currency side of an order. `mode` F: the order was entered in a currency that is not the company's. */
export interface Money {
  readonly mode: 'D' | 'F';
  readonly currency: string;
  readonly baseCurrency: string;
  /** Base units per unit of the order's currency, decimal text; `0` on a domestic order. */
  readonly rate: string;
}

export interface Quantities {
  readonly ordered: Big;
  readonly received: Big;
  readonly open: Big;
}

/** Foreign if the row says so or the currency is not the company's. Without a rate one to one is taken. */
export function orderMoney(order: OrderRow, companies: CompanyBook): Money {
  const currency = order.currency;
  const baseCurrency = override(order.base_currency, companies.currencyOf(companies.ofOrder(order)));
  const isForeign = override(order.currency_mode, currency === baseCurrency ? 'D' : 'F') === 'F';
  const rate = isForeign ? override(order.exchange_rate, '1') : '0';
  return { mode: isForeign ? 'F' : 'D', currency, baseCurrency, rate };
}

/**
 * Unit costs with 4 decimals, amounts with the decimals of their currency.
 *
 * On a foreign order the plain columns of a line are in the order's currency and the domestic side is computed with
 * the rate; if the line has `foreign_...` columns, these are the foreign side and the plain ones are domestic.
 */
export function lineAmounts(line: LineRow, quantities: Quantities, money: Money): JdeRow {
  const plain = { price: line.unit_price, amount: line.extended_amount };
  const foreign = { price: line.foreign_unit_price ?? '', amount: line.foreign_extended_amount ?? '' };
  const hasForeign = foreign.price !== '' || foreign.amount !== '';
  const none = side({ price: '0', amount: '0' }, quantities, money.currency);
  if (money.mode === 'D') return rowOf(side(plain, quantities, money.baseCurrency), none);
  const foreignSide = side(hasForeign ? foreign : plain, quantities, money.currency);
  const domestic = hasForeign ? plain : converted(foreignSide, money.rate);
  return rowOf(side(domestic, quantities, money.baseCurrency), foreignSide);
}

interface Side {
  readonly price: string;
  readonly amount: string;
  readonly open: string;
  readonly received: string;
}

function side(given: { price: string; amount: string }, quantities: Quantities, currency: string): Side {
  const decimals = CURRENCY_DECIMALS[currency] ?? 2;
  const amount = given.amount === '' ? amountOf(given.price, quantities.ordered) : new Big(given.amount);
  const price = given.price === '' ? priceOf(amount, quantities.ordered) : new Big(given.price);
  const received = share(amount, quantities.received, quantities.ordered);
  const isClosed = quantities.open.eq(0);
  return {
    price: price.toFixed(4),
    amount: amount.toFixed(decimals),
    open: (isClosed ? new Big(0) : amount.minus(received)).toFixed(decimals),
    received: received.toFixed(decimals),
  };
}

function amountOf(price: string, ordered: Big): Big {
  return price === '' ? new Big(0) : ordered.times(price);
}

function priceOf(amount: Big, ordered: Big): Big {
  return ordered.eq(0) ? new Big(0) : amount.div(ordered);
}

function share(amount: Big, part: Big, whole: Big): Big {
  return whole.eq(0) ? new Big(0) : amount.times(part).div(whole);
}

function converted(foreign: Side, rate: string): { price: string; amount: string } {
  return {
    price: new Big(foreign.price).times(rate).toFixed(),
    amount: new Big(foreign.amount).times(rate).toFixed(),
  };
}

function rowOf(domestic: Side, foreign: Side): JdeRow {
  return {
    PRRC: domestic.price,
    AEXP: domestic.amount,
    AOPN: domestic.open,
    AREC: domestic.received,
    AMC3: domestic.price,
    ECST: domestic.amount,
    ACHG: '0.00',
    ARLV: '0.00',
    FRRC: foreign.price,
    FEA: foreign.amount,
    FAP: foreign.open,
    FREC: foreign.received,
    FUC: foreign.price,
    FEC: foreign.amount,
    FCHG: '0.00',
  };
}
