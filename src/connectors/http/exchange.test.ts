import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { Agent } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { exchange, type HttpCall, HttpFailure } from './exchange.ts';

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return originOf(server.address());
}

function originOf(address: unknown): string {
  const port =
    typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0;
  return `http://127.0.0.1:${port}`;
}

function agent(options: Agent.Options = {}): Agent {
  const opened = new Agent({ allowH2: false, ...options });
  onTestFinished(() => opened.destroy());
  return opened;
}

const callOf = (origin: string, changes: Partial<HttpCall> = {}): HttpCall => ({
  origin,
  path: '/a?b=c',
  method: 'GET',
  headers: ['x-test', '1'],
  timeoutMs: 2_000,
  bodyBytesMax: 1_000,
  signal: new AbortController().signal,
  ...changes,
});

async function failureOf(work: Promise<unknown>): Promise<HttpFailure> {
  const failure = await work.catch((error: unknown) => error);
  if (failure instanceof HttpFailure) return failure;
  throw new Error('no HttpFailure');
}

test('brings status, type, headers and text', async () => {
  const origin = await serve((request, response) => {
    response.writeHead(201, {
      'Content-Type': 'Application/JSON; charset=utf-8',
      'Retry-After': '60 Seconds',
    });
    response.end(`\uFEFF${request.method} ${request.url} ${String(request.headers['x-test'])} å`);
  });
  const answer = await exchange(agent(), callOf(origin));
  expect(answer).toMatchObject({ status: 201, contentType: 'application/json', body: 'GET /a?b=c 1 å' });
  expect(answer.header('retry-after')).toBe('60 Seconds');
  expect(answer.header('other')).toBe('');
});

test('sends a body and tells the first byte of the answer', async () => {
  const origin = await serve((request, response) => request.pipe(response));
  let told = 0;
  const call = callOf(origin, {
    method: 'POST',
    body: '{"å":1}',
    onAnswer: () => {
      told += 1;
    },
  });
  expect((await exchange(agent(), call)).body).toBe('{"å":1}');
  expect(told).toBe(1);
});

test('does not follow a redirect', async () => {
  const origin = await serve((_request, response) =>
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  );
  expect((await exchange(agent(), callOf(origin))).status).toBe(302);
});

test('a call that may not leave any more when its turn comes is certainly not sent', async () => {
  let arrived = 0;
  const origin = await serve((_request, response) => {
    arrived += 1;
    setTimeout(() => response.end('{}'), 50);
  });
  let mayLeave = true;
  const single = agent({ connections: 1, pipelining: 1 });
  const post = { method: 'POST', body: '{}', mayLeave: () => mayLeave } as const;
  const first = exchange(single, callOf(origin, post));
  const second = failureOf(exchange(single, callOf(origin, post)));
  await expect.poll(() => arrived).toBe(1);
  mayLeave = false;
  expect(await second).toMatchObject({ reason: 'withheld', sent: false });
  expect((await first).status).toBe(200);
  expect((await exchange(single, callOf(origin))).status).toBe(200);
  expect(arrived).toBe(2);
});

test('a connection that is refused was certainly not used', async () => {
  const failure = await failureOf(exchange(agent(), callOf('http://127.0.0.1:1')));
  expect(failure).toMatchObject({ reason: 'unreachable', sent: false });
  expect(failure.message).toContain('ECONNREFUSED');
});

test('a call that waits for a free connection when its time is up was certainly not sent', async () => {
  let arrived = 0;
  const origin = await serve(() => {
    arrived += 1;
  });
  const single = agent({ connections: 1, pipelining: 1 });
  const first = failureOf(exchange(single, callOf(origin, { method: 'POST', body: '{}', timeoutMs: 400 })));
  const second = failureOf(exchange(single, callOf(origin, { method: 'POST', body: '{}', timeoutMs: 100 })));
  expect(await second).toMatchObject({ reason: 'timedOut', sent: false });
  expect(await first).toMatchObject({ reason: 'timedOut', sent: true });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(arrived).toBe(1);
});

test('a handshake that fails was certainly not followed by a call', async () => {
  const server = createTcpServer((socket) => socket.end('no tls here'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const origin = originOf(server.address()).replace('http:', 'https:');
  expect(await failureOf(exchange(agent(), callOf(origin)))).toMatchObject({
    reason: 'unreachable',
    sent: false,
  });
});

test('a dropped connection leaves open whether the call was heard', async () => {
  const origin = await serve((request) => request.socket.destroy());
  expect(await failureOf(exchange(agent(), callOf(origin)))).toMatchObject({
    reason: 'connectionLost',
    sent: true,
  });
});

test('an answer cut off is no answer', async () => {
  const origin = await serve((request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setTimeout(() => request.socket.destroy(), 20);
  });
  expect(await failureOf(exchange(agent(), callOf(origin)))).toMatchObject({
    reason: 'connectionLost',
    sent: true,
  });
});

test('an answer that trickles without end is given up in time', async () => {
  const origin = await serve((_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), 10);
    response.on('close', () => clearInterval(timer));
  });
  const failure = await failureOf(exchange(agent(), callOf(origin, { timeoutMs: 150 })));
  expect(failure).toMatchObject({ reason: 'timedOut', sent: true });
});

test('an answer larger than allowed is given up while it streams', async () => {
  const origin = await serve((_request, response) => {
    response.end('x'.repeat(100_000));
  });
  expect(await failureOf(exchange(agent(), callOf(origin)))).toMatchObject({
    reason: 'bodyTooLarge',
    sent: true,
  });
});

test('a stop ends a call at once, or after its grace', async () => {
  const origin = await serve((_request, response) => {
    setTimeout(() => response.end('late'), 80);
  });
  const at = (graceMs: number) =>
    exchange(agent(), callOf(origin, { signal: AbortSignal.timeout(30), graceMs }));
  expect(await failureOf(at(0))).toMatchObject({ reason: 'stopped', sent: true });
  expect((await at(1_000)).body).toBe('late');
  expect(await failureOf(at(10))).toMatchObject({ reason: 'stopped', sent: true });
  const stopped = callOf(origin, { signal: AbortSignal.abort() });
  expect(await failureOf(exchange(agent(), stopped))).toMatchObject({ reason: 'stopped', sent: false });
});
