import type { PurchasesSettings } from '../../config/settings.ts';
import { differences } from '../../connectors/cin7/differences.ts';
import type { Cin7Purchase, OrderFields, OrderLineFields } from '../../connectors/cin7/fields.ts';
import { RefusedByCin7, type Target } from '../../connectors/connector.ts';
import {
  add,
  compare,
  type Decimal,
  decimal,
  divide,
  isNegative,
  multiply,
  parseDecimal,
  round,
  subtract,
  ZERO,
} from '../../domain/decimal.ts';
import type { Difference } from '../flow.ts';
import type { PurchasePayload } from './payload.ts';

const COMMENT_LENGTH_MAX = 256;
const HALF_CENT = decimal('0.005');

/** An order to write, and what JDE holds for its lines. */
type OrderForm = Pick<PurchasePayload, 'order' | 'lineAmounts'>;

/** Writes the orders of purchases: all lines and charges at once. */
export class OrderWriter {
  readonly #target: Target;
  readonly #settings: PurchasesSettings;
  readonly #signal: AbortSignal;
  /** Whether Cin7 was seen to take an SKU twice: documentation shows it, an integrator measured a refusal. */
  #takesSkuTwice: boolean | undefined;

  constructor(ports: { target: Target; settings: PurchasesSettings; signal: AbortSignal }) {
    this.#target = ports.target;
    this.#settings = ports.settings;
    this.#signal = ports.signal;
    this.#takesSkuTwice = ports.settings.duplicateSku === 'merge' ? false : undefined;
  }

  /** Returns the fields that Cin7 answered otherwise than they were sent. */
  async write(purchaseId: string, form: OrderForm): Promise<readonly Difference[]> {
    const { order } = form;
    const merged = mergeLines(form, this.#settings);
    if (merged === undefined || this.#settings.duplicateSku === 'separate')
      return this.#send(purchaseId, order);
    if (this.#takesSkuTwice === false) return this.#send(purchaseId, merged);
    try {
      const deviations = await this.#send(purchaseId, order);
      this.#takesSkuTwice = true;
      return deviations;
    } catch (error) {
      if (!(error instanceof RefusedByCin7) || this.#takesSkuTwice === true) throw error;
      // What Cin7 says to a second line of one SKU is not known, so the merged order is the test: were it refused too, the SKU
      // is not what was wrong, and the first refusal is the one to tell.
      return this.#sendMerged(purchaseId, merged, error);
    }
  }

  /** Whether the order in Cin7 is the one we mean: same status, same lines in some order. */
  isHeldBy(current: Cin7Purchase, form: OrderForm): boolean {
    return orderDeviations(current, form, this.#settings).length === 0;
  }

  async #sendMerged(
    purchaseId: string,
    merged: OrderFields,
    refusal: RefusedByCin7,
  ): Promise<readonly Difference[]> {
    try {
      const deviations = await this.#send(purchaseId, merged);
      this.#takesSkuTwice = false;
      return deviations;
    } catch (error) {
      throw error instanceof RefusedByCin7 ? refusal : error;
    }
  }

  async #send(purchaseId: string, order: OrderFields): Promise<readonly Difference[]> {
    return deviationsOf(order, await this.#target.writeOrder(purchaseId, order, this.#signal));
  }
}

/** How the order in Cin7 differs from the one we mean, whether its lines of one SKU were added up or not. */
export function orderDeviations(
  current: Cin7Purchase,
  form: OrderForm,
  settings: PurchasesSettings,
): readonly Difference[] {
  const separate = deviationsOf(form.order, current.Order);
  const merged = separate.length === 0 ? undefined : mergeLines(form, settings);
  if (merged === undefined) return separate;
  const added = deviationsOf(merged, current.Order);
  return added.length < separate.length ? added : separate;
}

/** Unknown values can vanish in silence in Cin7, so the answer is compared with what was sent. */
function deviationsOf(sent: OrderFields, answered: Cin7Purchase['Order']): readonly Difference[] {
  // Whether Cin7 recomputes the tax and puts the product's name on a line is not documented; the totals decide.
  const found = differences(sent, answered).filter(
    (difference) =>
      !/^(Lines|AdditionalCharges)\[\d+\]\.(Tax|Name)$/.test(difference.field) && !isRoundedTotal(difference),
  );
  return found.map(({ field, sent: from, got }) => ({ field: `Purchase.Order.${field}`, from, to: got }));
}

/** A total of more decimals than Cin7 keeps comes back rounded; how Cin7 rounds a half is not documented. */
function isRoundedTotal({ field, sent, got }: ReturnType<typeof differences>[number]): boolean {
  if (!field.endsWith('.Total')) return false;
  const [from, to] = [parseDecimal(sent), parseDecimal(got)];
  if (from === undefined || to === undefined) return false;
  const gap = subtract(from, to);
  return compare(isNegative(gap) ? subtract(ZERO, gap) : gap, HALF_CENT) <= 0;
}

/**
 * Adds up the lines of one SKU; `undefined` when no SKU stands twice, or lines of one SKU have different tax rules. The price is the
 * sum of their amounts by the sum of their quantities, rounded once, so that the amount stays.
 */
function mergeLines({ order, lineAmounts }: OrderForm, settings: PurchasesSettings): OrderFields | undefined {
  const summands = order.Lines.map((line, place) => ({
    line,
    amount: lineAmounts[place] ?? multiply(line.Price, line.Quantity),
  }));
  const bySku = Map.groupBy(summands, ({ line }) => line.SKU);
  if (bySku.size === order.Lines.length) return undefined;
  const lines: OrderLineFields[] = [];
  for (const group of bySku.values()) {
    const [first, ...rest] = group;
    if (first === undefined) continue;
    if (rest.some(({ line }) => line.TaxRule !== first.line.TaxRule)) return undefined;
    lines.push(rest.reduce((sum, next) => addLine(sum, next, settings), first).line);
  }
  return { ...order, Lines: lines };
}

interface Summand {
  readonly line: OrderLineFields;
  readonly amount: Decimal;
}

function addLine(sum: Summand, next: Summand, settings: PurchasesSettings): Summand {
  const quantity = add(sum.line.Quantity, next.line.Quantity);
  const tax = add(sum.line.Tax, next.line.Tax);
  const amount = add(sum.amount, next.amount);
  const price = divide(amount, quantity, settings.priceDecimals) ?? sum.line.Price;
  const net = round(multiply(price, quantity), settings.totalDecimals);
  const line = {
    ...sum.line,
    Quantity: quantity,
    Price: price,
    Tax: tax,
    Total: settings.lineTotal === 'withTax' ? add(net, tax) : net,
    Comment: cut(`${sum.line.Comment} + ${next.line.Comment}`),
  };
  return { line, amount };
}

const cut = (text: string): string =>
  text.length <= COMMENT_LENGTH_MAX ? text : `${text.slice(0, COMMENT_LENGTH_MAX - 1)}…`;
