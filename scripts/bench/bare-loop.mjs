// The floor: the calls of a recording made again by a bare loop. It reads each answer to its end and parses it, and does nothing else.
// Plain JavaScript, so that no type stripping is counted. Arguments: recording, URL of JDE, URL of Cin7, Cin7 calls at once.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Agent } from 'undici';

const [recording = '', jdeUrl = '', cin7Url = '', atOnce = '4'] = process.argv.slice(2);
const origins = { jde: new URL(jdeUrl).origin, cin7: new URL(cin7Url).origin };
const agent = new Agent();
const underWay = new Set();
const tally = { calls: 0, refused: 0 };
let token = '';
let next = '';

for await (const line of createInterface({ input: createReadStream(recording) })) {
  const call = JSON.parse(line);
  if (call.side === 'jde') {
    await Promise.all(underWay);
    await callJde(call);
  } else {
    while (underWay.size >= Number(atOnce)) await Promise.race(underWay);
    const sent = send(call).finally(() => underWay.delete(sent));
    underWay.add(sent);
  }
}
await Promise.all(underWay);
await agent.close();
process.stdout.write(`${JSON.stringify(tally)}\n`);

/** Token and links of a recording are dead: those of this sign-in take their place. */
async function callJde(call) {
  const headers = { ...call.headers };
  if (headers['jde-ais-auth'] !== undefined) headers['jde-ais-auth'] = token;
  const isNext = call.url.includes('/dataservice/next');
  const url = isNext ? new URL(next).pathname + new URL(next).search : call.url;
  const body = call.url.includes('/tokenrequest/logout') ? JSON.stringify({ token }) : call.body;
  const answer = await send({ ...call, url, headers, body });
  token = answer?.userInfo?.token ?? token;
  next = answer?.links?.find(({ rel }) => rel === 'next')?.href ?? next;
}

async function send({ side, method, url, headers, body }) {
  const answer = await agent.request({
    origin: origins[side],
    path: url,
    method,
    headers,
    body: body === '' ? null : body,
  });
  const text = await answer.body.text();
  tally.calls += 1;
  if (answer.statusCode >= 400) tally.refused += 1;
  return text === '' ? undefined : JSON.parse(text);
}
