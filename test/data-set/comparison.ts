const SHOWN_MAX = 10;

/** Every difference between what is expected and what arrived, one sentence each: losses, doublings, values. */
export function compareContent<C>(
  expected: ReadonlyMap<string, C>,
  arrived: ReadonlyMap<string, readonly { readonly content: C }[]>,
): readonly string[] {
  const found: string[] = [];
  for (const [key, content] of expected) {
    const [first, ...others] = arrived.get(key) ?? [];
    if (first === undefined) found.push(`${key} is lost`);
    else found.push(...valueDifferences(content, first.content, key));
    if (others.length > 0) found.push(`${key} is there ${others.length + 1} times`);
  }
  for (const key of arrived.keys()) if (!expected.has(key)) found.push(`${key} should not be there`);
  return found;
}

/** Differences between the sets of parked records; each code must be one of the reasons that hold. */
export function compareParked(
  expected: ReadonlyMap<string, readonly string[]>,
  parked: ReadonlyMap<string, string>,
): readonly string[] {
  const found: string[] = [];
  for (const [key, reasons] of expected) {
    const code = parked.get(key);
    if (code === undefined) found.push(`${key} should be parked for ${reasons.join(' or ')}`);
    else if (!reasons.includes(code)) found.push(`${key} is parked for ${code}, not ${reasons.join(' or ')}`);
  }
  for (const [key, code] of parked)
    if (!expected.has(key)) found.push(`${key} is parked for ${code} without reason`);
  return found;
}

/** The first of many differences, with how many there are: fit for a failure message. */
export function shown(differences: readonly string[]): readonly string[] {
  const more = differences.length - SHOWN_MAX;
  return more > 0 ? [...differences.slice(0, SHOWN_MAX), `and ${more} more`] : differences;
}

function valueDifferences(expected: unknown, arrived: unknown, path: string): readonly string[] {
  if (isObject(expected) && isObject(arrived)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(arrived)]);
    return [...names].flatMap((name) => valueDifferences(expected[name], arrived[name], `${path} ${name}`));
  }
  return expected === arrived ? [] : [`${path}: ${show(arrived)} instead of ${show(expected)}`];
}

/** Lists are objects with places for names. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
