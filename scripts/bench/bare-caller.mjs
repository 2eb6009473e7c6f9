// The most that a bare loop gets out of an allowance: it calls as soon as a slot is free, one window after the answer of the call
// that took it. Arguments: URL of Cin7, account id, application key, calls, window in milliseconds.
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';

const [url = '', accountId = '', applicationKey = '', calls = '60', windowMs = '60000'] =
  process.argv.slice(2);
const agent = new Agent();
const { origin, pathname } = new URL(url);
const answeredAt = [];
let isStopped = false;
const stop = new AbortController();
process.on('SIGTERM', () => {
  isStopped = true;
  stop.abort();
});

while (!isStopped) {
  if (answeredAt.length >= Number(calls)) {
    const waitMs = answeredAt.shift() + Number(windowMs) + 2 - performance.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal: stop.signal }).catch(() => undefined);
    if (isStopped) break;
  }
  const answer = await agent.request({
    origin,
    path: `${pathname}/me`,
    method: 'GET',
    headers: { 'api-auth-accountid': accountId, 'api-auth-applicationkey': applicationKey },
  });
  await answer.body.dump();
  answeredAt.push(performance.now());
}
await agent.close();
