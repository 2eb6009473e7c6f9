import { openConnection, syncConnection } from '../../src/app.ts';
import { configSchema } from '../../src/config/file.ts';
import { importCrosswalk } from '../../src/crosswalk/edit.ts';
import { startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import { toCin7Company, toCrosswalk, toJdeTables } from '../../src/simulators/dataset/index.ts';
import { startJdeSimulator } from '../../src/simulators/jde/index.ts';
import { openSqlite } from '../../src/store/database.ts';
import { type Content, contentOf } from '../switches/content.ts';
import { connectionOf, datasetOf } from './fleet.ts';

const REQUESTER = { actor: 'test', origin: 'test' };

/** What Cin7 holds when nothing went wrong. */
export async function undisturbed(suppliers: number, ordersEach: number): Promise<Content> {
  const dataset = datasetOf(suppliers, ordersEach);
  const jde = await startJdeSimulator({ tables: toJdeTables(dataset) });
  const cin7 = await startCin7Simulator({
    company: toCin7Company(dataset),
    allowance: { calls: 600_000, windowMs: 60_000 },
  });
  const database = await openSqlite(':memory:');
  try {
    const config = configSchema.parse({ version: 1, connections: [connectionOf('main', jde, cin7)] });
    const [settings] = config.connections;
    if (settings === undefined) throw new Error('There is no connection.');
    const credentials = {
      jde: { user: 'JDE', password: 'JDE' },
      cin7: { accountId: cin7.accountId, applicationKey: cin7.applicationKey },
    };
    const loaded = { config, folder: '/' };
    const connection = await openConnection({
      loaded,
      config: settings,
      database,
      requester: REQUESTER,
      credentials,
    });
    await importCrosswalk(database.db, connection.stored, toCrosswalk(dataset), REQUESTER);
    const { signal } = new AbortController();
    const ending = await syncConnection(connection, {
      requester: REQUESTER,
      signal,
      report: () => undefined,
    });
    await connection.close();
    if (ending.state !== 'succeeded') throw new Error(`An undisturbed run ended as ${ending.state}.`);
    return contentOf(cin7);
  } finally {
    await Promise.all([jde.stop(), cin7.stop()]);
    await database.close();
  }
}
