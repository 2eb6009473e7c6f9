import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import leven from 'leven';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { Fault } from '../faults/fault.ts';
import { type Config, type ConnectionConfig, configJsonSchema, configSchema } from './file.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** Folder of the file; relative paths in it start there. */
  readonly folder: string;
}

/** Reads and checks ml-connector.yaml. Every problem is named with its line, field and what to write instead. */
export function loadConfig(path: string): LoadedConfig {
  const text = readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${path}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`);
    throw new Fault('config.invalid', problems.join('\n'), { field: path });
  }
  const parsed = configSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => describeIssue(issue, document, at));
    throw new Fault('config.invalid', problems.map((problem) => problem.text).join('\n'), {
      field: problems[0]?.field ?? path,
    });
  }
  return { config: parsed.data, folder: dirname(resolve(path)) };
}

/** The connection of that name, or the only one there is. */
export function findConnectionConfig(config: Config, name: string | undefined): ConnectionConfig {
  const names = config.connections.map((connection) => connection.name).join(', ');
  const [only, second] = config.connections;
  if (name === undefined && only !== undefined && second === undefined) return only;
  const found = config.connections.find((connection) => connection.name === name);
  if (found !== undefined) return found;
  const message =
    only === undefined
      ? 'No connection is configured in ml-connector.yaml.'
      : name === undefined
        ? `Several connections are configured: ${names}. Name one with --connection.`
        : `There is no connection "${name}". Configured: ${names}.`;
  throw new Fault('config.connection_unknown', message, { field: '--connection' });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault(
      'config.invalid',
      `${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}. Name the file with --config.`,
      { cause, field: '--config' },
    );
  }
}

interface Problem {
  readonly field: string;
  readonly text: string;
}

function describeIssue(
  issue: z.core.$ZodIssue,
  document: Document,
  at: (offset: number) => string,
): readonly Problem[] {
  const where = (path: readonly PropertyKey[]): string => at(offsetOf(document, path));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return {
        field: nameOf(path),
        text: `${at(keyOffsetOf(document, path))}: ${nameOf(path)} is not a setting.${secretHint(key)}${suggestion(key, issue.path)}`,
      };
    });
  }
  const message =
    issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
      ? 'is missing'
      : issue.message;
  return [{ field: nameOf(issue.path), text: `${where(issue.path)}: ${nameOf(issue.path)}: ${message}` }];
}

/** Where the name of a member stands, not what is behind it: a block begins on the next line. */
function keyOffsetOf(document: Document, path: readonly PropertyKey[]): number {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pairs = isMap(parent) ? parent.items : [];
  const key = pairs.map((pair) => pair.key).find((each) => isScalar(each) && each.value === path.at(-1));
  return (isScalar(key) ? key.range?.[0] : undefined) ?? offsetOf(document, path);
}

/** A missing member has no place of its own: the nearest thing around it has. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range !== undefined && node.range !== null) return node.range[0];
  }
  return 0;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function secretHint(key: string): string {
  if (!/^(user(name)?|pass(word)?|(application)?key|accountId|token|secret)$/i.test(key)) return '';
  return ' Credentials never stand in this file: set the environment variable, or name a file under credentials.';
}

const DISTANCE_MAX = 3;

function suggestion(key: string, parent: readonly PropertyKey[]): string {
  const nearest = memberNames(parent)
    .map((name) => ({ name, distance: leven(key.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return nearest === undefined || nearest.distance > DISTANCE_MAX ? '' : ` Did you mean ${nearest.name}?`;
}

/** The member names that the schema knows at a place. */
function memberNames(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = configJsonSchema();
  for (const part of path)
    schema =
      typeof part === 'number'
        ? memberOf(schema, 'items')
        : memberOf(memberOf(schema, 'properties'), String(part));
  const properties = memberOf(schema, 'properties');
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;
}
