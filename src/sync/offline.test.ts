import { describe, expect, test } from 'vitest';
import { configSchema, mappingSettings } from '../config/file.ts';
import { Fault } from '../faults/fault.ts';
import { RunProgress, whileOnline } from './offline.ts';
import type { RunPorts } from './ports.ts';

const never = new AbortController().signal;

/** What a run has of the world while it is offline: a clock that jumps by what is slept, and two systems that answer as told. */
function outage(answers: { readonly knocks: readonly (Fault | 'back')[] }) {
  const told: string[] = [];
  let nowMs = 1_800_000_000_000;
  const knocks = [...answers.knocks];
  const answer = (side: string): void => {
    told.push(`knocks at ${side}`);
    const next = knocks.shift() ?? answers.knocks.at(-1);
    if (next !== undefined && next !== 'back') throw next;
  };
  const [connection] = configSchema.parse({
    version: 1,
    connections: [
      {
        name: 'main',
        jde: { url: 'https://ais.example.com', environment: 'JPD920', role: 'BUYER' },
        cin7: {},
      },
    ],
  }).connections;
  if (connection === undefined) throw new Error('No connection.');
  const ports = {
    settings: mappingSettings(connection),
    now: () => nowMs,
    sleep: async (ms: number) => {
      told.push(`waits ${ms / 1_000} s`);
      nowMs += ms;
    },
    report: () => undefined,
    outages: { away: async () => undefined, back: async () => void told.push('is back') },
    target: { readCompany: async () => answer('Cin7') },
    source: {
      async *readTable({ spec }: { spec: { table: string } }) {
        answer(`JDE, ${spec.table}`);
        yield {};
      },
    },
    // As much of the ports as is asked for while a system is away.
  } as unknown as RunPorts;
  return { ports, told };
}

/** Work that gets on and then meets these faults, one each time it is begun. */
function working(faults: readonly Fault[], achieves = true) {
  let achieved = 0;
  const left = [...faults];
  return {
    progress: new RunProgress(() => achieved),
    begun: () => faults.length - left.length,
    work: async (): Promise<void> => {
      if (achieves) achieved += 1;
      const fault = left.shift();
      if (fault !== undefined) throw fault;
    },
  };
}

const away = (code: 'jde.unreachable' | 'cin7.timeout'): Fault => new Fault(code, 'Away.');

describe('a system that is away', () => {
  test.each([
    ['jde.unreachable', 'knocks at JDE, F0010'],
    ['cin7.timeout', 'knocks at Cin7'],
  ] as const)(
    '(%s) is knocked at once a minute, and the work goes on by itself when it is back',
    async (code, knock) => {
      const { ports, told } = outage({ knocks: [away(code), away(code), 'back'] });
      const { work, progress, begun } = working([away(code)]);
      await whileOnline('suppliers', work, progress, ports, never);
      expect(told).toEqual(['waits 60 s', knock, 'waits 60 s', knock, 'waits 60 s', knock, 'is back']);
      expect(begun()).toBe(1);
    },
  );

  test('for longer than the limit ends the run with the fault that began it', async () => {
    const fault = away('cin7.timeout');
    const { ports, told } = outage({ knocks: [away('cin7.timeout')] });
    const { work, progress } = working([fault]);
    await expect(whileOnline('suppliers', work, progress, ports, never)).rejects.toBe(fault);
    expect(told.filter((text) => text === 'waits 60 s')).toHaveLength(60);
  });

  test('and refuses the credentials when it is back ends the run at once', async () => {
    const refusal = new Fault('jde.sign_in_refused', 'No.');
    const { ports, told } = outage({ knocks: [refusal] });
    const { work, progress } = working([away('jde.unreachable')]);
    await expect(whileOnline('suppliers', work, progress, ports, never)).rejects.toBe(refusal);
    expect(told).toEqual(['waits 60 s', 'knocks at JDE, F0010']);
  });

  test('again, without anything achieved since, ends the run', async () => {
    const second = away('jde.unreachable');
    const { ports } = outage({ knocks: ['back'] });
    const { work, progress } = working([second], false);
    await expect(whileOnline('suppliers', work, progress, ports, never)).rejects.toBe(second);
  });

  test('is waited for again after every piece of work that was done', async () => {
    const { ports, told } = outage({ knocks: ['back'] });
    const { work, progress } = working([away('jde.unreachable'), away('cin7.timeout')]);
    await whileOnline('suppliers', work, progress, ports, never);
    expect(told.filter((text) => text === 'is back')).toHaveLength(2);
  });
});

test('what waiting does not mend is not waited for', async () => {
  const { ports, told } = outage({ knocks: ['back'] });
  const refusal = new Fault('cin7.credentials_refused', 'No.');
  const { work, progress } = working([refusal]);
  await expect(whileOnline('suppliers', work, progress, ports, never)).rejects.toBe(refusal);
  expect(told).toEqual([]);
});
