import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { call, startServer } from '../support/server.ts';

const TOKEN = 'scrape-0123456789abcdef';

/** A call with headers as they are given; `fetch` sets some of them itself. */
function rawGet(url: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject);
    call.end();
  });
}

test('a server at work lives and is ready, and tells nobody what it is made of', async () => {
  const server = await startServer();
  const alive = await call(server.url, undefined, 'GET', '/healthz');
  expect([alive.status, alive.body]).toEqual([200, { ok: true, checks: [{ name: 'eventLoop', ok: true }] }]);
  const ready = await call(server.url, undefined, 'GET', '/readyz');
  expect([ready.status, ready.body]).toEqual([
    200,
    {
      ok: true,
      checks: [
        { name: 'store', ok: true },
        { name: 'vault', ok: true },
        { name: 'runs', ok: true },
      ],
    },
  ]);
});

test('a server that stops looking after runs is not ready, and the log says why', async () => {
  const server = await startServer({ empty: true });
  await server.served.engine.stop();
  const { status, body } = await call(server.url, undefined, 'GET', '/readyz');
  expect([status, body]).toMatchObject([503, { ok: false }]);
  expect(server.logged.join('')).toContain('runs and schedules are not looked after');
});

test('figures tell of a run: its calls, its records, its end and what the key still allows', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const started = await operator.call('POST', '/api/v1/runs', { connection: 'main', kind: 'sync' });
  const { id } = started.body as { id: string };
  await operator.call('GET', `/api/v1/runs/${id}/events`);
  const { body, status } = await rawGet(`${server.url}/metrics`, {});
  expect(status).toBe(200);
  expect(body).toMatch(
    /^ml_connector_calls_total\{system="jde",method="POST",path="\/jderest\/v2\/dataservice",result="ok"\} [1-9]/m,
  );
  expect(body).toMatch(
    /^ml_connector_calls_total\{system="cin7",method="POST",path="\/supplier",result="ok"\} 1$/m,
  );
  expect(body).toMatch(/^ml_connector_runs_total\{connection="main",kind="sync",state="succeeded"\} 1$/m);
  expect(body).toMatch(/^ml_connector_last_success_age_seconds\{connection="main",kind="sync"\} [\d.]+$/m);
  expect(body).toMatch(/^ml_connector_watermark_age_seconds\{connection="main",flow="suppliers"\} \d/m);
  expect(body).toMatch(/^ml_connector_cin7_budget_limit\{key="[0-9a-f]{8}"\} 600000$/m);
  expect(body).toMatch(
    /^ml_connector_http_request_seconds_count\{method="POST",route="\/api\/v1\/runs",status="202"\} 1$/m,
  );
  expect(body).toMatch(/^process_resident_memory_bytes \d/m);
  // Neither ids nor secrets are labels.
  expect(body).not.toContain(id);
  expect(body).not.toContain('4343');
  expect(body).not.toContain(server.cin7.applicationKey);

  const lines = server.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  const ofRun = lines.filter((line) => line['runId'] === id);
  expect(ofRun.map(({ msg }) => msg)).toEqual(['run started', 'run ended']);
  expect(ofRun[1]).toMatchObject({ connection: 'main', kind: 'sync', state: 'succeeded' });
  expect(server.logged.join('')).not.toContain(server.cin7.applicationKey);
});

test('figures are for this machine and for admins, and not for a proxy, a page or a foreign name', async () => {
  const server = await startServer({ empty: true });
  const { url } = server;
  const [admin, operator] = [await server.caller('admin'), await server.caller('operator')];
  const status = async (headers: Record<string, string>) => (await rawGet(`${url}/metrics`, headers)).status;
  expect(await status({})).toBe(200);
  const proxied = { 'x-forwarded-for': '192.0.2.1' };
  expect(await status(proxied)).toBe(401);
  expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(401);
  expect(await status({ ...proxied, authorization: `Bearer ${operator.token}` })).toBe(403);
  expect(await status({ ...proxied, authorization: `Bearer ${admin.token}` })).toBe(200);
});

test('figures with a token of their own are for who knows it, also on this machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, `${TOKEN}\n`);
  const server = await startServer({ empty: true, config: { metrics: { token: { file } } } });
  const get = (headers: Record<string, string>) => rawGet(`${server.url}/metrics`, headers);
  expect((await get({ authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  expect((await get({ 'x-forwarded-for': '192.0.2.1', authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  expect((await get({})).status).toBe(401);
  expect((await get({ authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
  writeFileSync(file, 'short');
  const refused = startServer({ empty: true, config: { metrics: { token: { file } } } });
  await expect(refused).rejects.toMatchObject({ code: 'config.credential_missing', field: 'metrics.token' });
});

test('figures can be switched off', async () => {
  const server = await startServer({ empty: true, config: { metrics: { enabled: false } } });
  expect((await rawGet(`${server.url}/metrics`, {})).status).toBe(404);
});
