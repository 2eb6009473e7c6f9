import { expect } from 'vitest';
import type { Caller } from './server.ts';

export interface ApiRun {
  readonly id: string;
  readonly state: string;
  readonly endedAt: string | null;
  readonly fault: { readonly code: string; readonly text: string } | null;
  readonly [member: string]: unknown;
}

/** Starts a run over the API and watches it, as the console does, until it has ended well. */
export async function carryOut(
  caller: Caller,
  kind: string,
  wish: Record<string, unknown> = {},
): Promise<ApiRun> {
  const started = await caller.call('POST', '/api/v1/runs', { connection: 'main', kind, ...wish });
  expect(started.status, started.text).toBe(202);
  const { id } = started.body as ApiRun;
  const { text } = await caller.call('GET', `/api/v1/runs/${id}/events`);
  const last = [...text.matchAll(/^event: run\ndata: (.*)$/gm)].at(-1)?.[1] ?? '{}';
  const run = JSON.parse(last) as ApiRun;
  expect(run.fault).toBeNull();
  expect(run.state).toBe('succeeded');
  return run;
}
