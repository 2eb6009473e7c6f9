import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { type ServerSettings, serverSettings } from '../config/server.ts';
import { HTTP_LIMITS, type HttpLimits, httpOptions } from './http-options.ts';
import { toProblem } from './problem.ts';
import type { TlsMaterial } from './tls-files.ts';
import { registerWebSafety } from './web-safety.ts';

interface GuardedOptions {
  readonly settings?: Partial<ServerSettings>;
  readonly limits?: Partial<HttpLimits>;
  readonly tls?: TlsMaterial;
}

/** A server with the guard and a few routes that tell what they were asked. Port 0 until it listens. */
export async function openGuarded(options: GuardedOptions = {}): Promise<FastifyInstance> {
  const settings = serverSettings.parse({ ...options.settings });
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const app: FastifyInstance = Fastify(httpOptions({ settings, tls: options.tls, limits }));
  app.setErrorHandler(async (error, request, reply) => {
    const given = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 0;
    const problem = toProblem(error, request.id);
    await reply.code(typeof given === 'number' && given > 0 ? given : problem.status).send(problem);
  });
  await registerWebSafety(app, { settings });
  app.get('/api/v1/me', async (request) => ({
    ip: request.ip,
    host: request.host,
    scheme: request.protocol,
  }));
  app.post('/api/v1/things', async (request) => ({ got: request.body ?? null }));
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/', async (_request, reply) => reply.type('text/html').send(reply.cspNonce.style));
  onTestFinished(() => app.close());
  return app;
}

/** @returns the port of the server, listening at the address. */
export async function listenAt(app: FastifyInstance, host = '127.0.0.1'): Promise<number> {
  const url = await app.listen({ port: 0, host });
  return Number(new URL(url).port);
}

/** Speaks to a server byte by byte, and tells all that came back until it closed the connection. */
export async function speak(
  port: number,
  say: (write: (text: string) => void, closed: AbortSignal) => Promise<void> | void,
): Promise<{ readonly heard: string; readonly tookMs: number }> {
  const socket = connect({ port, host: '127.0.0.1' });
  const closed = new AbortController();
  const startedAt = performance.now();
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const ended = new Promise<void>((done) =>
    socket.once('close', () => {
      closed.abort();
      done();
    }),
  );
  await say((text) => void socket.write(text, 'latin1'), closed.signal);
  await ended;
  return { heard, tookMs: performance.now() - startedAt };
}
