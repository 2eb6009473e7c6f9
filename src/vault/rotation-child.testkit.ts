// Changes the keys of a store so many times, and kills itself at a given step. Run as a process of its own by a test.
import { openSqlite } from '../store/database.ts';
import { fileSource } from './key-source.ts';
import { openVault } from './open-vault.ts';

const [store = '', key = '', killAtStep = '', rounds = ''] = process.argv.slice(2);
const requester = { actor: 'cli:test', origin: 'child' };
let left = Number(killAtStep);
const report = (): void => {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};

const database = await openSqlite(store);
const { vault } = await openVault({ db: database.db, source: fileSource(key), now: Date.now, requester });
for (let round = 0; round < Number(rounds); round += 1) {
  await vault.rotateMasterKey({ requester, report });
  await vault.rotateDataKey('c1', { requester, report });
}
await database.close();
