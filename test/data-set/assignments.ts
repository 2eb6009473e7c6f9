import {
  COMPANIES,
  DEFAULT_TAX_AREAS,
  DEFAULT_TERMS,
  ORDER_TYPES,
  pick,
  TAX_CODES,
} from '../../src/simulators/dataset/conventions.ts';
import { type Cells, cell, ownOr } from './csv-files.ts';

/**
 * What the data do not say and the make-believe JDE environment assigns: codes by supplier, company, branch/plant, order
 * type. The lists are those of the conventions; how they are used is read from `sample-company/README.md`.
 */
export interface Codes {
  readonly terms: string;
  readonly area: string;
  readonly explanation: string;
}

export function codesOfSupplier(supplier: Cells | undefined): Codes {
  if (supplier === undefined) return { terms: '', area: '', explanation: '' };
  const number = cell(supplier, 'supplier_id');
  const areas = DEFAULT_TAX_AREAS[cell(supplier, 'currency')] ?? [];
  const area = ownOr(supplier, 'tax_area', pick(areas, number, ''));
  return {
    terms: ownOr(supplier, 'payment_terms', pick(DEFAULT_TERMS, number, '')),
    area,
    explanation: ownOr(supplier, 'tax_code', explanationOf(area) ?? ''),
  };
}

/** An order has its supplier's codes unless it names its own; the explanation code follows the area. */
export function codesOfOrder(order: Cells, supplier: Cells | undefined): Codes {
  const from = codesOfSupplier(supplier);
  const area = ownOr(order, 'tax_area', from.area);
  return {
    terms: ownOr(order, 'payment_terms', from.terms),
    area,
    explanation: ownOr(order, 'tax_code', explanationOf(area) ?? from.explanation),
  };
}

export function companyOf(order: Cells): string {
  const ofCurrency = COMPANIES.find((entry) => entry.currency === cell(order, 'currency'));
  return ownOr(order, 'company', ofCurrency?.company ?? '00001');
}

/** The company's currency: of the list, else what the first of its orders says. */
export function baseCurrencies(orders: readonly Cells[]): (company: string) => string {
  const found = new Map(COMPANIES.map((entry) => [entry.company, entry.currency]));
  for (const order of orders) {
    const company = companyOf(order);
    if (!found.has(company)) found.set(company, ownOr(order, 'base_currency', cell(order, 'currency')));
  }
  return (company) => found.get(company) ?? 'USD';
}

export function branchPlantOf(order: Cells): string {
  const company = companyOf(order);
  const known = COMPANIES.find((entry) => entry.company === company);
  const [code] =
    known === undefined
      ? [`${Number(company)}30`]
      : pick(known.branchPlants, cell(order, 'department'), ['30', ''] as const);
  return ownOr(order, 'branch_plant', code);
}

export function orderTypeOf(order: Cells): string {
  return ownOr(order, 'order_type', ORDER_TYPES[cell(order, 'order_kind')] ?? 'OP');
}

/** `00001-OP-1000446-000` */
export function orderKeyOf(order: Cells): string {
  return [companyOf(order), orderTypeOf(order), cell(order, 'order_seq'), '000'].join('-');
}

function explanationOf(area: string): string | undefined {
  return TAX_CODES.find((code) => code.area === area)?.explanation;
}
