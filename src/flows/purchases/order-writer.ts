import type { Cin7Purchase, OrderFields, OrderLineFields } from '../../connectors/cin7/fields.ts';
import { differences } from '../../connectors/cin7/differences.ts';
import { RefusedByCin7, type Target } from '../../connectors/connector.ts';
import type { PurchasesSettings } from '../../config/settings.ts';
import { add, divide, multiply, round } from '../../domain/decimal.ts';
import type { Difference } from '../flow.ts';

const COMMENT_LENGTH_MAX = 256;

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
  async write(purchaseId: string, order: OrderFields): Promise<readonly Difference[]> {
    const merged = mergeLines(order, this.#settings);
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
  isHeldBy(current: Cin7Purchase, order: OrderFields): boolean {
    const merged = mergeLines(order, this.#settings);
    return [order, ...(merged === undefined ? [] : [merged])].some(
      (form) => deviationsOf(form, current.Order).length === 0,
    );
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

/** Unknown values can vanish in silence in Cin7, so the answer is compared with what was sent. */
function deviationsOf(sent: OrderFields, answered: Cin7Purchase['Order']): readonly Difference[] {
  // Whether Cin7 recomputes the tax and puts the product's name on a line is not documented; the totals decide.
  const found = differences(sent, answered).filter(
    ({ field }) => !/^(Lines|AdditionalCharges)\[\d+\]\.(Tax|Name)$/.test(field),
  );
  return found.map(({ field, sent: from, got }) => ({ field: `Purchase.Order.${field}`, from, to: got }));
}

/**
 * Adds up the lines of one SKU; `undefined` when no SKU stands twice, or lines of one SKU have different tax rules. Lines of different
 * prices get their mean, so that the amount stays.
 */
function mergeLines(order: OrderFields, settings: PurchasesSettings): OrderFields | undefined {
  const bySku = Map.groupBy(order.Lines, (line) => line.SKU);
  if (bySku.size === order.Lines.length) return undefined;
  const lines: OrderLineFields[] = [];
  for (const group of bySku.values()) {
    const [first, ...rest] = group;
    if (first === undefined) continue;
    if (rest.some((line) => line.TaxRule !== first.TaxRule)) return undefined;
    lines.push(rest.length === 0 ? first : rest.reduce((sum, line) => addLine(sum, line, settings), first));
  }
  return { ...order, Lines: lines };
}

function addLine(sum: OrderLineFields, line: OrderLineFields, settings: PurchasesSettings): OrderLineFields {
  const quantity = add(sum.Quantity, line.Quantity);
  const tax = add(sum.Tax, line.Tax);
  const amount = add(multiply(sum.Price, sum.Quantity), multiply(line.Price, line.Quantity));
  const price =
    sum.Price === line.Price ? sum.Price : (divide(amount, quantity, settings.priceDecimals) ?? sum.Price);
  const net = round(multiply(price, quantity), settings.totalDecimals);
  return {
    ...sum,
    Quantity: quantity,
    Price: price,
    Tax: tax,
    Total: settings.lineTotal === 'withTax' ? add(net, tax) : net,
    Comment: cut(`${sum.Comment} + ${line.Comment}`),
  };
}

const cut = (text: string): string =>
  text.length <= COMMENT_LENGTH_MAX ? text : `${text.slice(0, COMMENT_LENGTH_MAX - 1)}…`;
