import { isObject, type Json } from './json.ts';

/**
 * How an answer differs in shape from a documented one: keys that are missing or too many, other types,
 * null in place of "" and the reverse. Values themselves may differ. Paths read `SupplierList[0].Name`.
 */
export function shapeDifferences(example: Json, actual: Json | undefined, path = ''): string[] {
  if (actual === undefined) return [`${path}: missing`];
  if (Array.isArray(example)) return arrayDifferences(example, actual, path);
  if (isObject(example)) {
    if (!isObject(actual)) return [`${path}: ${typeName(actual)} instead of object`];
    const keys = new Set([...Object.keys(example), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => {
      const below = path === '' ? key : `${path}.${key}`;
      const expected = example[key];
      return expected === undefined
        ? [`${below}: not in the example`]
        : shapeDifferences(expected, actual[key], below);
    });
  }
  return scalarDifferences(example, actual, path);
}

function arrayDifferences(example: Json[], actual: Json, path: string): string[] {
  if (!Array.isArray(actual)) return [`${path}: ${typeName(actual)} instead of array`];
  const [firstExample] = example;
  if (firstExample === undefined) return actual.length === 0 ? [] : [`${path}: filled, empty in the example`];
  if (actual.length === 0) return [`${path}: empty, filled in the example`];
  // Every row must have the shape of the example row in its place, or of the last one.
  return actual.flatMap((row, index) =>
    shapeDifferences(example[Math.min(index, example.length - 1)] ?? firstExample, row, `${path}[${index}]`),
  );
}

function scalarDifferences(example: Json, actual: Json, path: string): string[] {
  if (isBlank(example) && isBlank(actual)) {
    return example === actual
      ? []
      : [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(example)}`];
  }
  // A field that one side leaves null may hold a value on the other.
  if (example === null || actual === null) return [];
  return typeName(example) === typeName(actual)
    ? []
    : [`${path}: ${typeName(actual)} instead of ${typeName(example)}`];
}

function isBlank(value: Json): boolean {
  return value === null || value === '';
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
