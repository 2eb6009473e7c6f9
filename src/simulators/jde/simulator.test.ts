import { describe, expect, test } from 'vitest';
import { cells, condition, handClock, startAis } from './ais.testkit.ts';

describe('changing rows', () => {
  test('stamps the audit columns of the table with the wall time of the server', async () => {
    const clock = handClock('2026-11-23T23:30:05Z');
    const ais = await startAis({ clock, switches: { utcOffsetMinutes: 60 } });
    ais.sim.upsert('F0101', { AN8: 1, ALPH: 'One' });
    ais.sim.upsert('F4301', { DOCO: 1, DCTO: 'OP', KCOO: '00001', SFXO: '000' });
    expect(ais.sim.rows('F0101')).toEqual([{ AN8: 1, ALPH: 'One', UPMJ: '2026-11-24', UPMT: 3005 }]);
    expect(ais.sim.rows('F4301')[0]).toMatchObject({ UPMJ: '2026-11-24', TDAY: 3005 });
  });

  test('takes a stamp, keeps the other columns, and finds number and text keys alike', async () => {
    const ais = await startAis({ tables: { F0101: [{ AN8: 1, ALPH: 'One', TAX: '9' }] } });
    ais.sim.upsert(
      'F0101',
      { AN8: '1', ALPH: 'Uno' },
      { stamp: { date: '2020-01-01', time: 5, user: 'ME' } },
    );
    expect(ais.sim.rows('F0101')).toEqual([
      { AN8: '1', ALPH: 'Uno', TAX: '9', UPMJ: '2020-01-01', UPMT: 5, USER: 'ME' },
    ]);
  });

  test('a table without audit columns gets none', async () => {
    const ais = await startAis();
    ais.sim.upsert('F0909', { OBJ: '1110', DL01: 'Cash' });
    expect(ais.sim.rows('F0909')).toEqual([{ OBJ: '1110', DL01: 'Cash' }]);
  });

  test('is seen by every order and look-up that was used before', async () => {
    const ais = await startAis({
      tables: { F4301: [2, 4].map((DOCO) => ({ DOCO, DCTO: 'OP', KCOO: '1', SFXO: '000', AN8: 9 })) },
    });
    const byDate = { targetName: 'F4301', aggregation: { orderBy: [{ column: 'F4301.TRDJ' }] } };
    const byParty = { targetName: 'F4301', query: { condition: [condition('F4301.AN8', 'EQUAL', '9')] } };
    await ais.browse(byDate);
    await ais.browse(byParty);
    ais.sim.upsert('F4301', { DOCO: 3, DCTO: 'OP', KCOO: '1', SFXO: '000', AN8: 9, TRDJ: '2020-01-01' });
    expect(ais.sim.remove('F4301', { DOCO: 4, DCTO: 'OP', KCOO: '1', SFXO: '000' })).toBe(true);
    expect(ais.sim.remove('F4301', { DOCO: 4, DCTO: 'OP', KCOO: '1', SFXO: '000' })).toBe(false);
    expect(cells(await ais.browse(byDate), 'F4301_DOCO')).toEqual([2, 3]);
    expect(cells(await ais.browse(byParty), 'F4301_DOCO')).toEqual([2, 3]);
  });

  test('what cannot be is refused', async () => {
    const ais = await startAis();
    expect(() => ais.sim.upsert('F0101', { AN8: 1, PA8: 2 })).toThrow('table F0101 has no column PA8');
    expect(() => ais.sim.upsert('F0101', { ALPH: 'x' })).toThrow('needs its key column AN8');
    expect(() => ais.sim.rows('F77')).toThrow('no table F77');
    await expect(startAis({ tables: { F4301: [{ DOCO: 1, NXTR: '400' }] } })).rejects.toThrow(
      'no column NXTR',
    );
  });
});

test('the loaded rows are not changed', async () => {
  const loaded = [
    { AN8: 2, ALPH: 'Two' },
    { AN8: 1, ALPH: 'One' },
  ];
  const ais = await startAis({ tables: { F0101: loaded } });
  ais.sim.upsert('F0101', { AN8: 1, ALPH: 'Uno' });
  expect(loaded).toEqual([
    { AN8: 2, ALPH: 'Two' },
    { AN8: 1, ALPH: 'One' },
  ]);
  expect(cells(await ais.browse({ targetName: 'F0101' }), 'F0101_ALPH')).toEqual(['Uno', 'Two']);
});

describe('defaultconfig', () => {
  test('needs no sign-in, tells the session times and what is missing', async () => {
    const ais = await startAis();
    const answer = await ais.get(
      '/jderest/v2/defaultconfig?all=true&requiredCapabilities=grid,dataservice,orderBy',
    );
    expect(answer.json).toMatchObject({
      sessionTimeout: '30',
      timeToLive: '720',
      requiredCapabilityMissing: false,
    });
    ais.sim.switches.missingCapabilities = 'orderBy';
    const missing = await ais.get('/jderest/v2/defaultconfig?requiredCapabilities=orderBy');
    expect(missing.json['requiredCapabilityMissing']).toBe(true);
  });

  test('v2 lists only what it adds, unless asked for all', async () => {
    const ais = await startAis();
    const names = async (path: string): Promise<string[]> => {
      const list: unknown = (await ais.get(path)).json['capabilityList'];
      return Array.isArray(list) ? list.map((each) => String(each.name)) : [];
    };
    const [v1, v2, all] = [
      await names('/jderest/defaultconfig'),
      await names('/jderest/v2/defaultconfig'),
      await names('/jderest/v2/defaultconfig?all=true'),
    ];
    expect(v1).toContain('grid');
    expect(v2).not.toContain('grid');
    expect(new Set(all)).toEqual(new Set([...v1, ...v2]));
  });
});
