import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

const KEEP_ALIVE_MS = 15_000;

/** Sends events as they come, until they end or the reader goes away. */
export async function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  events: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
): Promise<void> {
  const gone = new AbortController();
  request.raw.once('close', () => gone.abort());
  reply.hijack();
  // Headers that hooks have set belong to the answer, too.
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const keepAlive = setInterval(() => reply.raw.write(': still here\n\n'), KEEP_ALIVE_MS);
  try {
    for await (const { event, data } of events(gone.signal)) {
      if (gone.signal.aborted) break;
      if (!reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
        // A slow reader is waited for; what it does not take would pile up here.
        await once(reply.raw, 'drain', { signal: gone.signal });
    }
  } catch (error) {
    if (!gone.signal.aborted) {
      request.log.error(error, 'an event stream broke off');
      reply.raw.write(`event: broken\ndata: {}\n\n`);
    }
  } finally {
    clearInterval(keepAlive);
    reply.raw.end();
  }
}
