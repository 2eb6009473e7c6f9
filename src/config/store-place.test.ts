import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type LoadedConfig, loadConfig } from './load.ts';
import { storePlace } from './store-place.ts';

const URL = 'postgres://anna:s3cret@db/connector';

function load(store: string): LoadedConfig {
  const folder = mkdtempSync(join(tmpdir(), 'store-place-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ml-connector.yaml');
  writeFileSync(path, `version: 1\n${store}`);
  return loadConfig(path);
}

describe('the store', () => {
  test('is the embedded one beside the configuration, where nothing else is said', () => {
    const loaded = load('');
    const path = join(loaded.folder, 'data/ml-connector.db');
    expect(storePlace(loaded, {})).toEqual({ dialect: 'sqlite', path });
    expect(storePlace(loaded, { DATABASE_URL: ' ' })).toEqual({ dialect: 'sqlite', path });
  });

  test('is in PostgreSQL where DATABASE_URL names a database', () => {
    expect(storePlace(load(''), { DATABASE_URL: `${URL}\n` })).toEqual({
      dialect: 'postgres',
      url: URL,
      field: 'DATABASE_URL',
      poolMax: 10,
    });
  });

  test('is in PostgreSQL where the file names a variable or a file that holds the address, before DATABASE_URL', () => {
    const others = { DATABASE_URL: 'postgres://other@db/other' };
    const byVariable = load('store:\n  postgres: { env: OWN_URL }\n  poolMax: 4\n');
    const place = { dialect: 'postgres', url: URL, field: 'store.postgres' };
    expect(storePlace(byVariable, { ...others, OWN_URL: URL })).toEqual({ ...place, poolMax: 4 });
    const byFile = load('store:\n  postgres: { file: url }\n');
    writeFileSync(join(byFile.folder, 'url'), `${URL}\n`);
    expect(storePlace(byFile, others)).toEqual({ ...place, poolMax: 10 });
  });

  test('that is to be thrown away is never replaced', () => {
    const loaded = load('store: { sqlite: ":memory:" }\n');
    expect(storePlace(loaded, { DATABASE_URL: URL })).toEqual({ dialect: 'sqlite', path: ':memory:' });
  });

  test('whose address is not where the file says is not quietly the embedded one', () => {
    const loaded = load('store: { postgres: { env: OWN_URL } }\n');
    expect(() => storePlace(loaded, {})).toThrow(
      'store.postgres: the environment variable OWN_URL is not set or empty.',
    );
  });

  test('with its address in clear in the file is refused, and the address is not repeated', () => {
    let message = '';
    try {
      load(`store: { postgres: '${URL}' }\n`);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('store.postgres');
    expect(message).not.toContain('s3cret');
  });
});
