import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isFault } from '../faults/fault.ts';
import { readPostgresUrl } from './postgres-address.ts';

const read = (url: string) => readPostgresUrl(url, 'DATABASE_URL');

function refusalOf(url: string): string {
  try {
    read(url);
  } catch (error) {
    if (isFault(error)) return `${error.code} ${error.field ?? ''}: ${error.message}`;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('the address of a PostgreSQL database', () => {
  test('is taken from its URL, and shown without the password', () => {
    const address = read('postgres://anna:s3cret@db.example.com:6432/connector?application_name=mine');
    expect(address).toEqual({
      host: 'db.example.com',
      port: 6432,
      user: 'anna',
      password: 's3cret',
      database: 'connector',
      ssl: false,
      applicationName: 'mine',
      shown: 'database "connector" on db.example.com:6432 as user "anna"',
    });
  });

  test('has port 5432, and no password, where the URL names none', () => {
    expect(read('postgresql://anna@db/connector')).toMatchObject({ port: 5432, password: undefined });
  });

  test('may hold signs that a URL writes as codes', () => {
    expect(read('postgres://a%40b:p%2Fw%25@db/my%20data')).toMatchObject({
      user: 'a@b',
      password: 'p/w%',
      database: 'my data',
    });
  });

  test('may be the folder of a Unix socket', () => {
    expect(read('postgres://anna@/connector?host=%2Fvar%2Frun%2Fpostgresql')).toMatchObject({
      host: '/var/run/postgresql',
    });
  });

  test('may be an address of IPv6', () => {
    expect(read('postgres://anna@[::1]:5433/connector')).toMatchObject({ host: '::1', port: 5433 });
  });

  test.each(['require', 'verify-ca', 'verify-full'])(
    'with sslmode %s has its certificate checked',
    (mode) => {
      expect(read(`postgres://anna@db/connector?sslmode=${mode}`).ssl).toMatchObject({
        rejectUnauthorized: true,
      });
    },
  );

  test('with a certificate authority is encrypted, and trusts that authority', () => {
    const folder = mkdtempSync(join(tmpdir(), 'authority-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'ca.pem');
    writeFileSync(path, 'PEM');
    const { ssl } = read(`postgres://anna@db/connector?sslrootcert=${encodeURIComponent(path)}`);
    expect(ssl).toMatchObject({ ca: 'PEM', rejectUnauthorized: true });
  });
});

describe('an address is refused, without a word of the password,', () => {
  const refused = [
    ['that is no URL', 'anna:s3cret@db', 'is no URL'],
    ['of another database', 'mysql://anna:s3cret@db/connector', 'is no URL'],
    ['without a user', 'postgres://db/connector', 'names no user'],
    ['without a database', 'postgres://anna:s3cret@db', 'names no database'],
    ['with an unknown parameter', 'postgres://anna:s3cret@db/c?sslmod=require', 'unknown parameter sslmod'],
    ['with an unknown sslmode', 'postgres://anna:s3cret@db/c?sslmode=prefer', 'unknown sslmode prefer'],
    ['whose password has a bare per cent sign', 'postgres://anna:s3cret%@db/c', 'write %25'],
    [
      'whose authority cannot be read',
      'postgres://anna:s3cret@db/c?sslrootcert=/nowhere.pem',
      '/nowhere.pem',
    ],
  ] as const;

  test.each(refused)('%s', (_, url, says) => {
    const refusal = refusalOf(url);
    expect(refusal).toMatch(/^config\.invalid DATABASE_URL/);
    expect(refusal).toContain(says);
    expect(refusal).not.toContain('s3cret');
  });
});
