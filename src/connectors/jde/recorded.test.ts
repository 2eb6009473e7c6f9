import { expect, test } from 'vitest';
import { judgeRecorded } from './recorded.ts';

const verdicts = judgeRecorded();

test('every recorded answer is understood, or rejected for a stated reason', () => {
  expect(verdicts.length).toBeGreaterThan(25);
  expect(verdicts.filter((verdict) => verdict.reading.length < 5)).toEqual([]);
  expect(verdicts.filter((verdict) => verdict.reading.includes('no rule'))).toEqual([]);
});

test.each([
  ['dataservice-response-F0101-griddata.json', '3 rows of 95 columns, day 2017-05-16'],
  ['dataservice-response-F4101-griddata.json', '2 rows of 209 columns, day 2017-05-16'],
  ['dataservice-next-timeout-500.json', 'error jde.result_set_expired'],
  ['validate-response-invalid.json', 'error jde.session_lost'],
  ['orchestrator-v3-error.json', 'error jde.server_error'],
  ['tokenrequest-response-v1-2017.json', 'session of DEMO in JDV920, dates as MM/dd/yyyy'],
  ['jde-login-response-2025-partial.json', 'session of JDE in JDV920, dates as dd/MM/yyyy'],
  ['tokenrequest-response-saved-by-client-2018.json', 'session of demo in DEMO920, dates as dd/MM/yy'],
  ['dataservice-response-links.json', 'link to the next page'],
])('%s is understood', (file, reading) => {
  expect(verdicts.find((verdict) => verdict.file === file)).toEqual({ file, understood: true, reading });
});
