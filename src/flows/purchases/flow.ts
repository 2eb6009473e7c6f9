import type { Cin7Product } from '../../connectors/cin7/fields.ts';
import { type Decimal, ZERO } from '../../domain/decimal.ts';
import type { Link } from '../../store/links.ts';
import { compareDocuments } from '../differences.ts';
import { textOf } from '../flow.ts';
import type { SupplierPayload } from '../suppliers/payload.ts';
import type { MapPorts, TargetFlow } from '../target-flow.ts';
import type { OrderSupplier } from './context.ts';
import { mapPurchase } from './mapping.ts';
import type { PurchasePayload } from './payload.ts';
import { purchaseTables } from './tables.ts';
import { openPurchaseWriter } from './writer.ts';

const NO_LINES: ReadonlySet<string> = new Set();

export const purchasesFlow: TargetFlow<PurchasePayload> = {
  name: 'purchases',
  tables: purchaseTables,
  kinds: ['account', 'item', 'paymentTerm', 'taxRule', 'currency', 'location', 'unit', 'serviceProduct'],
  calls: { create: 2, update: 3, void: 2 },
  async openMapper(ports) {
    const currencies = await companyCurrencies(ports);
    const products = new Map((await ports.books.get('products')).map((product) => [product.SKU, product]));
    const taxes = new Map((await ports.books.get('taxRules')).map((rule) => [rule.Name, rule.TaxPercent]));
    return {
      async mapBatch(records) {
        const suppliers = await loadSuppliers(
          [...new Set(records.map((record) => record.rows['F4301']?.[0]?.values['AN8'] ?? ''))],
          ports,
        );
        const links = await ports.loadLinks(
          'purchases',
          records.map((record) => record.key),
        );
        return records.map((record) =>
          mapPurchase(record, {
            settings: ports.settings,
            crosswalk: ports.crosswalk,
            supplier: (addressNumber) =>
              suppliers.get(addressNumber) ?? {
                state: 'waiting',
                why: 'it is no supplier in JDE, or not visible.',
              },
            companyCurrency: (company) => currencies.get(company) ?? '',
            product: (sku): Cin7Product | undefined => products.get(sku),
            taxPercent: (rule): Decimal => taxes.get(rule) ?? ZERO,
            sentLines: (key) => sentLines(links.get(key)),
          }),
        );
      },
    };
  },
  openWriter: openPurchaseWriter,
  differences: (before, after) => [
    ...compareDocuments(before.header, after.header, 'header'),
    ...compareDocuments(before.order, after.order, 'order'),
  ],
  nameKey: () => '',
};

async function companyCurrencies(ports: MapPorts): Promise<ReadonlyMap<string, string>> {
  const companies = await ports.loadReference('F0010');
  return new Map(companies.map((row) => [textOf(row, 'CO'), textOf(row, 'CRCD')]));
}

async function loadSuppliers(
  addressNumbers: readonly string[],
  ports: MapPorts,
): Promise<ReadonlyMap<string, OrderSupplier>> {
  const links = await ports.loadLinks('suppliers', addressNumbers);
  const missing = addressNumbers.filter((number) => !links.has(number));
  const reasons = await ports.loadParkedReasons('suppliers', missing);
  const suppliers = new Map<string, OrderSupplier>();
  for (const number of addressNumbers) {
    const link = links.get(number);
    const planned = ports.plannedSuppliers.get(number);
    const why = reasons.get(number);
    if (link !== undefined)
      suppliers.set(number, { state: 'here', cin7Id: link.cin7Id, currency: currencyOf(link) });
    else if (planned !== undefined) suppliers.set(number, plannedSupplier(number, planned));
    else if (why !== undefined) suppliers.set(number, { state: 'waiting', why });
  }
  return suppliers;
}

function plannedSupplier(number: string, planned: { currency: string } | { why: string }): OrderSupplier {
  if ('why' in planned) return { state: 'waiting', why: planned.why };
  return { state: 'here', cin7Id: `(new supplier ${number})`, currency: planned.currency };
}

/** The currency that the supplier was last written with. */
function currencyOf(link: Link): string {
  return (JSON.parse(link.payload) as SupplierPayload).Currency; // Written by the suppliers flow from this type.
}

/** A voided purchase is no longer an order that Cin7 has. */
function sentLines(link: Link | undefined): ReadonlySet<string> {
  if (link === undefined || link.state === 'voided') return NO_LINES;
  const payload = JSON.parse(link.payload) as PurchasePayload; // Written by this flow from this type.
  return new Set([...payload.lineNumbers, ...payload.chargeNumbers]);
}
