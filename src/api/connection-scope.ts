import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../faults/fault.ts';
import type { ListedConnection } from '../store/connections-admin.ts';
import type { ApiParts } from './parts.ts';

/** Path member of everything that belongs to a connection. */
export const connectionParam = z.string().min(1).max(100).describe('Name or id of the connection.');

/** The connection that a request names. A token that is bound to another one does not see it. */
export async function connectionOf(
  parts: ApiParts,
  request: FastifyRequest,
  named: string,
): Promise<ListedConnection> {
  const connection = await parts.connections.find(named);
  assertBound(request, connection.id);
  return connection;
}

/** @throws Fault `access.forbidden` where the caller's token is bound to another connection. */
export function assertBound(request: FastifyRequest, connectionId: string): void {
  const bound = boundTo(request);
  if (bound !== undefined && bound !== connectionId)
    throw new Fault('access.forbidden', 'This token is bound to another connection.');
}

/** The only connection that the caller may see; undefined: all of them. */
export function boundTo(request: FastifyRequest): string | undefined {
  const { principal } = request;
  return principal?.kind === 'token' && principal.connectionId !== null ? principal.connectionId : undefined;
}
