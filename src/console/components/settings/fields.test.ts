import { expect, test } from 'vitest';
import { z } from 'zod';
import { connectionSchema } from '../../../config/file.ts';
import { sectionsOf, valueAt, withValues } from './fields.ts';
import { differsFromDefault } from './setting-row.tsx';

// As the server gives it; the settings of today, so that new forms of settings are seen here first.
const SCHEMA = z.toJSONSchema(connectionSchema, { io: 'input', unrepresentable: 'any' }) as Parameters<
  typeof sectionsOf
>[0];
const fields = sectionsOf(SCHEMA).flatMap((section) => section.fields);
const fieldAt = (path: string) => {
  const found = fields.find((field) => field.path === path);
  if (found === undefined) throw new Error(`There is no setting ${path}.`);
  return found;
};

test('every setting is shown with an explanation, but for its name and its credentials', () => {
  expect(fields.filter(({ node }) => (node.description ?? '') === '').map(({ path }) => path)).toEqual([]);
  const paths = fields.map(({ path }) => path);
  expect(paths).toContain('jde.orchestrationInputs.since');
  expect(paths).toContain('outbound.allowHosts');
  expect(paths.filter((path) => path === 'name' || path.includes('credentials'))).toEqual([]);
});

test('every setting has a form that can be entered', () => {
  const known = new Set(['string', 'boolean', 'integer', 'number', 'array', 'object']);
  const strange = fields.filter(
    ({ node }) =>
      node.enum === undefined &&
      node.anyOf === undefined &&
      (node.type === undefined || !known.has(node.type)),
  );
  expect(strange.map(({ path }) => path)).toEqual([]);
});

test('only what differs from the default counts as changed; what has none, when it is there', () => {
  expect(differsFromDefault(fieldAt('jde.pageSize'), 1_000)).toBe(false);
  expect(differsFromDefault(fieldAt('jde.pageSize'), 500)).toBe(true);
  expect(differsFromDefault(fieldAt('jde.quietHours'), ['22:00-05:30'])).toBe(true);
  expect(differsFromDefault(fieldAt('jde.url'), 'https://ais.example.com')).toBe(false);
  expect(differsFromDefault(fieldAt('jde.caFile'), undefined)).toBe(false);
  expect(differsFromDefault(fieldAt('jde.caFile'), 'ca.pem')).toBe(true);
  expect(differsFromDefault(fieldAt('run.initialSince'), null)).toBe(false);
});

test('changes reach their place and leave everything else as it was', () => {
  const settings = { jde: { url: 'https://a', caFile: 'ca.pem', role: 'X' }, run: { overlapDays: 1 } };
  const changed = withValues(
    settings,
    new Map<string, unknown>([
      ['jde.role', 'Y'],
      ['jde.caFile', undefined],
      ['cin7.pageLimit', 10],
    ]),
  );
  expect(changed).toEqual({
    jde: { url: 'https://a', role: 'Y' },
    run: { overlapDays: 1 },
    cin7: { pageLimit: 10 },
  });
  expect(settings.jde.role).toBe('X');
  expect(valueAt(changed, 'jde.role')).toBe('Y');
  expect(valueAt(changed, 'jde.role.deeper')).toBeUndefined();
});
