import { z } from 'zod';
import { checkables } from '../../app.ts';
import { connectionSchema } from '../../config/file.ts';
import { Fault } from '../../faults/fault.ts';
import type { ListedConnection } from '../../store/connections-admin.ts';
import { listSettingsVersions, loadSettings } from '../../store/connections-admin.ts';
import { CREDENTIAL_NAMES } from '../../vault/connection-credentials.ts';
import { assertSignedInLately, requesterOf } from '../access-hook.ts';
import { boundTo, connectionOf, connectionParam } from '../connection-scope.ts';
import { type ServerEvent, sendEvents } from '../events.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { moment, utc, utcOrNull } from '../schemas.ts';
import type { Api } from '../server.ts';

const connectionDocument = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.enum(['file', 'api']).describe('file: settings stand in ml-connector.yaml and change there.'),
  settingsVersion: z.number().int(),
  createdAt: moment,
  pausedAt: moment.nullable(),
  pausedBy: z.string().nullable(),
});

const settingsDocument = z.record(z.string(), z.unknown());
const name = z.object({ connection: connectionParam });

const secretDocument = z.object({
  name: z.string(),
  fingerprint: z.string().describe('Tells two values apart without showing them.'),
  updatedAt: moment,
  updatedBy: z.string(),
});

/** Connections: set-up, settings, credentials, tests, pauses. */
export function connectionRoutes(app: Api, parts: ApiParts): void {
  const { connections, vault } = parts;
  const tags = ['connections'];

  app.get(
    '/api/v1/connections',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'All connections.',
        response: { 200: z.object({ items: z.array(connectionDocument) }), default: problemSchema },
      },
    },
    async (request) => {
      const bound = boundTo(request);
      const listed = (await connections.list()).filter(({ id }) => bound === undefined || id === bound);
      return { items: listed.map(toDocument) };
    },
  );

  app.post(
    '/api/v1/connections',
    {
      config: { access: { role: 'admin' }, idempotent: true },
      schema: {
        tags,
        summary: 'Make a connection. Its credentials are set afterwards.',
        body: settingsDocument.describe(
          'Settings as in ml-connector.yaml; what is left out gets its default.',
        ),
        response: { 201: connectionDocument, default: problemSchema },
      },
    },
    async (request, reply) => {
      const made = await connections.create(request.body, requesterOf(request));
      return reply.code(201).send(toDocument(made));
    },
  );

  app.get(
    '/api/v1/connections/:connection',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'One connection.',
        params: name,
        response: { 200: connectionDocument, default: problemSchema },
      },
    },
    async (request) => toDocument(await connectionOf(parts, request, request.params.connection)),
  );

  app.delete(
    '/api/v1/connections/:connection',
    {
      config: { access: { role: 'admin', signedInLately: true } },
      schema: {
        tags,
        summary: 'Remove a connection that never wrote to Cin7. Others are paused instead.',
        params: name,
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      await connections.remove(
        await connectionOf(parts, request, request.params.connection),
        requesterOf(request),
      );
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/connections/:connection/settings',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'The settings in force, and their versions.',
        params: name,
        response: {
          200: z.object({
            version: z.number().int(),
            settings: settingsDocument,
            versions: z.array(z.object({ version: z.number().int(), createdAt: moment })),
          }),
          default: problemSchema,
        },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const { name: _, ...settings } = await connections.config(connection);
      const versions = await listSettingsVersions(parts.db, connection.id, 50);
      return {
        version: connection.settingsVersion,
        settings,
        versions: versions.map(({ version, createdAtMs }) => ({ version, createdAt: utc(createdAtMs) })),
      };
    },
  );

  app.get(
    '/api/v1/connections/:connection/settings/:version',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'The settings of a version, as they were stored.',
        params: name.extend({ version: z.coerce.number().int().min(1) }),
        response: { 200: settingsDocument, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const text = await loadSettings(parts.db, connection.id, request.params.version);
      if (text === undefined)
        throw new Fault('api.not_found', `There is no version ${request.params.version}.`, {
          field: 'version',
        });
      return JSON.parse(text) as Record<string, unknown>; // Written by this program.
    },
  );

  app.put(
    '/api/v1/connections/:connection/settings',
    {
      config: { access: { role: 'admin' } },
      schema: {
        tags,
        summary: 'Change the settings. Where they decide what records become, every record is mapped anew.',
        description:
          'A change of outbound.allowHosts, which opens the way into the network of the server, needs a person who signed in within the last ten minutes.',
        params: name,
        querystring: z.object({
          version: z.coerce
            .number()
            .int()
            .optional()
            .describe('The version that was looked at. Answered with 409 when there is a newer one.'),
        }),
        body: settingsDocument,
        response: { 200: connectionDocument, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const { version } = request.query;
      if (version !== undefined && version !== connection.settingsVersion)
        throw new Fault(
          'api.conflict',
          `Somebody else has changed the settings meanwhile: version ${connection.settingsVersion} is in force.`,
          { field: 'version' },
        );
      const changed = await connections.update(connection, request.body, requesterOf(request), () =>
        assertSignedInLately(request, parts.now()),
      );
      return toDocument(changed);
    },
  );

  app.get(
    '/api/v1/settings-schema',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'JSON Schema of a connection’s settings, with their explanations and defaults.',
        response: { 200: settingsDocument, default: problemSchema },
      },
    },
    async () => z.toJSONSchema(connectionSchema, { io: 'input', unrepresentable: 'any' }),
  );

  for (const act of ['pause', 'resume'] as const) {
    app.post(
      `/api/v1/connections/:connection/${act}`,
      {
        config: { access: { role: 'operator' } },
        schema: {
          tags,
          summary:
            act === 'pause'
              ? 'Let the schedules of a connection rest. A run at work goes on.'
              : 'Let the schedules of a connection go on.',
          params: name,
          response: { 200: connectionDocument, default: problemSchema },
        },
      },
      async (request) => {
        const connection = await connectionOf(parts, request, request.params.connection);
        await connections.pause(connection, act === 'pause', requesterOf(request));
        return toDocument(await connections.find(connection.id));
      },
    );
  }

  app.get(
    '/api/v1/connections/:connection/secrets',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'Which credentials are set, since when, by whom. Their values are never given out.',
        params: name,
        response: {
          200: z.object({ names: z.array(z.string()), items: z.array(secretDocument) }),
          default: problemSchema,
        },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const items = await vault.describe(connection.id);
      return {
        names: [...CREDENTIAL_NAMES],
        items: items.map(({ name: secret, fingerprint, updatedAtMs, updatedBy }) => ({
          name: secret,
          fingerprint,
          updatedAt: utc(updatedAtMs),
          updatedBy,
        })),
      };
    },
  );

  app.put(
    '/api/v1/connections/:connection/secrets',
    {
      config: { access: { role: 'admin', signedInLately: true } },
      schema: {
        tags,
        summary: 'Set credentials. Those that are left out stay as they are.',
        params: name,
        body: z
          .partialRecord(z.enum(CREDENTIAL_NAMES), z.string().min(1).max(4_000))
          .refine((body) => Object.keys(body).length > 0, 'names no credential'),
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      await connections.saveCredentials(connection, request.body, requesterOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/connections/:connection/test',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'Test each step of the way to JDE and Cin7; steps arrive as server-sent events.',
        description:
          'Events: `step` with name, title, state (passed, warning, failed, skipped), detail, fix, code, allowEntry (what to add to outbound.allowHosts where the call was held back), tookMs; at the end `done` with the counts.',
        params: name,
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const requester = requesterOf(request);
      await sendEvents(request, reply, (signal) => testSteps(parts, connection, requester, signal));
    },
  );
}

const TEST_MS_MAX = 180_000;

async function* testSteps(
  parts: ApiParts,
  connection: ListedConnection,
  requester: ReturnType<typeof requesterOf>,
  gone: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const signal = AbortSignal.any([gone, AbortSignal.timeout(TEST_MS_MAX)]);
  const counts = { passed: 0, warning: 0, failed: 0, skipped: 0 };
  const open = await parts.connections.open(connection, requester).catch((error: unknown) => {
    if (error instanceof Fault) return error;
    throw error;
  });
  if (open instanceof Fault) {
    const { code, message, hint } = open;
    yield {
      event: 'step',
      data: {
        name: 'credentials',
        title: 'Credentials',
        state: 'failed',
        detail: message,
        fix: hint,
        code,
        tookMs: 0,
      },
    };
    yield { event: 'done', data: { ...counts, failed: 1 } };
    return;
  }
  try {
    for (const end of checkables(open)) {
      for await (const step of end.check(signal)) {
        counts[step.state] += 1;
        yield { event: 'step', data: step };
      }
    }
    yield { event: 'done', data: counts };
  } finally {
    await open.close();
  }
}

function toDocument(connection: ListedConnection): z.output<typeof connectionDocument> {
  const { id, name: called, origin, settingsVersion, createdAtMs, pausedAtMs, pausedBy } = connection;
  return {
    id,
    name: called,
    origin,
    settingsVersion,
    createdAt: utc(createdAtMs),
    pausedAt: utcOrNull(pausedAtMs),
    pausedBy,
  };
}
