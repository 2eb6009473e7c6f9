import { type Answer, json, methodNotAllowed, refuse, success } from './answers.ts';
import { text } from './book.ts';
import { type ApiCall, guidParameter } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

/** GET /product-suppliers is documented; a live call got 405. */
export function getProductSuppliers(call: ApiCall, state: CompanyState): Answer {
  if (state.switches.productSuppliersGet === '405') return methodNotAllowed(recorded.methodNotAllowed('GET'));
  return json({ ProductSuppliers: state.productSuppliers.get(guidParameter(call, 'ProductID')) ?? [] });
}

export function writeProductSuppliers(call: ApiCall, state: CompanyState): Answer {
  const problems = new Problems();
  const rows = new Fields(call.body, problems, state.switches).rows('ProductSuppliers') ?? [];
  if (rows.length === 0) return refuse(recorded.productSuppliersEmpty);
  const read = rows.map((row) => readRow(row, { state, problems, update: call.method === 'PUT' }));
  problems.settle();
  for (const row of read) {
    const productId = text(row['ProductID']);
    const kept = state.productSuppliers.get(productId) ?? [];
    const others = kept.filter((old) => old['SupplierID'] !== row['SupplierID']);
    state.productSuppliers.set(productId, [...others, row]);
  }
  return success();
}

export function deleteProductSupplier(call: ApiCall, state: CompanyState): Answer {
  const productId = guidParameter(call, 'ProductID');
  const supplierId = guidParameter(call, 'SupplierID');
  const kept = state.productSuppliers.get(productId) ?? [];
  const left = kept.filter((row) => row['SupplierID'] !== supplierId);
  if (left.length === kept.length) return refuse(assumed.notFound('Product supplier'), 404);
  state.productSuppliers.set(productId, left);
  return success();
}

interface Reading {
  readonly state: CompanyState;
  readonly problems: Problems;
  readonly update: boolean;
}

function readRow(row: Fields, reading: Reading): JsonObject {
  const { state, problems, update } = reading;
  const id = row.guid('ProductSupplierID');
  if (update && id === undefined) problems.add(recorded.productSupplierIdEmpty);
  const supplierId = row.guid('SupplierID');
  const named = state.suppliersNamed(row.text('SupplierName', { max: 256 }) ?? '')[0];
  const supplier = supplierId === undefined ? named : state.supplier(supplierId);
  if (supplier === undefined) problems.add(assumed.supplierNotFound, 404);
  const productId = row.guid('ProductID');
  const sku = row.text('ProductSKU', { max: 256 }) ?? '';
  const product =
    productId === undefined ? state.products.byName(sku, state.switches) : state.products.byId(productId);
  if (product === undefined) problems.add(recorded.productNotFound, 404);
  const number = (name: string): number => row.decimal(name)?.toNumber() ?? 0;
  const options = row.rows('ProductSupplierOptions') ?? [];
  // The default set of options is the one without a location.
  const defaults = options.filter(
    (option) => (option.raw('LocationID') ?? option.raw('LocationName') ?? null) === null,
  );
  if (defaults.length !== 1) problems.add(recorded.oneDefaultOption(text(product?.['SKU'])));
  return {
    ProductSupplierID: id ?? state.chance.guid(),
    SupplierID: supplier?.id ?? null,
    SupplierName: supplier?.name ?? null,
    ProductID: product?.['ID'] ?? null,
    ProductSKU: product?.['SKU'] ?? null,
    Cost: number('Cost'),
    FixedCost: number('FixedCost'),
    SupplierInventoryCode: row.text('SupplierInventoryCode', { max: 256 }) ?? '',
    SupplierProductName: row.text('SupplierProductName', { max: 256 }) ?? '',
    SupplierProductURL: row.text('SupplierProductURL', { max: 256 }) ?? '',
    DropShip: row.flag('DropShip') ?? false,
    Currency: supplier?.currency ?? null,
    PurchaseCost: number('PurchaseCost'),
    LastSupplied: row.date('LastSupplied') ?? null,
    ProductSupplierOptions: options.map((option) => readOption(option, state)),
  };
}

function readOption(option: Fields, state: CompanyState): JsonObject {
  const whole = (name: string): number => option.decimal(name)?.toNumber() ?? 0;
  return {
    ID: option.guid('ID') ?? state.chance.guid(),
    LocationID: option.guid('LocationID') ?? null,
    LocationName: option.text('LocationName', { max: 256 }) ?? null,
    ReorderQuantity: whole('ReorderQuantity'),
    Lead: whole('Lead'),
    Safety: whole('Safety'),
    MinimumToReorder: option.decimal('MinimumToReorder')?.toNumber() ?? null,
    SupplyIntervals: (option.rows('SupplyIntervals') ?? []).map((interval) => readInterval(interval, state)),
  };
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function readInterval(interval: Fields, state: CompanyState): JsonObject {
  const method = interval.text('DeliveryMethod', { required: true, oneOf: ['Fixed', 'Interval'] }) ?? 'Fixed';
  return {
    ID: interval.guid('ID') ?? state.chance.guid(),
    DeliveryMethod: method.toLowerCase() === 'interval' ? 'Interval' : 'Fixed',
    IntervalDays: interval.decimal('IntervalDays')?.toNumber() ?? 0,
    IntervalStartDate: interval.date('IntervalStartDate') ?? null,
    ...Object.fromEntries(DAYS.map((day) => [`Is${day}`, interval.flag(`Is${day}`) ?? false])),
  };
}
