import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../test/support/postgres-server.ts';

export type StoreKind = 'sqlite' | 'postgres';

/** A PostgreSQL server that is started when somebody first needs it. */
export class Databases {
  #server: Promise<PostgresServer> | undefined;

  /** URL of a database of its own. */
  async create(): Promise<string> {
    const name = `bench_${randomUUID().replaceAll('-', '')}`;
    await this.#ask(`create database ${name} template template0 encoding 'UTF8'`);
    return urlOf(await this.#started(), name);
  }

  async version(): Promise<string> {
    const [row] = await this.#ask('show server_version');
    return String(row?.['server_version']);
  }

  async stop(): Promise<void> {
    await (await this.#server)?.stop();
  }

  #started(): Promise<PostgresServer> {
    this.#server ??= startPostgres();
    return this.#server;
  }

  async #ask(statement: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client(urlOf(await this.#started(), 'postgres'));
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }
}

function urlOf(server: PostgresServer, database: string): string {
  return `postgres://postgres@localhost:${server.port}/${database}?host=${encodeURIComponent(server.socket)}`;
}
