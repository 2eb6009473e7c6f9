import { expect, test } from 'vitest';
import { FAULTS } from '../../../faults/fault-codes.ts';
import type { ParkedGroup } from '../../api/parked.ts';
import { whyText } from '../../texts/causes.ts';
import { causesOf, titleOf } from './causes.ts';

const group = (own: Partial<ParkedGroup>): ParkedGroup => ({
  flow: 'purchases',
  code: 'crosswalk.unmapped',
  field: 'F4311_LITM',
  subject: '',
  count: 1,
  hint: 'Do something.',
  oldestAt: '2026-01-01T00:00:00.000Z',
  example: { recordKey: 'K', label: 'OP 1', detail: 'Why.' },
  ...own,
});

const titles = (...groups: readonly ParkedGroup[]) => causesOf(groups).map(titleOf);

test('orders that wait for several items are one cause', () => {
  const groups = [
    group({ subject: 'crosswalk:item:A', count: 30 }),
    group({ subject: 'crosswalk:item:B', count: 7 }),
  ];
  expect(titles(...groups)).toEqual(['37 purchase orders wait for 2 unknown items']);
  expect(causesOf(groups)[0]?.selection).toEqual({ code: 'crosswalk.unmapped', kind: 'item' });
});

test('one order waits for one code, in the singular', () => {
  expect(titles(group({ subject: 'crosswalk:paymentTerm:N75' }))).toEqual([
    '1 purchase order waits for 1 unknown payment term',
  ]);
});

test('a code that stops suppliers and orders is one thing to settle', () => {
  const subject = 'crosswalk:paymentTerm:N75';
  expect(titles(group({ subject, count: 4 }), group({ subject, flow: 'suppliers' }))).toEqual([
    '4 purchase orders and 1 supplier wait for 1 unknown payment term',
  ]);
});

test('a code with colons in it is read whole', () => {
  const [cause] = causesOf([group({ subject: 'crosswalk:taxRule:V/A:B' })]);
  expect(cause?.kind).toBe('taxRule');
  expect(cause?.groups[0]?.subject).toBe('crosswalk:taxRule:V/A:B');
});

test('an account that JDE closes is nothing that a choice settles', () => {
  const [cause] = causesOf([group({ code: 'accounts.not_usable', subject: 'crosswalk:account:00000059' })]);
  expect(cause?.kind).toBeUndefined();
  expect(cause?.selection).toEqual({ flow: 'purchases', code: 'accounts.not_usable', field: 'F4311_LITM' });
});

test('what a choice settles stands first, what settles itself last', () => {
  const codes = causesOf([
    group({ code: 'purchases.supplier_waiting', subject: 'suppliers:1', count: 90 }),
    group({ code: 'purchases.on_hold', field: 'F4301_HOLD', count: 50 }),
    group({ code: 'crosswalk.broken', flow: 'accounts', field: 'F0901_OBJ', count: 40 }),
    group({ subject: 'crosswalk:item:A' }),
  ]).map(({ code }) => code);
  expect(codes).toEqual([
    'crosswalk.unmapped',
    'crosswalk.broken',
    'purchases.on_hold',
    'purchases.supplier_waiting',
  ]);
});

test('every cause that parks has words for people', () => {
  const wordless = Object.entries(FAULTS)
    .filter(([code, { kind }]) => kind === 'park' && whyText(code, 2).includes(code))
    .map(([code]) => code);
  expect(wordless).toEqual([]);
});
