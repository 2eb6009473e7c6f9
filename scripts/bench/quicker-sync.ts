import { setTimeout as delay } from 'node:timers/promises';
import { localRequester, openConnection, openStore, syncConnection } from '../../src/app.ts';
import { findConnectionConfig, loadConfig } from '../../src/config/load.ts';

/** A sync whose clock goes faster than the real one. Arguments: configuration, how many times as fast. */
const [path = '', speed = '1'] = process.argv.slice(2);
const times = Number(speed);
const startedAtMs = Date.now();
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort(new Error('told to stop')));

const loaded = loadConfig(path);
const database = await openStore(loaded);
const requester = localRequester('bench');
const connection = await openConnection({
  loaded,
  config: findConnectionConfig(loaded.config, undefined),
  database,
  requester,
  surroundings: {
    now: () => Math.floor(startedAtMs + performance.now() * times),
    sleep: async (ms, signal) => {
      await delay(ms / times, undefined, signal === undefined ? {} : { signal });
    },
    random: Math.random,
  },
});
await syncConnection(connection, { requester, signal: stop.signal, report: () => undefined });
await connection.close();
await database.close();
