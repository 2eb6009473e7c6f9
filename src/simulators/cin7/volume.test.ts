import { expect, test } from 'vitest';
import { breadLine, newSupplier, textOf } from './client.testkit.ts';
import { dispatch } from './dispatch.ts';
import { exampleCompany } from './example-company.ts';
import { isObject, parseJson } from './json.ts';
import { loadCompany } from './load.ts';
import { chanceFrom } from './random.ts';
import { routes } from './routes.ts';
import { CompanyState } from './state.ts';
import { switchesWith } from './switches.ts';

const COUNT = 20_000;

function openState() {
  const state = new CompanyState({
    company: exampleCompany,
    switches: switchesWith(),
    clock: { now: () => Date.now() },
    chance: chanceFrom(1),
  });
  loadCompany(exampleCompany, state);
  const call = (method: string, path: string, body?: object, query = '') =>
    dispatch(
      {
        method,
        path,
        query: new URLSearchParams(query),
        bodyText: body === undefined ? '' : JSON.stringify(body),
      },
      routes.get(path) ?? {},
      state,
    );
  return { state, call };
}

/** Milliseconds of CPU per turn; without HTTP, whose cost is that of node. */
function cpuMsPer(turns: number, act: (turn: number) => void): number {
  const before = process.cpuUsage();
  for (let turn = 0; turn < turns; turn += 1) act(turn);
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000 / turns;
}

test('creates stay below 0.3 ms and lists of 1,000 below 50 ms at tens of thousands of records', () => {
  const { state, call } = openState();
  const suppliers = cpuMsPer(COUNT, (turn) =>
    call('POST', '/supplier', { ...newSupplier, Name: `Supplier ${turn}` }),
  );
  const ids: string[] = [];
  const headers = cpuMsPer(COUNT, (turn) => {
    const header = {
      Supplier: `Supplier ${turn}`,
      Location: 'Main Warehouse',
      Approach: 'STOCK',
      Note: `JDE ${turn}`,
    };
    const body = parseJson(call('POST', '/advanced-purchase', header).body);
    ids.push(isObject(body) ? textOf(body['ID']) : '');
  });
  const orders = cpuMsPer(COUNT, (turn) =>
    call('POST', '/purchase/order', { TaskID: ids[turn], Status: 'DRAFT', Lines: [breadLine] }),
  );
  expect([state.suppliers.length, state.purchases.length]).toEqual([
    COUNT + exampleCompany.suppliers.length,
    COUNT,
  ]);
  expect(new Set(ids).size).toBe(COUNT);
  for (const ms of [suppliers, headers, orders]) expect(ms).toBeLessThan(0.3);
  const page = 'Page=15&Limit=1000';
  expect(cpuMsPer(3, () => call('GET', '/supplier', undefined, page))).toBeLessThan(50);
  call('GET', '/purchaselist', undefined, page);
  expect(cpuMsPer(3, () => call('GET', '/purchaselist', undefined, page))).toBeLessThan(50);
  expect(cpuMsPer(10, () => call('GET', '/supplier', undefined, 'Name=Supplier 19999'))).toBeLessThan(20);
});
