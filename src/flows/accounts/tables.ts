import type { TableSpec } from '../../domain/source-row.ts';
import type { FlowTable } from '../flow.ts';
import { F0010 } from '../purchases/tables.ts';

/** Account master. Only AID is unique and stays; business unit, object and subsidiary can be renamed. */
export const F0901: TableSpec = {
  table: 'F0901',
  key: ['AID'],
  changedOn: 'UPMJ',
  columns: {
    AID: 'text',
    CO: 'text',
    MCU: 'text',
    OBJ: 'text',
    SUB: 'text',
    ANS: 'text',
    DL01: 'text',
    PEC: 'text',
    FMOD: 'text',
    R021: 'text',
    R022: 'text',
    R023: 'text',
    UPMJ: 'date',
  },
};

/** Business units: a posting account needs a business unit that may be posted to. */
export const F0006: TableSpec = {
  table: 'F0006',
  key: ['MCU'],
  changedOn: 'UPMJ',
  columns: { MCU: 'text', CO: 'text', DL01: 'text', PECC: 'text', UPMJ: 'date' },
};

export const accountTables: readonly FlowTable[] = [
  { spec: F0010, role: 'reference', recordKeyOf: () => '', where: () => [], whereRecords: () => [] },
  {
    spec: F0006,
    role: 'reference',
    remapsRecords: true,
    recordKeyOf: () => '',
    where: () => [],
    whereRecords: () => [],
  },
  {
    spec: F0901,
    role: 'driver',
    recordKeyOf: (row) => row.values['AID']?.trim() ?? '',
    where: (settings) =>
      settings.accounts.companies.length === 0 ? [] : [{ column: 'CO', anyOf: settings.accounts.companies }],
    whereRecords: (recordKeys) => [{ column: 'AID', anyOf: recordKeys }],
  },
];
