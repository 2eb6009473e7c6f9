import type { Dataset, OrderRow } from './columns.ts';
import { COMPANIES, DEFAULT_COMPANY, override, pick } from './conventions.ts';

/** Which company an order or an account source belongs to, and what currency the company keeps its books in. */
export interface CompanyBook {
  ofOrder(order: OrderRow): string;
  ofSource(source: string): string;
  currencyOf(company: string): string;
  nameOf(company: string): string;
  branchPlantOf(order: OrderRow): string;
  branchPlantName(branchPlant: string): string | undefined;
  readonly all: readonly string[];
}

/** Reads the companies off a data set: those that rows name, and by default one per currency. */
export function companyBook(dataset: Dataset): CompanyBook {
  const currencies = new Map(COMPANIES.map((entry) => [entry.company, entry.currency]));
  const ofSource = new Map<string, string>();
  const used = new Set<string>();
  for (const order of dataset.purchaseOrders) {
    const company = companyOfOrder(order);
    used.add(company);
    if (!ofSource.has(order.source)) ofSource.set(order.source, company);
    if (!currencies.has(company)) currencies.set(company, override(order.base_currency, order.currency));
  }
  for (const account of dataset.accounts) {
    used.add(override(account.company, ofSource.get(account.source) ?? DEFAULT_COMPANY));
  }
  const branchPlantNames = new Map(COMPANIES.flatMap((entry) => [...entry.branchPlants]));
  return {
    ofOrder: companyOfOrder,
    ofSource: (source) => ofSource.get(source) ?? DEFAULT_COMPANY,
    currencyOf: (company) => currencies.get(company) ?? 'USD',
    nameOf: (company) => COMPANIES.find((entry) => entry.company === company)?.name ?? `Company ${company}`,
    branchPlantOf: (order) => override(order.branch_plant, defaultBranchPlant(order)),
    branchPlantName: (branchPlant) => branchPlantNames.get(branchPlant),
    all: [...used].sort(),
  };
}

function companyOfOrder(order: OrderRow): string {
  const implied = COMPANIES.find((entry) => entry.currency === order.currency)?.company ?? DEFAULT_COMPANY;
  return override(order.company, implied);
}

function defaultBranchPlant(order: OrderRow): string {
  const company = companyOfOrder(order);
  const entry = COMPANIES.find((candidate) => candidate.company === company);
  if (entry === undefined) return `${Number(company)}30`;
  return pick(entry.branchPlants, order.department, ['30', ''] as const)[0];
}
