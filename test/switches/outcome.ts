import { expect } from 'vitest';
import type { SwitchCase } from './case.ts';
import type { Content } from './content.ts';
import { play, type Result, type Settings, type Stimulus } from './world.ts';

type System = 'jde' | 'cin7';
type Park = Extract<SwitchCase['expect'], { kind: 'parks' }>;

/** A session and a result set of JDE are lost on the way. */
const ROUGH_JDE: Stimulus['jdeFaults'] = [
  { on: { service: 'dataservice', nth: 4 }, do: { kind: 'killSession' } },
  { on: { service: 'next', nth: 3 }, do: { kind: 'expireCursor' } },
];
/** The answers to a supplier and to a purchase are lost; both were stored. */
const ROUGH_CIN7: Stimulus['cin7Faults'] = [
  { on: { method: 'POST', path: '/supplier', nth: 2 }, do: { kind: 'hangUpAfter' } },
  { on: { method: 'POST', path: '/advanced-purchase', nth: 3 }, do: { kind: 'hangUpAfter' } },
];

const ONE_TRY = new Set<string>([
  'jde.sign_in_refused',
  'jde.user_locked',
  'jde.licence_refused',
  'jde.host_not_allowed',
  'jde.environment_unknown',
]);

const baselines = new Map<string, Promise<Result>>();

/** What comes out under the default switches, with nothing going wrong. */
function baseline(settings: Settings): Promise<Result> {
  const key = JSON.stringify(settings);
  const known = baselines.get(key) ?? play(settings, {});
  baselines.set(key, known);
  return known;
}

export async function playCase(system: System, each: SwitchCase): Promise<Result> {
  const own = each.stimulus;
  const value = { [each.name]: each.value };
  return play(
    each.settings,
    system === 'jde'
      ? {
          ...own,
          jdeSwitches: { ...own.jdeSwitches, ...value },
          jdeFaults: [...(ROUGH_JDE ?? []), ...(own.jdeFaults ?? [])],
        }
      : {
          ...own,
          cin7Switches: { ...own.cin7Switches, ...value },
          cin7Faults: [...(ROUGH_CIN7 ?? []), ...(own.cin7Faults ?? [])],
        },
  );
}

/** Runs a case and checks what came out. */
export async function checkCase(system: System, each: SwitchCase): Promise<void> {
  const result = await playCase(system, each);
  expectNothingTwice(result.content);
  const expected = each.expect;
  if (expected.kind === 'fails') {
    const [first, second] = result.endings;
    expect(second).toMatchObject({ state: 'failed', code: expected.code });
    if (expected.run === 'both') expect(first).toMatchObject({ state: 'failed', code: expected.code });
    // A refused user must not be locked by us: one try in each run.
    if (ONE_TRY.has(expected.code)) expect(result.signIns).toBe(2);
    return;
  }
  expect(result.endings.map((ending) => ending.message || ending.state)).toEqual(['succeeded', 'succeeded']);
  const before = await baseline(each.comparedWith);
  if (expected.kind === 'parksAll') {
    expectAllParked(result, expected);
    return;
  }
  const aside = asideOf(expected);
  expect(comparable(result.content, each, aside)).toEqual(comparable(before.content, each, aside));
  expect(parkedAside(result, aside)).toEqual(parkedAside(before, aside));
  if (expected.kind === 'parks') expectParked(result, expected);
  if (expected.kind === 'arrives') {
    for (const order of expected.orders) {
      expect(result.content.purchases[String(order)]).toHaveLength(1);
      expect(parkedWith(result, order)).toEqual([]);
    }
  }
}

/** Each supplier and each order stands in Cin7 once, and all but the supplier that people typed in are ours. */
function expectNothingTwice(content: Content): void {
  const groups = [...Object.entries(content.suppliers), ...Object.entries(content.purchases)];
  expect(
    groups.filter(([key, rows]) => rows.length > 1 || (key.startsWith('unmarked') && !key.includes('Known'))),
  ).toEqual([]);
}

function expectAllParked({ parked, content }: Result, expected: { code: string; says: RegExp }): void {
  const suppliers = parked.filter((record) => record.flow === 'suppliers');
  expect(suppliers).toHaveLength(12);
  for (const record of suppliers) {
    expect(record.code).toBe(expected.code);
    expect(record.detail).toMatch(expected.says);
  }
  expect(Object.keys(content.purchases)).toEqual([]);
}

function expectParked(result: Result, expected: Park): void {
  for (const account of expected.accounts ?? []) {
    expect(result.parked.filter((record) => record.recordKey === account)).toMatchObject([
      { flow: 'accounts', code: 'cin7.refused' },
    ]);
  }
  for (const key of [...(expected.orders ?? []), ...(expected.suppliers ?? [])]) {
    const records = parkedWith(result, key);
    expect(records).toEqual([
      expect.objectContaining({ code: expected.code, detail: expect.stringMatching(expected.says) }),
    ]);
  }
}

function parkedWith({ parked }: Result, key: number): Result['parked'] {
  return parked.filter((record) => record.recordKey === String(key) || record.recordKey.includes(`-${key}-`));
}

function asideOf(expected: SwitchCase['expect']): readonly string[] {
  switch (expected.kind) {
    case 'parks':
      return [
        ...[...(expected.orders ?? []), ...(expected.suppliers ?? [])].map(String),
        ...(expected.accounts ?? []),
      ];
    case 'arrives':
      return expected.orders.map(String);
    case 'same':
    case 'parksAll':
    case 'fails':
      return [];
  }
}

function parkedAside(result: Result, aside: readonly string[]): readonly string[] {
  const rest = result.parked.filter(
    ({ recordKey }) => !aside.some((key) => recordKey === key || recordKey.includes(`-${key}-`)),
  );
  return rest.map(({ recordKey, code }) => `${recordKey} ${code}`);
}

function comparable(content: Content, { taxAside }: SwitchCase, aside: readonly string[]): unknown {
  const kept = (groups: Content['suppliers']): unknown =>
    Object.fromEntries(Object.entries(groups).filter(([key]) => !aside.includes(key)));
  const text = JSON.stringify({ suppliers: kept(content.suppliers), purchases: kept(content.purchases) });
  return JSON.parse(taxAside ? text.replaceAll(/\\"(Tax|Total)\\":[\d.]+/g, '\\"$1\\":0') : text);
}
