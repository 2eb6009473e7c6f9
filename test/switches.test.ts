import { describe, expect, test } from 'vitest';
import { cin7Switches } from '../src/simulators/cin7/index.ts';
import { jdeSwitches } from '../src/simulators/jde/index.ts';
import type { SwitchCase } from './switches/case.ts';
import { cin7Cases } from './switches/cin7-cases.ts';
import { jdeCases } from './switches/jde-cases.ts';

/** What each simulator says about its switches: the values listed, or none where they are a range or a text. */
const systems = [
  {
    system: 'JDE',
    cases: jdeCases,
    switches: Object.entries(jdeSwitches).map(([name, kind]) => ({
      name,
      values: typeof kind.values === 'string' ? [] : [...kind.values],
      byDefault: kind.default,
    })),
  },
  {
    system: 'Cin7',
    cases: cin7Cases,
    switches: cin7Switches.map(({ name, values, default: byDefault }) => ({ name, values, byDefault })),
  },
] as const;

describe.each(systems)('the flows under every switch of $system', ({ cases, switches }) => {
  const valuesRun = (name: string): readonly unknown[] =>
    cases.filter((each) => each.name === name).map((each) => each.value);

  test('every value that a switch lists is run', () => {
    const missing = switches.flatMap(({ name, values }) =>
      values.filter((value) => !valuesRun(name).includes(value)).map((value) => `${name} = ${value}`),
    );
    expect(missing).toEqual([]);
  });

  test('a range or a text is run with its default and with others', () => {
    const thin = switches.filter(
      ({ name, byDefault }) => !valuesRun(name).includes(byDefault) || new Set(valuesRun(name)).size < 2,
    );
    expect(thin.map(({ name }) => name)).toEqual([]);
  });

  test('a run that ends otherwise than by default names a code, or says why it is right', () => {
    const silent = cases.filter(
      (each) => each.expect.kind !== 'same' && each.expect.kind !== 'fails' && each.note === '',
    );
    expect(silent.map(titleOf)).toEqual([]);
  });
});

const titleOf = (each: SwitchCase): string => `${each.name} = ${each.value}`;
