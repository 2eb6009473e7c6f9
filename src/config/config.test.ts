import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Fault } from '../faults/fault.ts';
import { readCredentials } from './credentials.ts';
import { configJsonSchema, mappingSettings } from './file.ts';
import { findConnectionConfig, type LoadedConfig, loadConfig } from './load.ts';

const GOOD = `version: 1
connections:
  - name: main
    jde:
      url: https://ais.example.com:9300
      environment: JPD920
      role: BUYER
`;
const EVERYTHING_BY_DEFAULT = {
  orderTypes: ['OP'],
  releasableFrom: '280',
  releasableTo: '400',
  orderStatus: 'DRAFT',
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function load(text: string): LoadedConfig {
  const path = join(folder(), 'ml-connector.yaml');
  writeFileSync(path, text);
  return loadConfig(path);
}

function problemOf(text: string): Fault {
  try {
    load(text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('The file was accepted.');
}

describe('ml-connector.yaml', () => {
  test('needs no more than the address, the environment and the role', () => {
    const { config } = load(GOOD);
    const [connection] = config.connections;
    expect(config.store.sqlite).toBe('data/ml-connector.db');
    expect(connection?.purchases).toMatchObject(EVERYTHING_BY_DEFAULT);
    expect(connection?.cin7.callsPerMinute).toBe(60);
    expect(connection === undefined ? undefined : mappingSettings(connection).marker).toBe('main');
  });

  test('tells where its relative paths start', () => {
    const path = join(folder(), 'ml-connector.yaml');
    writeFileSync(path, GOOD);
    expect(loadConfig(path).folder).toBe(join(path, '..'));
  });

  test('that is not there is named, with the way to name another', () => {
    const path = join(folder(), 'nowhere.yaml');
    expect(() => loadConfig(path)).toThrow(`${path} cannot be read: ENOENT. Name the file with --config.`);
  });

  const typos: readonly [string, string, string, RegExp][] = [
    [
      'a typo',
      `${GOOD}    purchase:\n      orderStatus: DRAFT\n`,
      'connections[0].purchase',
      /:8: .*is not a setting\. Did you mean purchases\?/,
    ],
    [
      'a typo further down',
      `${GOOD}    run:\n      overlapDay: 2\n`,
      'connections[0].run.overlapDay',
      /:9: .*Did you mean overlapDays\?/,
    ],
    ['a typo at the top', `${GOOD}stores:\n  sqlite: x\n`, 'stores', /:8: .*Did you mean store\?/],
    [
      'a word that is like no setting',
      `${GOOD}    somethingElseAltogether: 1\n`,
      'connections[0].somethingElseAltogether',
      /is not a setting\.$/,
    ],
    [
      'a value of another kind',
      `${GOOD}    run:\n      overlapDays: soon\n`,
      'connections[0].run.overlapDays',
      /:9: connections\[0\]\.run\.overlapDays: .*number/,
    ],
    [
      'a value out of range',
      `${GOOD}    run:\n      overlapDays: 99\n`,
      'connections[0].run.overlapDays',
      /:9: .*60/,
    ],
    [
      'a value that is not offered',
      `${GOOD}    purchases:\n      orderStatus: OPEN\n`,
      'connections[0].purchases.orderStatus',
      /:9: .*DRAFT/,
    ],
    [
      'blanket orders',
      `${GOOD}    purchases:\n      orderTypes: [OP, OB]\n`,
      'connections[0].purchases.orderTypes',
      /a blanket order is not a purchase/,
    ],
    [
      'a day of another form',
      `${GOOD}    run:\n      initialSince: 31/03/2014\n`,
      'connections[0].run.initialSince',
      /must be a day such as 2026-01-31/,
    ],
    [
      'a code template without a code',
      `${GOOD}    accounts:\n      codeTemplate: OBJ\n`,
      'connections[0].accounts.codeTemplate',
      /must hold at least one of/,
    ],
    ['a name with capitals', GOOD.replace('name: main', 'name: Main'), 'connections[0].name', /lower-case/],
    [
      'a missing member',
      GOOD.replace('      role: BUYER\n', ''),
      'connections[0].jde.role',
      /:5: connections\[0\]\.jde\.role: is missing/,
    ],
    ['another version', GOOD.replace('version: 1', 'version: 2'), 'version', /:1: version/],
    [
      'two connections of one name',
      `${GOOD}${GOOD.split('connections:\n')[1] ?? ''}`,
      'connections',
      /two connections have the same name/,
    ],
    ['a member that stands twice', `${GOOD}version: 1\n`, '', /unique/i],
    ['broken YAML', 'version: 1\nconnections: [\n', '', /:\d+: /],
    ['an empty file', '', '', /ml-connector\.yaml/],
  ];

  test.each(typos)(
    'with %s is refused, named with its line and what to write instead',
    (_, text, field, says) => {
      const fault = problemOf(text);
      expect(fault.code).toBe('config.invalid');
      expect(fault.message).toMatch(says);
      expect(fault.message).toMatch(/ml-connector\.yaml/);
      expect(fault.field?.endsWith(field)).toBe(true);
    },
  );

  test('tells all of its problems at once, one a line', () => {
    const fault = problemOf(`${GOOD}    run:\n      overlapDays: soon\n      deadline: 5\n`);
    expect(fault.message.split('\n')).toHaveLength(2);
  });

  test.each(['password', 'user', 'applicationKey', 'accountId', 'token', 'secret'])(
    'with a credential in clear (%s) is refused with the way out, and does not repeat it',
    (name) => {
      const fault = problemOf(
        GOOD.replace('      role: BUYER\n', `      role: BUYER\n      ${name}: s3cret-value\n`),
      );
      expect(fault.message).toMatch(
        /Credentials never stand in this file: set the environment variable, or name a file/,
      );
      expect(fault.message).not.toContain('s3cret-value');
    },
  );

  test('with a credential in clear where its place should be named is refused, and does not repeat it', () => {
    const fault = problemOf(`${GOOD}      credentials:\n        password: s3cret-value\n`);
    expect(fault.field).toBe('connections[0].jde.credentials.password');
    expect(fault.message).not.toContain('s3cret-value');
  });
});

describe('the connection that a command is for', () => {
  const two = `${GOOD}${(GOOD.split('connections:\n')[1] ?? '').replace('main', 'second')}`;

  test('is the only one, or the one that is named', () => {
    expect(findConnectionConfig(load(GOOD).config, undefined).name).toBe('main');
    expect(findConnectionConfig(load(two).config, 'second').name).toBe('second');
  });

  test('must be named where there are several, and must be there', () => {
    const { config } = load(two);
    expect(() => findConnectionConfig(config, undefined)).toThrow(
      'Several connections are configured: main, second.',
    );
    expect(() => findConnectionConfig(config, 'third')).toThrow(
      'There is no connection "third". Configured: main, second.',
    );
  });
});

describe('credentials', () => {
  const env = {
    ML_CONNECTOR_MAIN_JDE_USER: 'READER',
    ML_CONNECTOR_MAIN_JDE_PASSWORD: 'p4ss\n',
    ML_CONNECTOR_MAIN_CIN7_ACCOUNT_ID: 'account',
    ML_CONNECTOR_MAIN_CIN7_APPLICATION_KEY: 'key',
  };
  const connectionOf = (text: string) => findConnectionConfig(load(text).config, undefined);

  test('come from environment variables named after the connection', () => {
    expect(readCredentials(connectionOf(GOOD), { env, folder: '/' })).toEqual({
      jde: { user: 'READER', password: 'p4ss' },
      cin7: { accountId: 'account', applicationKey: 'key' },
    });
    const other = connectionOf(GOOD.replace('main', 'north-east'));
    expect(() => readCredentials(other, { env, folder: '/' })).toThrow(/ML_CONNECTOR_NORTH_EAST_JDE_USER/);
  });

  test('come from a file or another variable, if so set; a line end behind them is no part of them', () => {
    const place = folder();
    writeFileSync(join(place, 'password.txt'), ' from file\r\n');
    const text = `${GOOD}      credentials:\n        user: { env: OTHER_USER }\n        password: { file: password.txt }\n`;
    const credentials = readCredentials(connectionOf(text), {
      env: { ...env, OTHER_USER: 'X' },
      folder: place,
    });
    expect(credentials.jde).toEqual({ user: 'X', password: 'from file' });
  });

  test.each(Object.keys(env))('that are missing are named: %s', (name) => {
    for (const value of [undefined, '', '  ']) {
      const read = () => readCredentials(connectionOf(GOOD), { env: { ...env, [name]: value }, folder: '/' });
      expect(read).toThrow(`the environment variable ${name} is not set or empty.`);
    }
  });

  test('in a file that is not there, or empty, are named by the file', () => {
    const place = folder();
    const text = `${GOOD}      credentials:\n        password: { file: password.txt }\n`;
    const read = () => readCredentials(connectionOf(text), { env, folder: place });
    expect(read).toThrow(/jde\.credentials\.password: .*password\.txt cannot be read \(ENOENT\)/);
    writeFileSync(join(place, 'password.txt'), '\n');
    expect(read).toThrow('jde.credentials.password: the file password.txt is not set or empty.');
  });
});

test('the schema for editors describes every setting', () => {
  const undescribed: string[] = [];
  const walk = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const members = new Map<string, unknown>(Object.entries(schema));
    const properties = members.get('properties');
    if (typeof properties === 'object' && properties !== null) {
      for (const [name, child] of Object.entries(properties)) {
        if (!hasDescription(child)) undescribed.push(`${path}.${name}`);
        walk(child, `${path}.${name}`);
      }
    }
    walk(members.get('items'), `${path}[]`);
  };
  walk(configJsonSchema(), '');
  // The two answers of a policy are described at the kind they belong to.
  expect(undescribed).toEqual([]);
});

function hasDescription(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'description' in schema;
}
