import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { breakingChanges } from '../scripts/generate/breaking-changes.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../schema/${name}`, import.meta.url), 'utf8'));

test('callers of the released API can go on as before', () => {
  expect(breakingChanges(read('openapi-released.json'), read('openapi.json'))).toEqual([]);
});

describe('a change that callers would stumble over is found', () => {
  const answer = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, n: { type: 'number' } },
  };
  const body = {
    type: 'object',
    required: ['kind'],
    properties: { kind: { type: 'string', enum: ['a', 'b'] } },
  };
  const operation = {
    'x-role': 'operator',
    parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
    requestBody: { content: { 'application/json': { schema: body } } },
    responses: { 200: { content: { 'application/json': { schema: answer } } } },
  };
  const documentOf = (post: unknown) => ({ paths: { '/runs': { post } } });
  const changed = (change: (copy: typeof operation) => void): readonly string[] => {
    const copy = structuredClone(operation);
    change(copy);
    return breakingChanges(documentOf(operation), documentOf(copy));
  };
  const schemaOf = (copy: typeof operation) => copy.responses[200].content['application/json'].schema;
  const bodyOf = (copy: typeof operation) => copy.requestBody.content['application/json'].schema;

  test.each<[string, (copy: typeof operation) => void, string]>([
    ['a higher role', (copy) => (copy['x-role'] = 'admin'), 'POST /runs needs the role admin now.'],
    [
      'a parameter that is gone',
      (copy) => (copy.parameters = []),
      'POST /runs no longer takes the parameter limit.',
    ],
    [
      'a parameter that is needed',
      (copy) =>
        copy.parameters.push({ name: 'x', in: 'query', required: true, schema: { type: 'string' } } as never),
      'POST /runs needs the parameter x now.',
    ],
    ['a member that is needed', (copy) => bodyOf(copy).required.push('x'), 'POST /runs body needs x now.'],
    [
      'a value that is refused',
      (copy) => (bodyOf(copy).properties.kind.enum = ['a']),
      'POST /runs body.kind no longer takes b.',
    ],
    [
      'a member of the answer that is gone',
      (copy) => delete (schemaOf(copy).properties as Record<string, unknown>)['n'],
      'POST /runs 200 no longer has n.',
    ],
    [
      'another type',
      (copy) => (schemaOf(copy).properties.n.type = 'string'),
      'POST /runs 200.n was "number" and is "string".',
    ],
    [
      'a member that may be absent',
      (copy) => (schemaOf(copy).required = []),
      'POST /runs 200.id may be left out now.',
    ],
    [
      'an answer that is gone',
      (copy) => delete (copy.responses as Record<number, unknown>)[200],
      'POST /runs no longer answers with 200.',
    ],
  ])('%s', (_, change, sentence) => {
    expect(changed(change)).toEqual([sentence]);
  });

  test('a route that is gone', () => {
    expect(breakingChanges(documentOf(operation), { paths: {} })).toEqual(['POST /runs is gone.']);
  });

  test('and what is more generous is none', () => {
    const more = changed((copy) => {
      copy['x-role'] = 'viewer';
      copy.parameters.push({ name: 'new', in: 'query', schema: { type: 'string' } });
      bodyOf(copy).required = [];
      bodyOf(copy).properties.kind.enum.push('c');
      Object.assign(schemaOf(copy).properties, { more: { type: 'string' } });
    });
    expect(more).toEqual([]);
  });
});
