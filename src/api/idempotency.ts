import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../faults/fault.ts';
import type { Db } from '../store/database.ts';
import { beginIdempotent, endIdempotent, forgetIdempotent } from '../store/idempotency.ts';

const KEY = /^[\x21-\x7e]{8,200}$/;

/**
 * The same post sent twice does its work once: `Idempotency-Key` names it, the first answer is kept for a day and given again.
 * Without the header a post is a new one.
 */
export function registerIdempotency(app: FastifyInstance, parts: { db: Db; now: () => number }): void {
  app.addHook('preHandler', async (request, reply) => {
    const claim = claimOf(request);
    if (claim === undefined) return;
    const known = await beginIdempotent(parts.db, { ...claim, nowMs: parts.now() });
    if (known === undefined) return;
    if (known.requestHash !== claim.requestHash)
      throw new Fault('api.conflict', 'This Idempotency-Key was used for another request.', {
        field: 'Idempotency-Key',
      });
    if (known.status === null || known.answer === null)
      throw new Fault('api.conflict', 'The first request with this Idempotency-Key is still at work.', {
        field: 'Idempotency-Key',
      });
    await reply
      .code(known.status)
      .header('idempotency-replayed', 'true')
      .type('application/json')
      .serializer((body: unknown) => String(body))
      .send(known.answer);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const claim = claimOf(request);
    if (claim === undefined || reply.hasHeader('idempotency-replayed')) return payload;
    // A failure may be tried again under the same key.
    if (reply.statusCode >= 400) {
      if (reply.statusCode !== 409) await forgetIdempotent(parts.db, claim);
    } else if (typeof payload === 'string')
      await endIdempotent(parts.db, { ...claim, status: reply.statusCode, answer: payload });
    return payload;
  });
}

function claimOf(
  request: FastifyRequest,
): { principal: string; key: string; requestHash: string } | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.routeOptions.config.idempotent !== true || request.principal === null)
    return undefined;
  if (typeof key !== 'string' || !KEY.test(key))
    throw new Fault('input.invalid', 'Idempotency-Key must be 8 to 200 visible ASCII characters.', {
      field: 'Idempotency-Key',
    });
  const content = JSON.stringify([request.method, request.url, request.body ?? null]);
  return {
    principal: `${request.principal.kind}:${request.principal.id}`,
    key,
    requestHash: hash('sha256', content),
  };
}
