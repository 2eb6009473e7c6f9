import { shapeDifferences } from './example-shape.ts';
import { type ExampleWorld, member } from './example-world.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Examples of suppliers: one that people typed in, one written through the API. */
export async function checkSupplierExamples(world: ExampleWorld): Promise<void> {
  await world.pair('supplier', { path: '/supplier' });
  const [typed, written] = rowsOf(world.load('supplier.get.response'), 'SupplierList');
  const { simulator } = world;
  simulator.editSupplier(member(simulator.suppliersNamed('Bayside Club')[0], 'ID'), {
    Addresses: rowsOf(typed, 'Addresses'),
    Contacts: rowsOf(typed, 'Contacts'),
  });
  const posted = member(simulator.suppliersNamed('Post Supplier test')[0], 'ID');
  await world.send('PUT', '/supplier', { ...written, ID: posted });
  simulator.switches.nestedRowIdOnGet = 'hidden';
  const first = await world.send('GET', '/supplier?Name=Bayside%20C');
  const second = await world.send('GET', '/supplier?Name=Post%20Supplier%20testing');
  const differences = [
    ...compareRow(typed, first.body),
    ...compareRow(written, second.body),
    ...(isObject(first.body) && typeof first.body['Total'] === 'number' ? [] : ['Total: no number']),
  ];
  world.record(
    'supplier.get.response',
    'response',
    differences,
    'nested rows show their ID by default (switch nestedRowIdOnGet); the example hides it',
  );
  simulator.switches.nestedRowIdOnGet = 'shown';
  await world.get('ref-supplier-deposits', '/ref/supplier/deposits?ShowUsedDeposits=true');
}

function compareRow(example: JsonObject | undefined, body: Json): string[] {
  const rows = isObject(body) ? rowsOf(body, 'SupplierList') : [];
  return example === undefined ? ['example row missing'] : shapeDifferences(example, rows[0]);
}

function rowsOf(row: JsonObject | undefined, name: string): JsonObject[] {
  const list = row?.[name];
  return Array.isArray(list) ? list.filter(isObject) : [];
}
