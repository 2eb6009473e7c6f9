import type { JsonObject } from './json.ts';
import type { CompanyState } from './state.ts';
import { ATTRIBUTE_NUMBERS } from './supplier-model.ts';

/** Lines inside a purchase document carry measures and custom fields of their product as well. */
export function withProductDetails(line: JsonObject, state: CompanyState): JsonObject {
  const id = line['ProductID'];
  const product = typeof id === 'string' ? state.products.byId(id) : undefined;
  const result: JsonObject = {
    ...line,
    ProductLength: product?.['Length'] ?? 0,
    ProductWidth: product?.['Width'] ?? 0,
    ProductHeight: product?.['Height'] ?? 0,
    ProductWeight: product?.['Weight'] ?? 0,
    WeightUnits: product?.['WeightUnits'] ?? '',
    DimensionsUnits: product?.['DimensionsUnits'] ?? '',
  };
  for (const number of ATTRIBUTE_NUMBERS) {
    result[`ProductCustomField${number}`] = product?.[`AdditionalAttribute${number}`] ?? '';
  }
  return result;
}
