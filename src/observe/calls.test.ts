import { expect, test } from 'vitest';
import { cin7Call, jdeCall } from './calls.ts';

test.each([
  ['/jderest/v2/dataservice', '/jderest/v2/dataservice'],
  ['/jderest/v3/dataservice/next', '/jderest/v3/dataservice/next'],
  ['/jderest/v2/tokenrequest/logout', '/jderest/v2/tokenrequest/logout'],
  ['/jderest/v3/orchestrator/ORCH_Suppliers', '/jderest/v3/orchestrator/{name}'],
  ['/jderest/v2/4343', 'other'],
  [`/jderest/v2/${'a'.repeat(80)}`, 'other'],
])('the path %s of AIS is counted as %s', (path, counted) => {
  const report = { what: 'browse F0101', method: 'POST', path, status: 200, tookMs: 5 };
  expect(jdeCall(report)).toEqual({ system: 'jde', method: 'POST', path: counted, result: 'ok', ms: 5 });
});

test.each([
  [200, 'ok'],
  [444, 'http444'],
  [undefined, 'unanswered'],
])('a status %s of AIS is counted as %s', (status, result) => {
  const report = { what: 'sign-in', method: 'POST', path: '/jderest/v2/tokenrequest', tookMs: 5 };
  expect(jdeCall({ ...report, ...(status !== undefined && { status }) }).result).toBe(result);
});

test.each([
  ['advanced-purchase', '/advanced-purchase'],
  ['purchase/order', '/purchase/order'],
  ['purchase/0f8fad5b-d9cb-469f-a165-70867728950e', 'other'],
  ['supplier/Parts Emporium', 'other'],
])('the path %s of Cin7 is counted as %s', (path, counted) => {
  expect(cin7Call({ method: 'GET', path, outcome: 'data', tookMs: 5 }).path).toBe(counted);
});
