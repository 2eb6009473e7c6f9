import type { TestProject } from 'vitest/node';
import { openPostgres } from '../../src/store/postgres.ts';
import { administer, type TestServer, urlOf } from '../../src/store/postgres-server.testkit.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

const TEMPLATE = 'store_template';

/**
 * One PostgreSQL server for all tests of the project, with an empty store that fresh ones are copied from.
 *
 * `ML_CONNECTOR_TEST_DATABASE_URL` names a server to be used instead; its user must be allowed to create databases.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['ML_CONNECTOR_TEST_DATABASE_URL'] ?? '';
  if (given !== '') {
    await provideServer(project, { url: given, template: TEMPLATE });
    return async () => undefined;
  }
  const server = await startPostgres();
  try {
    await provideServer(project, { url: socketUrl(server), template: TEMPLATE, port: server.port });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return () => server.stop();
}

function socketUrl(server: PostgresServer): string {
  return `postgres://postgres@localhost:${server.port}/postgres?host=${encodeURIComponent(server.socket)}`;
}

async function provideServer(project: TestProject, server: TestServer): Promise<void> {
  await administer(server, `drop database if exists ${server.template}`);
  await administer(server, `create database ${server.template} template template0 encoding 'UTF8'`);
  const store = await openPostgres(urlOf(server, server.template), { poolMax: 2, field: 'test' });
  await store.close();
  project.provide('postgres', server);
}
