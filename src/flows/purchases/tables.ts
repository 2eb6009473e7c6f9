import type { MappingSettings } from '../../config/settings.ts';
import { jdeOrderKey, parseJdeOrderKey } from '../../domain/keys.ts';
import type { SourceRow, TableSpec } from '../../domain/source-row.ts';
import type { FlowTable } from '../flow.ts';

/** Order header. It has neither a status nor a company column: the company is KCOO, the status is per line. */
export const F4301: TableSpec = {
  table: 'F4301',
  key: ['DOCO', 'DCTO', 'KCOO', 'SFXO'],
  changedOn: 'UPMJ',
  columns: {
    DOCO: 'number',
    DCTO: 'text',
    KCOO: 'text',
    SFXO: 'text',
    AN8: 'number',
    MCU: 'text',
    TRDJ: 'date',
    DRQJ: 'date',
    PTC: 'text',
    EXR1: 'text',
    TXA1: 'text',
    HOLD: 'text',
    VR01: 'text',
    VR02: 'text',
    DEL1: 'text',
    DEL2: 'text',
    RMK: 'text',
    DESC: 'text',
    CRRM: 'text',
    CRCD: 'text',
    BCRC: 'text',
    UPMJ: 'date',
    TDAY: 'time',
  },
};

export const F4311: TableSpec = {
  table: 'F4311',
  key: ['DOCO', 'DCTO', 'KCOO', 'SFXO', 'LNID'],
  changedOn: 'UPMJ',
  columns: {
    DOCO: 'number',
    DCTO: 'text',
    KCOO: 'text',
    SFXO: 'text',
    LNID: 'number',
    MCU: 'text',
    ITM: 'number',
    LITM: 'text',
    AITM: 'text',
    DSC1: 'text',
    DSC2: 'text',
    LNTY: 'text',
    NXTR: 'text',
    LTTR: 'text',
    UOM: 'text',
    UORG: 'number',
    UOM1: 'text',
    PQOR: 'number',
    AEXP: 'number',
    FEA: 'number',
    CRCD: 'text',
    EXR1: 'text',
    TXA1: 'text',
    AID: 'text',
    ANI: 'text',
    OMCU: 'text',
    OBJ: 'text',
    SUB: 'text',
    UPMJ: 'date',
    TDAY: 'time',
  },
};

export const F0010: TableSpec = {
  table: 'F0010',
  key: ['CO'],
  changedOn: 'UPMJ',
  columns: { CO: 'text', NAME: 'text', CRCD: 'text', UPMJ: 'date' },
};

const ofOrder = (spec: TableSpec): FlowTable => ({
  spec,
  role: 'driver',
  recordKeyOf: (row: SourceRow) =>
    jdeOrderKey({
      company: row.values['KCOO']?.trim() ?? '',
      orderType: row.values['DCTO']?.trim() ?? '',
      orderNumber: row.values['DOCO'] ?? '',
      suffix: row.values['SFXO']?.trim() ?? '',
    }),
  where: (settings: MappingSettings) => [{ column: 'DCTO', anyOf: settings.purchases.orderTypes }],
  whereRecords: (recordKeys) => {
    const parts = recordKeys.map(parseJdeOrderKey).filter((part) => part !== undefined);
    return [
      { column: 'DOCO', anyOf: [...new Set(parts.map((part) => part.orderNumber))] },
      { column: 'DCTO', anyOf: [...new Set(parts.map((part) => part.orderType))] },
    ];
  },
});

export const purchaseTables: readonly FlowTable[] = [
  {
    spec: F0010,
    role: 'reference',
    remapsRecords: true,
    recordKeyOf: () => '',
    where: () => [],
    whereRecords: () => [],
  },
  ofOrder(F4301),
  ofOrder(F4311),
];
