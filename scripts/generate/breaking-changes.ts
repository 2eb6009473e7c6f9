/** A document or a part of it, as JSON. */
type Json = Readonly<Record<string, unknown>>;

/**
 * What callers of the older API would stumble over: routes, answers or members of answers that are gone, another type, a member of a
 * request that is new and needed, a value of a request that is no longer taken, a role that is higher.
 *
 * @returns one sentence each; empty when every caller can go on as before.
 */
export function breakingChanges(older: unknown, newer: unknown): readonly string[] {
  const [before, after] = [inPlace(older), inPlace(newer)];
  const found: string[] = [];
  for (const [path, item] of Object.entries(at(before, 'paths'))) {
    for (const [method, operation] of Object.entries(objectOf(item))) {
      const where = `${method.toUpperCase()} ${path}`;
      const now = at(at(at(after, 'paths'), path), method);
      if (Object.keys(now).length === 0) found.push(`${where} is gone.`);
      else found.push(...operationChanges(where, objectOf(operation), now));
    }
  }
  return found;
}

const ROLES = ['public', 'trigger', 'viewer', 'operator', 'admin'];

function operationChanges(where: string, before: Json, after: Json): readonly string[] {
  const found: string[] = [];
  if (ROLES.indexOf(String(after['x-role'])) > ROLES.indexOf(String(before['x-role'])))
    found.push(`${where} needs the role ${String(after['x-role'])} now.`);
  found.push(...parameterChanges(where, before, after));
  found.push(
    ...requestChanges(`${where} body`, schemaOf(before['requestBody']), schemaOf(after['requestBody'])),
  );
  const answers = at(after, 'responses');
  for (const [status, answer] of Object.entries(at(before, 'responses'))) {
    if (answers[status] === undefined) found.push(`${where} no longer answers with ${status}.`);
    else found.push(...answerChanges(`${where} ${status}`, schemaOf(answer), schemaOf(answers[status])));
  }
  return found;
}

function parameterChanges(where: string, before: Json, after: Json): readonly string[] {
  const known = new Map(listOf(before['parameters']).map((each) => [String(each['name']), each]));
  const now = new Map(listOf(after['parameters']).map((each) => [String(each['name']), each]));
  const found: string[] = [];
  for (const [name, parameter] of now) {
    const old = known.get(name);
    if (old === undefined && parameter['required'] === true)
      found.push(`${where} needs the parameter ${name} now.`);
    if (old !== undefined)
      found.push(
        ...requestChanges(`${where} ${name}`, objectOf(old['schema']), objectOf(parameter['schema'])),
      );
  }
  for (const name of known.keys())
    if (!now.has(name)) found.push(`${where} no longer takes the parameter ${name}.`);
  return found;
}

/** What is asked for may become more generous, never stricter. */
function requestChanges(where: string, before: Json, after: Json): readonly string[] {
  if (Object.keys(before).length === 0) return requiredOf(after).map((name) => `${where} needs ${name} now.`);
  const found: string[] = [...typeChange(where, before, after)];
  for (const name of requiredOf(after))
    if (!requiredOf(before).includes(name)) found.push(`${where} needs ${name} now.`);
  const values = after['enum'];
  if (Array.isArray(values))
    for (const value of Array.isArray(before['enum']) ? before['enum'] : [])
      if (!values.includes(value)) found.push(`${where} no longer takes ${String(value)}.`);
  for (const [name, schema] of Object.entries(at(before, 'properties'))) {
    const now = at(after, 'properties')[name];
    if (now !== undefined) found.push(...requestChanges(`${where}.${name}`, objectOf(schema), objectOf(now)));
    else if (after['additionalProperties'] === false) found.push(`${where} no longer takes ${name}.`);
  }
  return found;
}

/** What is answered may become more, never less. */
function answerChanges(where: string, before: Json, after: Json): readonly string[] {
  const found: string[] = [...typeChange(where, before, after)];
  for (const [name, schema] of Object.entries(at(before, 'properties'))) {
    const now = at(after, 'properties')[name];
    if (now === undefined) found.push(`${where} no longer has ${name}.`);
    else found.push(...answerChanges(`${where}.${name}`, objectOf(schema), objectOf(now)));
  }
  for (const name of requiredOf(before))
    if (at(after, 'properties')[name] !== undefined && !requiredOf(after).includes(name))
      found.push(`${where}.${name} may be left out now.`);
  if (before['items'] !== undefined)
    found.push(...answerChanges(`${where}[]`, objectOf(before['items']), objectOf(after['items'])));
  return found;
}

function typeChange(where: string, before: Json, after: Json): readonly string[] {
  const [was, is] = [before['type'], after['type']];
  return was === undefined || is === undefined || JSON.stringify(was) === JSON.stringify(is)
    ? []
    : [`${where} was ${JSON.stringify(was)} and is ${JSON.stringify(is)}.`];
}

function schemaOf(part: unknown): Json {
  const [content] = Object.values(at(part, 'content'));
  return at(content, 'schema');
}

/** Puts named schemas where they are referred to. None of the API refers to itself. */
function inPlace(document: unknown): unknown {
  const named = at(at(document, 'components'), 'schemas');
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = objectOf(value);
    const target = typeof $ref === 'string' ? named[$ref.split('/').at(-1) ?? ''] : undefined;
    const own = Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, resolve(part)]));
    return target === undefined ? own : { ...objectOf(resolve(target)), ...own };
  };
  return { paths: resolve(at(document, 'paths')) };
}

const requiredOf = (schema: Json): readonly string[] =>
  Array.isArray(schema['required']) ? schema['required'].map(String) : [];
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(objectOf) : []);
const at = (value: unknown, name: string): Json => objectOf(objectOf(value)[name]);

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
