import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AisClient, aisCollection } from './ais-collection.ts';
import { type Cin7Client, cin7Collection } from './cin7-collection.ts';
import { programPath } from '../support/program.ts';
import { type Exchange, type Json, listAt, textAt } from './http.ts';

const children: ChildProcess[] = [];

/** Starts one simulator as a user does and reads the line it prints. */
async function simulator(...options: string[]): Promise<Json> {
  const child = spawn(process.execPath, [programPath(), 'simulate', ...options, '--json', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return JSON.parse(line) as Json;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

async function startAis(): Promise<AisClient> {
  const [line, impatient] = await Promise.all([
    simulator('jde'),
    simulator('jde', '--switch', 'resultSetTimeoutMs=100'),
  ]);
  return {
    url: textAt(line, 'url'),
    user: textAt(line, 'user'),
    password: textAt(line, 'password'),
    environments: listAt(line, 'environments').map(String),
    role: textAt(line, 'role'),
    impatientUrl: textAt(impatient, 'url'),
  };
}

async function startCin7(): Promise<Cin7Client> {
  const line = await simulator('cin7', '--allowance', '60000');
  return {
    url: textAt(line, 'url'),
    accountId: textAt(line, 'accountId'),
    applicationKey: textAt(line, 'applicationKey'),
  };
}

function named<Client>(collection: Exchange<Client>[]): [string, Exchange<Client>][] {
  return collection.map((exchange) => [exchange.name, exchange]);
}

let ais: AisClient;
let cin7: Cin7Client;

beforeAll(async () => {
  [ais, cin7] = await Promise.all([startAis(), startCin7()]);
});

afterAll(async () => {
  await Promise.all(children.map(stop));
});

describe('A third-party client of the AIS server', () => {
  test.each(named(aisCollection))('%s', async (_name, exchange) => {
    await expect(exchange.run(ais)).resolves.toBeUndefined();
  });
});

describe('A third-party client of Cin7 Core', () => {
  test.each(named(cin7Collection))('%s', async (_name, exchange) => {
    await expect(exchange.run(cin7)).resolves.toBeUndefined();
  });
});
