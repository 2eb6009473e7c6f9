import type { Difference } from './flow.ts';

/** Compares two plain documents member by member; rows of lists by their place. */
export function compareDocuments(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, path);
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      compareDocuments(before[name], after[name], path === '' ? name : `${path}.${name}`),
    );
  }
  return [{ field: path, from: before, to: after }];
}

function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly Difference[] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, place) =>
    compareDocuments(before[place], after[place], `${path}[${place}]`),
  ).flat();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
