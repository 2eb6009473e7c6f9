import { describe, expect, test } from 'vitest';
import { type Ais, grid, rowset, startAis } from './ais.testkit.ts';

const SUPPLIERS = [
  { AN8: 1, ALPH: 'One', AT1: 'V', UPMJ: '2026-11-20' },
  { AN8: 2, ALPH: 'Two', AT1: 'V', UPMJ: '2026-11-22' },
  { AN8: 3, ALPH: 'Three', AT1: 'C', UPMJ: null },
];

async function start(): Promise<Ais> {
  return startAis({
    tables: { F0101: SUPPLIERS },
    orchestrations: {
      MLC_Suppliers: {
        table: 'F0101',
        columns: ['AN8', 'ALPH', 'UPMJ'],
        output: 'suppliers',
        where: { AT1: 'V' },
      },
    },
  });
}

const NAME = 'orchestrator/MLC_Suppliers';

describe('an orchestration', () => {
  test('v3 gives an array with dates as yyyy-MM-dd, then its status', async () => {
    const ais = await start();
    const answer = await ais.post(`/jderest/v3/${NAME}`, { token: await ais.signIn(), since: '2026-11-21' });
    expect(Object.keys(answer.json)).toEqual([
      'suppliers',
      'jde__status',
      'jde__startTimestamp',
      'jde__endTimestamp',
      'jde__serverExecutionSeconds',
    ]);
    expect(answer.json['suppliers']).toEqual([{ F0101_UPMJ: '2026-11-22', F0101_AN8: 2, F0101_ALPH: 'Two' }]);
    expect(answer.json['jde__status']).toBe('SUCCESS');
  });

  test('takes a key to go on from, a limit, an alias, and inputs in the query of a GET', async () => {
    const ais = await start();
    const token = await ais.signIn();
    const limited = await ais.post(`/jderest/v3/${NAME}`, { token, limit: 1 });
    expect(limited.json['suppliers']).toEqual([expect.objectContaining({ F0101_AN8: 1 })]);
    const after = await ais.get(`/jderest/v3/${NAME}?afterKey=1&ALPH=Two`, { 'jde-AIS-Auth': token });
    expect(after.json['suppliers']).toEqual([expect.objectContaining({ F0101_AN8: 2 })]);
  });

  test('v2 nests the browse answer of its data request', async () => {
    const ais = await start();
    const answer = await ais.post(`/jderest/v2/${NAME}`, { token: await ais.signIn() });
    const inner = { ...answer, json: answer.json['ServiceRequest1'] ?? answer.json };
    expect(rowset(inner)).toContainEqual({ F0101_AN8: 1, F0101_ALPH: 'One', F0101_UPMJ: '20261120' });
    expect(grid(inner)['summary']).toEqual({ records: 2, moreRecords: false });
  });

  test('an error has message as an object and a simple message for people', async () => {
    const ais = await start();
    const answer = await ais.post(`/jderest/v3/${NAME}`, { token: await ais.signIn(), nonsense: '1' });
    expect(answer.status).toBe(500);
    expect(answer.json).toMatchObject({
      message: { 'ServiceRequest: MLC_Suppliers': {} },
      exception: 'Exception',
      jde__status: 'ERROR',
      jde__simpleMessage: 'MLC_Suppliers failed: Invalid input nonsense',
    });
  });

  test('an unknown name is 404, a wrong Accept 406, a wrong token 444, a wrong limit 500', async () => {
    const ais = await start();
    const token = await ais.signIn();
    expect((await ais.post('/jderest/v3/orchestrator/OTHER', { token })).status).toBe(404);
    expect((await ais.post(`/jderest/v3/${NAME}`, { token }, { accept: 'text/csv' })).status).toBe(406);
    expect((await ais.post(`/jderest/v3/${NAME}`, { token: 'x' })).status).toBe(444);
    expect((await ais.post(`/jderest/v3/${NAME}`, { token, limit: 'all' })).status).toBe(500);
  });
});
