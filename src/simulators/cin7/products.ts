import { type Answer, envelope, refuse } from './answers.ts';
import { text } from './book.ts';
import { type ApiCall, flagParameter, guidParameter, parameter } from './call.ts';
import { Fields, includesAnyCase, Problems } from './fields.ts';
import type { Json, JsonObject } from './json.ts';
import { changedSince, filterTime, listAnswer, pagingOf } from './lists.ts';
import { keepProduct, OPTIONAL_LISTS } from './product-row.ts';
import { checkInBook, checkLocation } from './references.ts';
import type { CompanyState } from './state.ts';
import { ATTRIBUTE_NUMBERS } from './supplier-model.ts';
import { recorded } from './texts.ts';

const COSTING = [
  'FIFO',
  'Special - Batch',
  'Special - Serial Number',
  'FIFO - Serial Number',
  'FIFO - Batch',
  'FEFO - Batch',
  'FEFO - Serial Number',
];

export function getProducts(call: ApiCall, state: CompanyState): Answer {
  const paging = pagingOf(call, state.switches);
  const dressed = (row: JsonObject): JsonObject => withOptionalLists(row, call, state);
  const id = parameter(call, 'id');
  if (id !== undefined) {
    const found = state.products.byId(guidParameter(call, 'ID'));
    return listAnswer('Products', found === undefined ? [] : [dressed(found)], paging);
  }
  const rows = state.products.rowsInOrder(state.switches).filter((row) => isWanted(row, call, state));
  const start = (paging.page - 1) * paging.limit;
  const page = rows.slice(start, start + paging.limit).map(dressed);
  return envelope('Products', page, { total: rows.length, page: paging.page });
}

function isWanted(row: JsonObject, call: ApiCall, state: CompanyState): boolean {
  const since = filterTime(parameter(call, 'modifiedsince') ?? '');
  if (!flagParameter(call, 'includedeprecated') && row['Status'] === 'Deprecated') return false;
  if (since !== undefined && !changedSince(Date.parse(text(row['LastModifiedOn'])), since, state.switches))
    return false;
  return ['SKU', 'Name'].every((field) => {
    const wanted = parameter(call, field)?.toLowerCase();
    if (wanted === undefined) return true;
    const held = text(row[field]).toLowerCase();
    return state.switches.productFilter === 'contains' ? held.includes(wanted) : held.startsWith(wanted);
  });
}

function withOptionalLists(row: JsonObject, call: ApiCall, state: CompanyState): JsonObject {
  const id = text(row['ID']);
  const kept: Record<string, Json[]> = {
    Suppliers: state.productSuppliers.get(id) ?? [],
    // IsDefault is shown by the attachments endpoint only.
    Attachments: (state.productAttachments.get(id) ?? []).map(
      ({ IsDefault: _default, ...row }): JsonObject => row,
    ),
  };
  const lists = OPTIONAL_LISTS.map(([name, flag]) => {
    const filled = kept[name] ?? row[name] ?? [];
    return [name, flagParameter(call, flag) ? filled : []];
  });
  return { ...row, ...Object.fromEntries(lists) };
}

export function postProduct(call: ApiCall, state: CompanyState): Answer {
  return writeProduct(call, state, undefined);
}

export function putProduct(call: ApiCall, state: CompanyState): Answer {
  const problems = new Problems();
  const id = new Fields(call.body, problems, state.switches).guid('ID', { required: true });
  problems.settle();
  const old = state.products.byId(id ?? '') ?? refuse(recorded.productNotFound, 404);
  return writeProduct(call, state, old);
}

function writeProduct(call: ApiCall, state: CompanyState, old: JsonObject | undefined): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const changes = {
    ...readIdentity(fields, { state, problems, old }),
    ...readRest(fields, { state, problems }),
  };
  problems.settle();
  const row = keepProduct(state, { ...old, ...changes });
  const suppliers = row['Suppliers'];
  if (fields.has('Suppliers') && Array.isArray(suppliers)) {
    state.productSuppliers.set(
      text(row['ID']),
      suppliers.filter((item): item is JsonObject => typeof item === 'object'),
    );
  }
  // The answer of a write has no CustomPrices and no units that were not set.
  const { CustomPrices: _prices, WeightUnits: _weight, DimensionsUnits: _dimensions, ...answer } = row;
  return envelope('Products', [answer]);
}

interface Reading {
  readonly state: CompanyState;
  readonly problems: Problems;
}

function readIdentity(
  fields: Fields,
  { state, problems, old }: Reading & { old: JsonObject | undefined },
): JsonObject {
  const required = (name: string) => ({ required: old === undefined || fields.has(name) });
  const id = text(old?.['ID']);
  const sku = fields.text('SKU', { max: 50, ...required('SKU') });
  const name = fields.text('Name', required('Name'));
  if ((name?.length ?? 0) > 256 && state.switches.maximumLengths === 'enforced')
    problems.add(recorded.nameTooLong(256));
  if (typeof sku === 'string' && state.products.hasOther(sku, id)) problems.add(recorded.skuExists);
  const nameUnique =
    state.switches.productNameUnique === 'error' || state.switches.ledgerOwner === 'quickbooks';
  if (nameUnique && typeof name === 'string' && state.productNames.hasOther(name, id)) {
    problems.add(recorded.productNameExists);
  }
  const type = old === undefined ? fields.text('Type', { required: true }) : undefined;
  if (typeof type === 'string' && !includesAnyCase(['Stock', 'Service'], type))
    problems.add(recorded.productTypeInvalid);
  const costing = fields.text('CostingMethod', required('CostingMethod'));
  if (typeof costing === 'string' && !includesAnyCase(COSTING, costing))
    problems.add(recorded.costingMethodInvalid);
  const status = fields.text('Status', required('Status'));
  if (typeof status === 'string' && !includesAnyCase(['Active', 'Setup required', 'Deprecated'], status)) {
    problems.add(recorded.statusActiveOrDeprecated);
  }
  return defined({ SKU: sku, Name: name, Type: type, CostingMethod: costing, Status: status });
}

function readRest(fields: Fields, { state, problems }: Reading): JsonObject {
  const category = fields.text('Category', { max: 256, required: fields.has('Category') });
  if (typeof category === 'string') {
    checkInBook(
      category,
      { book: state.categories, state, problems },
      { text: recorded.categoryNotFound, code: 404 },
    );
  }
  const brand = fields.text('Brand', { max: 50 });
  if (typeof brand === 'string' && brand !== '') {
    checkInBook(brand, { book: state.brands, state, problems }, { text: recorded.brandNotFound(brand) });
  }
  const unit = fields.text('UOM', { max: 50, required: fields.has('UOM') });
  if (typeof unit === 'string') {
    checkInBook(unit, { book: state.units, state, problems }, { text: recorded.unitNotFound(unit) });
  }
  const location = fields.text('DefaultLocation', { max: 50 });
  if (typeof location === 'string' && location !== '') checkLocation(location, state, problems);
  const numbers = [...NUMBERS, ...ATTRIBUTE_NUMBERS.map((number) => `PriceTier${number}`)].map((name) => [
    name,
    fields.decimal(name)?.toNumber(),
  ]);
  const texts = TEXTS.map(([name, max]) => [name, blankToNull(fields.text(name, { max }))]);
  const attributes = ATTRIBUTE_NUMBERS.map((number) => {
    const value = fields.text(`AdditionalAttribute${number}`);
    if ((value?.length ?? 0) > 256) problems.add(recorded.additionalAttributeTooLong(number));
    return [`AdditionalAttribute${number}`, blankToNull(value)];
  });
  const lists = LISTS.map((name) => [name, fields.raw(name)]);
  const flags = FLAGS.map((name) => [name, fields.flag(name)]);
  return {
    ...defined({ Category: category, Brand: brand, UOM: unit, DefaultLocation: location }),
    ...defined(Object.fromEntries([...numbers, ...texts, ...attributes, ...lists, ...flags])),
  };
}

const NUMBERS = [
  'Length',
  'Width',
  'Height',
  'Weight',
  'CartonLength',
  'CartonWidth',
  'CartonHeight',
  'CartonQuantity',
  'CartonInnerQuantity',
  'MinimumBeforeReorder',
  'ReorderQuantity',
  'QuantityToProduce',
];
const FLAGS = ['Sellable', 'BillOfMaterial', 'AutoAssembly', 'AutoDisassembly'];
const LISTS = ['Suppliers', 'ReorderLevels', 'BillOfMaterialsProducts', 'BillOfMaterialsServices'];
const TEXTS: readonly (readonly [string, number])[] = [
  ['WeightUnits', 10],
  ['DimensionsUnits', 10],
  ['Barcode', 256],
  ['ShortDescription', 500],
  ['Description', 1_000_000],
  ['InternalNote', 4000],
  ['AttributeSet', 50],
  ['DiscountRule', 128],
  ['Tags', 256],
  ['StockLocator', 256],
  ['COGSAccount', 50],
  ['RevenueAccount', 50],
  ['ExpenseAccount', 50],
  ['InventoryAccount', 50],
  ['PurchaseTaxRule', 50],
  ['SaleTaxRule', 50],
  ['PickZones', 256],
  ['DropShipMode', 50],
  ['AssemblyInstructionURL', 256],
  ['AssemblyCostEstimationMethod', 256],
  ['HSCode', 200],
  ['CountryOfOrigin', 256],
];

function blankToNull(value: string | null | undefined): string | null | undefined {
  return value === '' ? null : value;
}

function defined(row: Record<string, Json | undefined>): JsonObject {
  const entries = Object.entries(row).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
