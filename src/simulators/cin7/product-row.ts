import type { Json, JsonObject } from './json.ts';
import type { CompanyState } from './state.ts';
import { ATTRIBUTE_NUMBERS } from './supplier-model.ts';
import { stampOf } from './times.ts';

/** Members of a product in the documented order, with the value of a product that sets none of them. */
const DEFAULTS: readonly (readonly [string, Json])[] = [
  ['ID', ''],
  ['SKU', ''],
  ['Name', ''],
  ['Category', ''],
  ['Brand', null],
  ['Type', 'Stock'],
  ['CostingMethod', 'FIFO'],
  ['DropShipMode', 'No Drop Ship'],
  ['DefaultLocation', null],
  ['Length', 0],
  ['Width', 0],
  ['Height', 0],
  ['Weight', 0],
  ['UOM', ''],
  ['WeightUnits', null],
  ['DimensionsUnits', null],
  ['Barcode', null],
  ['MinimumBeforeReorder', 0],
  ['ReorderQuantity', 0],
  ...ATTRIBUTE_NUMBERS.map((number): readonly [string, Json] => [`PriceTier${number}`, 0]),
  ['PriceTiers', {}],
  ['AverageCost', 0],
  ['ShortDescription', null],
  ['Description', null],
  ['InternalNote', ''],
  ...ATTRIBUTE_NUMBERS.map((number): readonly [string, Json] => [`AdditionalAttribute${number}`, null]),
  ['AttributeSet', null],
  ['DiscountRule', null],
  ['Tags', null],
  ['Status', 'Active'],
  ['StockLocator', null],
  ['COGSAccount', null],
  ['RevenueAccount', null],
  ['ExpenseAccount', null],
  ['InventoryAccount', null],
  ['PurchaseTaxRule', null],
  ['SaleTaxRule', null],
  ['LastModifiedOn', ''],
  ['Sellable', true],
  ['PickZones', null],
  ['BillOfMaterial', false],
  ['AutoAssembly', false],
  ['AutoDisassembly', false],
  ['QuantityToProduce', 1],
  ['AssemblyInstructionURL', null],
  ['AssemblyCostEstimationMethod', 'Average Cost'],
  ['Suppliers', []],
  ['ReorderLevels', []],
  ['BillOfMaterialsProducts', []],
  ['BillOfMaterialsServices', []],
  ['Movements', []],
  ['Attachments', []],
  ['CustomPrices', []],
  ['CartonHeight', 0],
  ['CartonWidth', 0],
  ['CartonLength', 0],
  ['CartonQuantity', 0],
  ['CartonInnerQuantity', 0],
  ['HSCode', null],
  ['CountryOfOrigin', null],
  ['CountryOfOriginCode', null],
];

/** Keeps a product under its SKU and its Name. Members not given keep the default. */
export function keepProduct(state: CompanyState, from: JsonObject): JsonObject {
  const row: JsonObject = Object.fromEntries(DEFAULTS.map(([name, value]) => [name, from[name] ?? value]));
  row['ID'] = from['ID'] ?? state.chance.guid();
  row['PriceTiers'] = Object.fromEntries(
    ATTRIBUTE_NUMBERS.map((number) => [`Tier ${number}`, row[`PriceTier${number}`] ?? 0]),
  );
  row['LastModifiedOn'] = stampOf(state.clock.now());
  state.products.put(row);
  state.productNames.put(row);
  return row;
}

/** The lists that GET fills only when asked: parameter name by member. */
export const OPTIONAL_LISTS: readonly (readonly [string, string])[] = [
  ['Suppliers', 'includesuppliers'],
  ['ReorderLevels', 'includereorderlevels'],
  ['BillOfMaterialsProducts', 'includebom'],
  ['BillOfMaterialsServices', 'includebom'],
  ['Movements', 'includemovements'],
  ['Attachments', 'includeattachments'],
  ['CustomPrices', 'includecustomprices'],
];
