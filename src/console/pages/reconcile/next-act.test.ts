import { expect, test } from 'vitest';
import type { Finding } from '../../api/types.ts';
import { nextActOf } from './next-act.ts';

const finding = (own: Partial<Finding>): Finding => ({
  seq: 1,
  flow: 'suppliers',
  class: 'edited',
  recordKey: '4343',
  label: 'Parts Emporium',
  cin7Id: null,
  field: null,
  jdeValue: null,
  cin7Value: null,
  code: null,
  explanation: '',
  nextStep: '',
  ...own,
});

test.each([
  ['what never arrived is read again', { class: 'neverArrived' }, 'readAgain'],
  ['what changed in JDE unseen is read again', { class: 'changedInJde' }, 'readAgain'],
  ['what is gone in Cin7 is sent anew', { class: 'goneInCin7' }, 'sendAnew'],
  [
    'an account whose Cin7 account is gone gets another one',
    { class: 'goneInCin7', flow: 'accounts' },
    'crosswalk',
  ],
  [
    'an account that is gone in JDE loses its Cin7 account',
    { class: 'goneInJde', flow: 'accounts' },
    'crosswalk',
  ],
  [
    'an order that was voided by hand is sent anew',
    { flow: 'purchases', field: 'Purchase.Status', jdeValue: 'DRAFT', cin7Value: 'Voided' },
    'sendAnew',
  ],
  [
    'a purchase that lives although its order was cancelled is for Cin7',
    { field: 'Purchase.Status', cin7Value: 'DRAFT' },
    undefined,
  ],
  ['a field that was changed by hand is for Cin7 or JDE', { field: 'Supplier.TaxNumber' }, undefined],
  ['a supplier that is gone in JDE is for Cin7', { class: 'goneInJde' }, undefined],
  ['what waits follows by itself', { class: 'waiting' }, undefined],
] as const)('%s', (_, own, act) => {
  expect(nextActOf(finding(own))).toBe(act);
});
