import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { poolConfig } from './postgres.ts';
import { readPostgresUrl } from './postgres-address.ts';

/** The PostgreSQL server of a test run, whose tests keep their stores in it. */
export interface TestServer {
  /** Of a database that is always there. */
  readonly url: string;
  /** Name of a database with an empty store, from which others are copied. */
  readonly template: string;
  /** On 127.0.0.1, where passwords are asked for; absent for a server that was given. */
  readonly port?: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres?: TestServer;
  }
}

/** The server, in a run of tests on PostgreSQL. */
export function testServer(): TestServer | undefined {
  return inject('postgres');
}

/** A database with an empty store of its own. */
export async function createDatabase(
  server: TestServer,
  template = server.template,
): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `store_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name} template ${template}`);
  return {
    url: urlOf(server, name),
    drop: () => administer(server, `drop database if exists ${name} with (force)`),
  };
}

export function urlOf(server: TestServer, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement as the owner of the server. */
export async function administer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client(poolConfig(readPostgresUrl(server.url, 'test'), 1));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
