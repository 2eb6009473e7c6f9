import { Big } from 'big.js';
import { refuse } from './answers.ts';
import { text } from './book.ts';
import { wireNumber } from './decimals.ts';
import type { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { checkLocation } from './references.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

interface Reading {
  readonly state: CompanyState;
  readonly problems: Problems;
  /** Whether the lines say where the goods are; receiving before put-away does not. */
  readonly located: boolean;
  readonly received: boolean;
}

/** Reads the lines of a stock document. Equal lines of one payload become one, with the sum. */
export function readStockLines(fields: Fields, reading: Reading): JsonObject[] {
  const merged = new Map<string, JsonObject>();
  const locations = new Set<string>();
  for (const row of fields.rows('Lines') ?? []) {
    const line = readStockLine(row, reading);
    locations.add(text(line['Location']));
    const same = merged.get(keyOf(line));
    const quantity = Number(line['Quantity']) + Number(same?.['Quantity'] ?? 0);
    merged.set(keyOf(line), { ...line, Quantity: quantity });
  }
  if (locations.size > 1) reading.problems.add(recorded.linesInvalid);
  return [...merged.values()];
}

/** POST adds to what is there; a line that is there already is refused. */
export function addStockLines(kept: readonly JsonObject[], added: readonly JsonObject[]): JsonObject[] {
  const keys = new Set(kept.map(keyOf));
  const twice = added.find((line) => keys.has(keyOf(line)));
  if (twice !== undefined) refuse(recorded.stockLineDuplicate(text(twice['SKU']), text(twice['Location'])));
  return [...kept, ...added];
}

function readStockLine(row: Fields, { state, problems, located, received }: Reading): JsonObject {
  if (!row.has('Date')) problems.add(recorded.lineDateMissing);
  const date = row.date('Date');
  const quantity = row.decimal('Quantity', { required: true }) ?? new Big(1);
  const id = row.guid('ProductID');
  const sku = row.text('SKU', { max: 50 }) ?? '';
  const product = id === undefined ? state.products.byName(sku, state.switches) : state.products.byId(id);
  if (product === undefined)
    problems.add(id === undefined ? assumed.skuNotFound(sku) : recorded.productNotFound, 404);
  const location = located ? readLocation(row, state, problems) : undefined;
  return {
    Date: date ?? null,
    Quantity: wireNumber(quantity),
    ProductID: product?.['ID'] ?? null,
    SKU: product?.['SKU'] ?? null,
    Name: product?.['Name'] ?? null,
    Location: location?.['Name'] ?? null,
    LocationID: location?.['ID'] ?? null,
    Received: received,
    BatchSN: row.text('BatchSN', { max: 50 }) ?? (located ? null : ''),
    SupplierSKU: row.text('SupplierSKU', { max: 50 }) ?? '',
    ExpiryDate: row.date('ExpiryDate') ?? null,
    CardID: state.chance.guid(),
  };
}

/** By identifier, or by name. */
function readLocation(row: Fields, state: CompanyState, problems: Problems): JsonObject | undefined {
  const id = row.guid('LocationID');
  const byId = id === undefined ? undefined : state.locations.byId(id);
  if (byId !== undefined) return byId;
  const name = row.text('Location', { max: 256, required: id === undefined });
  return checkLocation(name ?? id ?? '', state, problems);
}

function keyOf(line: JsonObject): string {
  return ['ProductID', 'Location', 'BatchSN', 'ExpiryDate'].map((name) => text(line[name])).join('|');
}
