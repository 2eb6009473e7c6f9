import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { replayRecord } from '../../app.ts';
import { requesterOf } from '../access-hook.ts';
import { connectionOf, connectionParam } from '../connection-scope.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { flowName } from '../schemas.ts';
import type { Api } from '../server.ts';

const replaySchema = z.object({
  flow: flowName,
  recordKey: z.string(),
  label: z.string(),
  change: z.enum(['create', 'update', 'void', 'link', 'park', 'unchanged']),
  reason: z.string().optional().describe('Why nothing is to be written, where it is not equal already.'),
  differences: z.array(
    z.object({ field: z.string(), from: z.unknown().optional(), to: z.unknown().optional() }),
  ),
  payload: z.unknown().optional().describe('Of a record that would be created: what Cin7 would get.'),
  calls: z.number().int().describe('Calls to Cin7 that it takes.'),
  code: z.string().optional().describe('Why it would be parked.'),
  field: z.string().optional(),
  detail: z.string().optional(),
  hint: z.string().optional(),
  applied: z.boolean().describe('It is staged: the next sync works it off.'),
});

/** Sends a single record again, whatever was sent before. */
export function replayRoutes(app: Api, parts: ApiParts): void {
  const { connections } = parts;

  app.post(
    '/api/v1/connections/:connection/records/:flow/:recordKey/replay',
    {
      config: { access: { role: 'operator' }, idempotent: true },
      schema: {
        tags: ['records'],
        summary:
          'Map a record anew from what was last read of it, and show what would be written; with `apply` the next sync writes it.',
        params: z.object({
          connection: connectionParam,
          flow: flowName,
          recordKey: z.string().min(1).max(200),
        }),
        body: z.strictObject({
          relink: z
            .boolean()
            .default(false)
            .describe('Forget the linked Cin7 object first, so that the record is matched or made anew.'),
          apply: z.boolean().default(false).describe('Not only show it: stage it for the next sync.'),
        }),
        response: { 200: replaySchema, default: problemSchema },
      },
    },
    async (request, reply) => {
      const { connection: named, flow, recordKey } = request.params;
      const { relink, apply } = request.body;
      const requester = requesterOf(request);
      const connection = await connections.open(await connectionOf(parts, request, named), requester);
      const order = { flow, recordKey, relink, apply, requester, signal: goneSignal(reply) };
      try {
        const { differences, ...replay } = await replayRecord(connection, order);
        return { ...replay, differences: differences.map((each) => ({ ...each })), applied: apply };
      } finally {
        await connection.close();
      }
    },
  );
}

/** Nobody waits for the answer any more: Cin7 need not be asked further. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
