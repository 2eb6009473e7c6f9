import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cells, handClock, startAis } from './ais.testkit.ts';
import { type JdeSwitches, jdeSwitches, readJdeScenario, switchProblem } from './index.ts';

describe('a scenario', () => {
  test('is read from YAML and played: faults, switches, and events after a call or at a time', async () => {
    const scenario = readJdeScenario(
      parse(`
switches: { invalidTokenStatus: '403' }
faults:
  - on: { service: dataservice, table: F0010, nth: 1 }
    do: { kind: html, status: 503 }
events:
  - afterCall: 2
    do: { kind: killSessions }
  - atMs: 60000
    do: { kind: upsert, table: F0010, row: { CO: '00002' } }
  - atMs: 120000
    do: { kind: setUser, user: JDE, set: { state: locked } }
`),
    );
    const clock = handClock('2026-11-23T08:00:00Z');
    const ais = await startAis({ ...scenario, clock, tables: { F0010: [{ CO: '00001' }] } });
    const token = await ais.signIn();
    expect((await ais.browse({ token, targetName: 'F0010' })).status).toBe(503);
    expect((await ais.browse({ token, targetName: 'F0010' })).status).toBe(403);
    clock.forward(60_000);
    expect(cells(await ais.browse({ targetName: 'F0010' }), 'F0010_CO')).toEqual(['00001', '00002']);
    clock.forward(60_000);
    await expect(ais.signIn()).rejects.toThrow('403');
  });

  test('may switch, add faults, expire result sets, remove rows and restart', async () => {
    const { events } = readJdeScenario({
      events: [
        { afterCall: 1, do: { kind: 'setSwitches', switches: { numberForm: 'stored' } } },
        { afterCall: 1, do: { kind: 'addFault', fault: { do: { kind: 'html', status: 502 } } } },
        { afterCall: 2, do: { kind: 'clearFaults' } },
        { afterCall: 2, do: { kind: 'remove', table: 'F0010', key: { CO: '00001' } } },
        { afterCall: 3, do: { kind: 'expireCursors' } },
        { afterCall: 3, do: { kind: 'restart' } },
      ],
    });
    const ais = await startAis({ events, tables: { F0010: [{ CO: '00001' }] } });
    const token = await ais.signIn();
    expect(ais.sim.switches.numberForm).toBe('stored');
    expect((await ais.browse({ token, targetName: 'F0010' })).status).toBe(502);
    expect(cells(await ais.browse({ token, targetName: 'F0010' }), 'F0010_CO')).toEqual([]);
    expect(ais.sim.openSessions).toBe(0);
  });

  test.each([
    [
      'an unknown switch',
      { switches: { colour: 'red' } },
      /^scenario: switches\.colour: unknown switch 'colour'/,
    ],
    [
      'a wrong value',
      { switches: { numberForm: 'round' } },
      /switches\.numberForm: must be one of shortest, stored/,
    ],
    [
      'a text for a number',
      { switches: { dbFetchLimit: '10' } },
      /switches\.dbFetchLimit: must be a whole number of rows/,
    ],
    ['an unknown fault', { faults: [{ do: { kind: 'explode' } }] }, /faults\.0\.do\.kind/],
    ['a missing number', { faults: [{ do: { kind: 'slow' } }] }, /faults\.0\.do\.ms/],
    [
      'an unknown service',
      { faults: [{ on: { service: 'x' }, do: { kind: 'hang' } }] },
      /faults\.0\.on\.service/,
    ],
    ['a rate above 1', { faults: [{ on: { rate: 2 }, do: { kind: 'hang' } }] }, /faults\.0\.on\.rate/],
    ['a misspelt field', { fault: [] }, /fault/],
    [
      'an event without a time',
      { events: [{ do: { kind: 'restart' } }] },
      /events\.0: needs either afterCall or atMs/,
    ],
  ])('with %s is refused, naming the field', (_, input, message) => {
    expect(() => readJdeScenario(input)).toThrow(message);
  });

  test('that names what the simulator does not have is refused at the start', async () => {
    const event = (action: unknown) => readJdeScenario({ events: [{ atMs: 0, do: action }] });
    await expect(startAis(event({ kind: 'upsert', table: 'F77', row: {} }))).rejects.toThrow('no table F77');
    await expect(startAis(event({ kind: 'setUser', user: 'X', set: {} }))).rejects.toThrow('no user X');
  });

  test('may be empty', () => {
    expect(readJdeScenario(undefined)).toEqual({ switches: {}, faults: [], events: [] });
  });
});

describe('switches', () => {
  test('each is explained, and its default is one of its values', () => {
    const kinds = Object.entries(jdeSwitches);
    const wrong = kinds.filter(([name, kind]) => switchProblem(name, kind.default) !== undefined);
    const unexplained = kinds.filter(([, kind]) => !kind.explanation.endsWith('.'));
    expect([wrong, unexplained]).toEqual([[], []]);
  });

  test('a wrong one is refused at the start', async () => {
    const wrong: object = { switches: { dbFetchLimit: 'many' } };
    await expect(startAis(wrong)).rejects.toThrow('switch dbFetchLimit: must be a whole number of rows');
    const right: Partial<JdeSwitches> = { dbFetchLimit: 5 };
    await expect(startAis({ switches: right })).resolves.toBeDefined();
  });
});
