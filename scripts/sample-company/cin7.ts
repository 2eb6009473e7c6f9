import type {
  Cin7AccountSeed,
  Cin7Company,
  Cin7ProductSeed,
  Cin7SupplierSeed,
} from '../../src/simulators/cin7/company.ts';
import {
  type CrosswalkRow,
  type Dataset,
  toCin7Company,
  toCrosswalk,
} from '../../src/simulators/dataset/index.ts';
import { ARCHIVED_OBJECT, HAND_MAPPED, OMITTED_OBJECT } from './chart.ts';
import { BRANCHES } from './regions.ts';
import { DEPRECATED_TWIN } from './suppliers.ts';

/** Items that people gave another number in Cin7. */
const OTHER_SKUS: Readonly<Record<string, string>> = {
  'SCMS-400004': 'LAM-150-60',
  'SCMS-400005': 'STA-030-60',
  'SCMS-400006': 'NEV-200-60',
};

/** A box of tests is KT in JDE and Kit in Cin7. */
export const KIT_UNIT = 'KT';
const KIT_UNIT_NAME = 'Kit';

/** Left unmatched on purpose; no line uses them but for 8150. */
const ABSENT_OBJECTS: readonly string[] = [OMITTED_OBJECT, HAND_MAPPED.object, '5120', '1412'];

/** Names as people typed them, by the JDE supplier that each is the same as: to be linked, not created. */
export const TYPED_TWINS: Readonly<Record<string, string>> = {
  '90000025': 'Hetero Labs Limited',
  '90000027': 'strides arcolab limited',
  [DEPRECATED_TWIN]: 'Example Print Works Ltd',
};

const TYPED_BY_HAND: readonly (Partial<Cin7SupplierSeed> & { readonly Name: string })[] = [
  ...Object.entries(TYPED_TWINS).map(([id, Name]) => ({
    Name,
    ...(id === DEPRECATED_TWIN ? { Status: 'Deprecated' as const } : {}),
  })),
  {
    Name: 'Orgenics, Ltd International',
    Comments: 'Another company: only the beginning of the name is the same.',
  },
  { Name: 'Office Coffee Sample Supplies', Comments: 'Not in JDE.' },
];

/** No line is coded to the target of the hand-mapped account itself, so `toCin7Company` makes no product for it. */
const CUSTOMS_SERVICE: Cin7ProductSeed = {
  SKU: `SVC-${HAND_MAPPED.target}`,
  Name: `Customs Clearance (${HAND_MAPPED.target})`,
  Type: 'Service',
  UOM: 'EA',
  Category: 'Services',
  ExpenseAccount: HAND_MAPPED.target,
};

/** The Cin7 side: what `toCin7Company` makes of the data, less what the cases take away, plus what people typed. */
export function buildCompany(dataset: Dataset, unmappedItems: readonly string[]): Cin7Company {
  const company = toCin7Company(dataset, {
    name: 'Sample Trading Company',
    omitObjects: ABSENT_OBJECTS,
    omitItems: unmappedItems,
    suppliers: TYPED_BY_HAND.map((own) => ({
      Currency: 'USD',
      PaymentTerm: '30 days',
      TaxRule: 'Tax Exempt',
      AccountPayable: '800',
      ...own,
    })),
  });
  return {
    ...company,
    accounts: [...company.accounts, ...unusedAccounts(dataset, company)].map((account) =>
      account.Code === ARCHIVED_OBJECT ? { ...account, Status: 'ARCHIVED' } : account,
    ),
    locations: company.locations.filter((location) => !location.Name.endsWith(`(${BRANCHES.transit.unit})`)),
    units: company.units.map(unitName),
    products: [...company.products, CUSTOMS_SERVICE].map((product) => ({
      ...product,
      SKU: OTHER_SKUS[product.SKU] ?? product.SKU,
      UOM: unitName(product.UOM),
    })),
  };
}

/** The crosswalk of a careful customer who has not met the codes of the cases yet. */
export function buildCrosswalk(dataset: Dataset): CrosswalkRow[] {
  const isAbsent = (row: CrosswalkRow) =>
    (row.kind === 'location' && row.code === BRANCHES.transit.unit) ||
    (row.kind === 'serviceProduct' && ABSENT_OBJECTS.includes(row.code));
  return [
    ...toCrosswalk(dataset).filter((row) => !isAbsent(row)),
    { kind: 'unit', code: KIT_UNIT, target: KIT_UNIT_NAME },
    ...Object.entries(OTHER_SKUS).map(([code, target]) => ({ kind: 'item' as const, code, target })),
    { kind: 'serviceProduct', code: HAND_MAPPED.target, target: CUSTOMS_SERVICE.SKU },
    { kind: 'account', code: HAND_MAPPED.aid, target: HAND_MAPPED.target },
  ];
}

/** Objects of the chart that no line uses: in Cin7 too, so that most of the chart is matched. */
function unusedAccounts(dataset: Dataset, company: Cin7Company): Cin7AccountSeed[] {
  const known = new Set([...company.accounts.map((account) => account.Code), ...ABSENT_OBJECTS]);
  const posting = dataset.accounts.filter((row) => row.level_of_detail !== '3' && !known.has(row.object));
  return [...new Map(posting.map((row) => [row.object, row.description]))].map(([Code, description]) => ({
    Code,
    Name: `${description} (${Code})`,
    ...kindOf(Code),
  }));
}

function kindOf(code: string): Pick<Cin7AccountSeed, 'Type' | 'Class'> {
  if (code.startsWith('1')) return { Type: 'CURRENT', Class: 'ASSET' };
  if (code.startsWith('4')) return { Type: 'CURRLIAB', Class: 'LIABILITY' };
  return { Type: 'EXPENSE', Class: 'EXPENSE' };
}

function unitName(unit: string): string {
  return unit === KIT_UNIT ? KIT_UNIT_NAME : unit;
}
