import { type Dataset, toCin7Company } from '../../src/simulators/dataset/index.ts';
import {
  account,
  item,
  line,
  order,
  smallDataset,
  supplier,
} from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { carryOut } from '../support/api-runs.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { orderKey } from '../support/trial.ts';
import type { Shown } from './pages.ts';

/** A company small enough to be synced in a second, with something to show on every page of the console. */
const COMPANY: Partial<Dataset> = {
  suppliers: Array.from({ length: 12 }, (_, index) =>
    supplier({ supplier_id: String(4_343 + index), name: `Parts Emporium ${index + 1}` }),
  ),
  purchaseOrders: Array.from({ length: 12 }, (_, index) =>
    order({
      order_id: `O${index}`,
      order_seq: String(1_001 + index),
      order_number: `PO-${index}`,
      supplier_id: String(4_343 + index),
    }),
  ),
  purchaseOrderLines: Array.from({ length: 12 }, (_, index) =>
    index % 4 === 3
      ? line({
          order_id: `O${index}`,
          item_id: '60012',
          description: 'A bolt with a long name that has to be broken somewhere',
        })
      : line({ order_id: `O${index}` }),
  ),
  items: [item(), item({ item_id: '60012', item_number: 'BOLT-2', description: 'Bolt' })],
  accounts: [account(), account({ account_id: '30.1412', object: '1412', description: 'Goods on the way' })],
};

export interface Lived {
  readonly server: TestServer;
  readonly shown: Shown;
}

/** A server some time after its first sync: records that arrived, that are parked and that people changed, a dry run, a report. */
export async function liveSomeTime(): Promise<Lived> {
  const server = await startServer({
    dataset: COMPANY,
    cin7: { company: toCin7Company(smallDataset(COMPANY), { omitItems: ['BOLT-2'] }) },
    unmapped: ['item BOLT-2'],
  });
  const caller = await server.caller('operator');
  const sync = await carryOut(caller, 'sync');
  const { cin7 } = server;
  const [first, second] = cin7.suppliers().map(({ ID }) => String(ID));
  cin7.editSupplier(first ?? '', { TaxNumber: 'typed by hand' });
  cin7.removeSupplier(second ?? '');
  const reconcile = await carryOut(caller, 'reconcile');
  const row = server.jde.rows('F0101')[0];
  server.jde.upsert('F0101', { ...row, ALPH: 'Parts Emporium, renamed' });
  const plan = await carryOut(caller, 'plan');
  return {
    server,
    shown: {
      runs: { sync: sync.id, plan: plan.id, reconcile: reconcile.id },
      // One that was changed in Cin7, one that arrived, one that is parked.
      records: ['suppliers/4343', `purchases/${orderKey('1001')}`, `purchases/${orderKey('1004')}`],
      text: 'parts',
    },
  };
}
