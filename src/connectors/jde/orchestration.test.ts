import { expect, test } from 'vitest';
import { type LocalDate, parseLocalDate } from '../../domain/local-date.ts';
import {
  addresses,
  addressKeys,
  codeOfFailure,
  F0101,
  F4311,
  orderLines,
  readKeys,
  readPages,
  readRows,
  startRig,
} from './jde.testkit.ts';

const definition = (table: string, keyAlias: string) => ({
  table,
  inputs: { fromKey: { column: keyAlias, operator: 'GREATER_EQUAL' } },
});
const orchestrations = { Suppliers: definition('F0101', 'AN8'), Lines: definition('F4311', 'DOCO') };
const settings = { orchestrations: { F0101: 'Suppliers', F4311: 'Lines' } };
const tables = { F0101: addresses(30), F4311: orderLines(6, 4) };

test('a table can be read from an orchestration instead of the data service, row by row', async () => {
  const { source, sim } = await startRig({ tables, orchestrations }, { ...settings, pageSize: 7 });
  const rows = await readRows(source, { spec: F0101 });
  expect(rows.map((row) => row.key)).toEqual(addressKeys(30));
  expect(rows[0]?.values['UPMJ']).toBe('2026-11-20');
  expect(sim.calls.some((call) => call.service === 'dataservice')).toBe(false);
  expect(await readKeys(source, { spec: F4311 })).toHaveLength(24);
});

test.each(['user', 'iso'])(
  'an orchestration is asked for changes since a day in the form of %s',
  async (orchestrationDates) => {
    const { source } = await startRig({ tables, orchestrations }, { ...settings, orchestrationDates });
    const rows = await readRows(source, { spec: F0101, changedSince: day('2026-11-01') });
    expect(rows).toHaveLength(15);
  },
);

test('an orchestration is asked for single values', async () => {
  const { source } = await startRig({ tables, orchestrations }, settings);
  const where = [{ column: 'AN8', anyOf: ['1010', '1002'] }];
  expect(await readKeys(source, { spec: F0101, where })).toEqual(['1002', '1010']);
});

test('an orchestration that returns rows in names without table is understood', async () => {
  const names = Object.fromEntries(Object.keys(F0101.columns).map((alias) => [alias, alias]));
  const bare = { Suppliers: { ...definition('F0101', 'AN8'), names } };
  const { source } = await startRig({ tables, orchestrations: bare }, settings);
  expect(await readKeys(source, { spec: F0101 })).toEqual(addressKeys(30));
});

test('an orchestration whose pages cannot hold one order ends in a Fault', async () => {
  const { source } = await startRig({ tables, orchestrations }, { ...settings, pageSize: 3 });
  expect(await codeOfFailure(readPages(source, { spec: F4311 }))).toBe('jde.page_repeated');
});

function day(text: string): LocalDate {
  const parsed = parseLocalDate(text);
  if (parsed === undefined) throw new Error(`${text} is no day`);
  return parsed;
}
