import { arrivedOrders, arrivedSuppliers } from './arrived.ts';
import type { Evidence } from './expected.ts';
import { expectedOrders, type OrderContent, type OrderSurroundings } from './expected-orders.ts';
import { expectedSuppliers, type SupplierContent } from './expected-suppliers.ts';

/** What people did in Cin7, and what each record should have been at any time of the story. */
export class History {
  readonly authorised = new Set<string>();
  readonly voided = new Set<string>();
  readonly editedOrders = new Set<string>();
  /** Key -> text that people put into the comments. */
  readonly comments = new Map<string, string>();
  readonly editedSuppliers = new Set<string>();
  readonly received = new Set<string>();
  /** Every content that was right at some time. */
  readonly orders = new Map<string, OrderContent[]>();
  readonly suppliers = new Map<string, SupplierContent[]>();
  /** Lines that stood in Cin7 at some time. */
  readonly seenLines = new Map<string, Set<string>>();
  /** Orders that were cancelled in JDE at some time. */
  readonly cancelled = new Set<string>();

  /** To be called before anything changes on either side, and at the end. */
  note(evidence: Evidence): void {
    const arrived = arrivedOrders(evidence.cin7);
    for (const [key, orders] of arrived) {
      const seen = this.seenLines.get(key) ?? new Set();
      for (const order of orders) for (const number of order.lineNumbers) seen.add(number);
      this.seenLines.set(key, seen);
    }
    // A run that has begun works with what it has read, and may bring the supplier and then the order after this moment.
    for (const [key, order] of expectedOrders(evidence, { ...aroundOf(evidence), suppliersMayCome: true })) {
      if (order.kind === 'here') add(this.orders, key, order.forms);
      if (order.kind === 'cancelled') this.cancelled.add(key);
    }
    for (const [key, supplier] of expectedSuppliers(evidence)) {
      if (supplier.kind === 'here') add(this.suppliers, key, [supplier.content]);
    }
  }
}

/** What an order depends on in Cin7 as it stands now. */
export function aroundOf(evidence: Evidence): OrderSurroundings {
  const suppliers = arrivedSuppliers(evidence.cin7);
  const orders = arrivedOrders(evidence.cin7);
  return {
    supplier: (number) => {
      const [first] = suppliers.get(number) ?? [];
      return first === undefined ? undefined : { id: first.id, currency: first.fields['Currency'] ?? '' };
    },
    sentLines: (key) => (orders.get(key) ?? []).find((order) => !order.isVoided)?.lineNumbers ?? new Set(),
  };
}

function add<C>(versions: Map<string, C[]>, key: string, contents: readonly C[]): void {
  const known = versions.get(key) ?? [];
  const texts = new Set(known.map((content) => JSON.stringify(content)));
  versions.set(key, [...known, ...contents.filter((content) => !texts.has(JSON.stringify(content)))]);
}
