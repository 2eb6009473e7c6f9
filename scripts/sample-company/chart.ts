import type { AccountRow } from '../../src/simulators/dataset/index.ts';
import { BRANCHES, type Branch } from './regions.ts';

interface Entry {
  readonly object: string;
  readonly subsidiary?: string;
  readonly description: string;
  readonly level: string;
}

/** What every branch/plant has; a title (level 3) cannot be posted to. */
const BRANCH_ENTRIES: readonly Entry[] = [
  { object: '1400', description: 'Inventories', level: '3' },
  { object: '1411', description: 'Inventory', level: '6' },
  { object: '1412', description: 'Inventory in Transit', level: '6' },
  { object: '5000', description: 'Cost of Sales', level: '3' },
  { object: '5110', description: 'Cost of Goods Sold', level: '6' },
  { object: '5120', description: 'Inventory Adjustments', level: '6' },
  { object: '6000', description: 'Landed Cost', level: '3' },
  { object: '6110', description: 'Freight In', level: '6' },
  { object: '6120', description: 'Cargo Insurance', level: '6' },
  { object: '6130', description: 'Customs Clearance', level: '6' },
  { object: '6140', description: 'Quality Testing', level: '6' },
  { object: '6140', subsidiary: 'LAB', description: 'Quality Testing - Laboratory', level: '7' },
  { object: '8000', description: 'Services', level: '3' },
  { object: '8110', description: 'Consulting', level: '6' },
  { object: '8130', description: 'Repairs', level: '6' },
  { object: '8150', description: 'Software', level: '6' },
  { object: '8160', description: 'Translation', level: '6' },
];

const CORPORATE_ENTRIES: readonly Entry[] = [
  { object: '1000', description: 'Assets', level: '3' },
  { object: '1110', description: 'Bank', level: '6' },
  { object: '1210', description: 'Trade Receivables', level: '6' },
  { object: '4000', description: 'Liabilities', level: '3' },
  { object: '4110', description: 'Trade Payables', level: '6' },
];

/** Codes that the planted cases need; see `cases.ts`. */
export const OMITTED_OBJECT = '8150';
export const ARCHIVED_OBJECT = '8160';
export const INACTIVE_ACCOUNT = { unit: BRANCHES.west.unit, object: '8130' } as const;
export const CLOSED_UNIT = { unit: '900', object: '8110' } as const;
export const HAND_MAPPED = {
  unit: BRANCHES.south.unit,
  object: '6131',
  target: '6130',
  aid: '00009001',
} as const;

/** The made-up chart: corporate units, branch/plants, a unit closed for posting and a model unit. */
export function buildChart(): AccountRow[] {
  const corporate = [
    { unit: '1', name: 'Sample Trading Company', company: '00001' },
    { unit: '70', name: 'Sample Europe Company', company: '00070' },
  ];
  const closed = { unit: CLOSED_UNIT.unit, name: 'Closed Project Office', company: '00001' };
  const model = { unit: '199', name: 'Model Depot', company: '00001' };
  const customs: Entry = { object: HAND_MAPPED.object, description: 'Customs Clearance - South', level: '6' };
  return [
    ...corporate.flatMap((unit) => CORPORATE_ENTRIES.map((entry) => accountRow(unit, entry, { type: 'BS' }))),
    ...Object.values(BRANCHES).flatMap((unit) =>
      BRANCH_ENTRIES.map((entry) => accountRow(unit, entry, { type: 'BP' })),
    ),
    accountRow(BRANCHES.south, customs, { type: 'BP', aid: HAND_MAPPED.aid }),
    accountRow(closed, { object: CLOSED_UNIT.object, description: 'Consulting', level: '6' }, { type: 'IS' }),
    ...BRANCH_ENTRIES.slice(0, 3).map((entry) => accountRow(model, entry, { type: 'BP' })),
  ].map((row) => ({
    ...row,
    business_unit_posting: row.business_unit === closed.unit ? 'N' : '',
    model_flag: row.business_unit === model.unit ? 'M' : '',
  }));
}

function accountRow(branch: Branch, entry: Entry, how: { type: string; aid?: string }): AccountRow {
  const subsidiary = entry.subsidiary ?? '';
  const isInactive = branch.unit === INACTIVE_ACCOUNT.unit && entry.object === INACTIVE_ACCOUNT.object;
  return {
    account_id: accountId(branch.unit, entry.object, subsidiary),
    source: 'SCMS',
    business_unit: branch.unit,
    business_unit_padded: branch.unit.padStart(12),
    business_unit_name: branch.name,
    business_unit_type: how.type,
    business_unit_level: '4',
    object: entry.object,
    subsidiary,
    description: entry.description,
    other_descriptions: '',
    parent_object: '',
    parent_description: '',
    level_of_detail: entry.level,
    lines_in_set: '',
    used_by: '',
    company: branch.company,
    posting_edit_code: isInactive ? 'I' : '',
    account_aid: how.aid ?? '',
  };
}

export function accountId(unit: string, object: string, subsidiary = ''): string {
  return [unit, object, subsidiary].filter((part) => part !== '').join('.');
}
