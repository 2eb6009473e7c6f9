import { expect, test } from 'vitest';
import { type Dataset, toCin7Company } from '../../src/simulators/dataset/index.ts';
import { item, line, order, smallDataset } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { carryOut } from '../support/api-runs.ts';
import { type Caller, startServer } from '../support/server.ts';

const PARKED = '/api/v1/connections/main/parked';

/** Two orders wait for items, one for its location. */
const COMPANY = {
  purchaseOrders: [1, 2, 3].map((place) =>
    order({
      order_id: `O${place}`,
      order_seq: String(1_000 + place),
      order_number: `PO-${place}`,
    }),
  ),
  purchaseOrderLines: [
    line({ order_id: 'O1', item_id: '60012' }),
    line({ order_id: 'O2', item_id: '60013' }),
    line({ order_id: 'O3' }),
  ],
  items: [
    item(),
    item({ item_id: '60012', item_number: 'BOLT-2', description: 'Bolt' }),
    item({ item_id: '60013', item_number: 'NUT-3', description: 'Nut' }),
  ],
};

const UNMAPPED = ['item BOLT-2', 'item NUT-3'];

/** Cin7 without the two items; one that it had would match by itself. */
function companyWithout(dataset: Partial<Dataset>) {
  const company = toCin7Company(smallDataset(dataset));
  const products = company.products.filter(({ SKU }) => SKU !== 'BOLT-2' && SKU !== 'NUT-3');
  return { dataset, cin7: { company: { ...company, products } }, unmapped: UNMAPPED };
}

async function waiting(caller: Caller, query: string): Promise<readonly string[]> {
  const { body } = await caller.call('GET', `${PARKED}?${query}`);
  return (body as { items: { recordKey: string }[] }).items.map(({ recordKey }) => recordKey);
}

test('an act for all that wait for codes of a kind leaves those alone that wait for another kind', async () => {
  const server = await startServer({
    ...companyWithout(COMPANY),
    unmapped: [...UNMAPPED, 'location 40'],
  });
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const all = await waiting(operator, 'code=crosswalk.unmapped');
  const ofLocation = await waiting(operator, 'code=crosswalk.unmapped&kind=location');
  expect(ofLocation.length).toBeGreaterThan(0);
  const ignored = await operator.call('POST', `${PARKED}/ignore`, {
    cause: { code: 'crosswalk.unmapped', kind: 'location', ignored: false },
    reason: 'The depot is closed.',
  });
  expect(ignored).toMatchObject({ status: 200, body: { records: ofLocation.length } });
  expect(await waiting(operator, 'ignored=true')).toEqual(ofLocation);
  expect(await waiting(operator, 'ignored=false')).toEqual(all.filter((key) => !ofLocation.includes(key)));
});

test('records that are set aside keep their reason when the others of their cause are set aside', async () => {
  const server = await startServer(companyWithout(COMPANY));
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const [first = ''] = await waiting(operator, 'kind=item');
  await operator.call('POST', `${PARKED}/ignore`, {
    records: [{ flow: 'purchases', recordKey: first }],
    reason: 'Cancelled by phone.',
  });
  const rest = await operator.call('POST', `${PARKED}/ignore`, {
    cause: { code: 'crosswalk.unmapped', kind: 'item', ignored: false },
    reason: 'Old stock.',
  });
  expect(rest.body).toEqual({ records: 1 });
  const { body } = await operator.call('GET', `${PARKED}?ignored=true`);
  expect(body).toMatchObject({
    items: [{ ignored: { reason: 'Cancelled by phone.' } }, { ignored: { reason: 'Old stock.' } }],
  });
});

test('a cause is that of one field', async () => {
  const server = await startServer(companyWithout(COMPANY));
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const { body } = await operator.call('GET', `${PARKED}/groups`);
  const [group] = (body as { items: { code: string; field: string }[] }).items;
  expect(await waiting(operator, `code=${group?.code}&field=${group?.field}`)).toHaveLength(2);
  expect(await waiting(operator, `code=${group?.code}&field=F0000_NONE`)).toEqual([]);
});

test('codes that most records wait for stand first', async () => {
  const lines = [
    line({ order_id: 'O1', item_id: '60013' }),
    line({ order_id: 'O2', item_id: '60013' }),
    line({ order_id: 'O3', item_id: '60012' }),
  ];
  const server = await startServer(companyWithout({ ...COMPANY, purchaseOrderLines: lines }));
  const viewer = await server.caller('viewer');
  await carryOut(await server.caller('operator'), 'sync');
  const { body } = await viewer.call('GET', '/api/v1/connections/main/crosswalk?kind=item&needsPerson=true');
  expect(body).toMatchObject({
    items: [
      { code: 'NUT-3', waiting: 2 },
      { code: 'BOLT-2', waiting: 1 },
    ],
  });
});

test('a plan says why records would be parked, and what the first load takes once none is', async () => {
  const server = await startServer(companyWithout(COMPANY));
  const operator = await server.caller('operator');
  const plan = await carryOut(operator, 'plan');
  const { body, status } = await operator.call('GET', `/api/v1/runs/${plan.id}/causes`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    items: [
      {
        flow: 'purchases',
        code: 'crosswalk.unmapped',
        count: 2,
        hint: expect.stringMatching(/\.$/),
        example: { detail: expect.stringContaining('BOLT-2') },
      },
    ],
  });
  const { released } = body as { released: { writes: number; minutes: number } };
  // An order takes two calls: header and lines.
  const { writes } = plan['plan'] as { writes: number };
  expect(released.writes).toBe(writes + 4);
  expect(released.minutes).toBeGreaterThan(0);
});

test('only plans say what would be parked', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const sync = await carryOut(operator, 'sync');
  const answer = await operator.call('GET', `/api/v1/runs/${sync.id}/causes`);
  expect(answer).toMatchObject({ status: 404, body: { code: 'api.not_found' } });
});

test('the preview of a file tells which targets Cin7 does not have', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const csv = 'kind,code,target\nitem,BOLT-2,BC-1\nitem,NUT-3,NO-SUCH\ncurrency,XXX,USD\n';
  const { body } = await operator.call('POST', '/api/v1/connections/main/crosswalk/preview', { csv });
  expect(body).toMatchObject({
    items: [
      { code: 'BOLT-2', effect: 'add', unknownTarget: false },
      { code: 'NUT-3', effect: 'add', unknownTarget: true },
      { code: 'XXX', effect: 'add', unknownTarget: false },
    ],
  });
});
