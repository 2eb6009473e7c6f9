import type { SourceRow, TableSpec } from '../../domain/source-row.ts';
import type { FlowTable } from '../flow.ts';

/**
 * A supplier is a row of F0401 with what belongs to its address number.
 * Source: JDE 9.2 physical tables and data dictionary (keys and audit columns); F0401 decides who is a supplier, not the search type.
 */
export const F0401: TableSpec = {
  table: 'F0401',
  key: ['AN8'],
  changedOn: 'UPMJ',
  columns: {
    AN8: 'number',
    CRRP: 'text',
    TRAP: 'text',
    TXA2: 'text',
    EXR2: 'text',
    HDPY: 'text',
    UPMJ: 'date',
    UPMT: 'time',
  },
};

export const F0101: TableSpec = {
  table: 'F0101',
  key: ['AN8'],
  changedOn: 'UPMJ',
  columns: {
    AN8: 'number',
    ALPH: 'text',
    TAX: 'text',
    AT1: 'text',
    ATP: 'text',
    EFTB: 'date',
    UPMJ: 'date',
    UPMT: 'time',
  },
};

export const F0111: TableSpec = {
  table: 'F0111',
  key: ['AN8', 'IDLN'],
  changedOn: 'UPMJ',
  columns: { AN8: 'number', IDLN: 'number', MLNM: 'text', UPMJ: 'date', UPMT: 'time' },
};

export const F0115: TableSpec = {
  table: 'F0115',
  key: ['AN8', 'IDLN', 'CNLN', 'RCK7'],
  changedOn: 'UPMJ',
  columns: {
    AN8: 'number',
    IDLN: 'number',
    CNLN: 'number',
    RCK7: 'number',
    PHTP: 'text',
    AR1: 'text',
    PH1: 'text',
    UPMJ: 'date',
    UPMT: 'time',
  },
};

export const F0116: TableSpec = {
  table: 'F0116',
  key: ['AN8', 'EFTB'],
  changedOn: 'UPMJ',
  columns: {
    AN8: 'number',
    EFTB: 'date',
    ADD1: 'text',
    ADD2: 'text',
    ADD3: 'text',
    ADD4: 'text',
    ADDZ: 'text',
    CTY1: 'text',
    COUN: 'text',
    ADDS: 'text',
    CTR: 'text',
    UPMJ: 'date',
    UPMT: 'time',
  },
};

export const F01151: TableSpec = {
  table: 'F01151',
  key: ['AN8', 'IDLN', 'RCK7'],
  changedOn: 'UPMJ',
  columns: {
    AN8: 'number',
    IDLN: 'number',
    RCK7: 'number',
    ETP: 'text',
    EMAL: 'text',
    UPMJ: 'date',
    UPMT: 'time',
  },
};

export const F0014: TableSpec = {
  table: 'F0014',
  key: ['PTC'],
  changedOn: 'UPMJ',
  columns: { PTC: 'text', PTD: 'text', NDTP: 'number', UPMJ: 'date' },
};

const ofAddressNumber = (spec: TableSpec, role: FlowTable['role']): FlowTable => ({
  spec,
  role,
  recordKeyOf: (row: SourceRow) => row.values['AN8'] ?? '',
  where: () => [],
  whereRecords: (recordKeys) => [{ column: 'AN8', anyOf: recordKeys }],
});

export const supplierTables: readonly FlowTable[] = [
  {
    spec: F0014,
    role: 'reference',
    recordKeyOf: () => '',
    where: () => [],
    whereRecords: () => [],
  },
  ofAddressNumber(F0401, 'driver'),
  ofAddressNumber(F0101, 'part'),
  ofAddressNumber(F0111, 'part'),
  ofAddressNumber(F0116, 'part'),
  ofAddressNumber(F0115, 'part'),
  ofAddressNumber(F01151, 'part'),
];
