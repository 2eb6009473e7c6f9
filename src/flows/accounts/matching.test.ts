import { describe, expect, test } from 'vitest';
import { cin7Account } from '../../crosswalk/crosswalk.testkit.ts';
import type { SourceValue } from '../../domain/source-row.ts';
import type { CrosswalkRow } from '../../store/crosswalk.ts';
import { record, settingsWith, sourceRow } from '../mapping.testkit.ts';
import { affectsOrders } from './flow.ts';
import { type AccountMatch, Chart, codeFromTemplate, labelOf, matchAccount } from './matching.ts';

type Values = Readonly<Record<string, SourceValue>>;

const ROW: Values = {
  AID: '00000001',
  CO: '00001',
  MCU: '          30',
  OBJ: '5100',
  SUB: '',
  ANS: '',
  DL01: 'Supplies',
  PEC: '',
  FMOD: '',
  R021: '',
};
const CHART = [
  cin7Account(),
  cin7Account({ Code: '5200', Name: 'Tools', Status: 'ARCHIVED' }),
  cin7Account({ Code: 'ab1', Name: 'Small' }),
  cin7Account({ Code: 'AB1', Name: 'Large' }),
];

const entry = (own: Partial<CrosswalkRow> = {}): CrosswalkRow => ({
  kind: 'account',
  code: '00000001',
  label: '30.5100 Supplies',
  target: '5100',
  state: 'matched',
  origin: 'auto',
  detail: '',
  updatedAtMs: 0,
  updatedBy: 'ml-connector',
  ...own,
});

interface Parts {
  readonly row?: Values;
  readonly unit?: Values | null;
  readonly settings?: Record<string, unknown>;
  readonly entry?: CrosswalkRow;
}

function match(parts: Parts = {}): AccountMatch {
  const unit = parts.unit === null ? undefined : sourceRow({ MCU: '30', PECC: '', ...parts.unit });
  return matchAccount(record('00000001', { F0901: [{ ...ROW, ...parts.row }] }), {
    settings: settingsWith({ accounts: parts.settings ?? {} }).accounts,
    chart: new Chart(CHART),
    businessUnit: (code) => (code === '30' ? unit : undefined),
    entry: () => parts.entry,
  });
}

describe('an account is matched', () => {
  const cases: readonly [string, Parts, Partial<AccountMatch>][] = [
    ['by its code', {}, { state: 'matched', target: '5100', origin: 'auto', detail: '' }],
    [
      'by its code in another case, in Cin7’s spelling',
      { row: { OBJ: ' Ab1' }, settings: {} },
      { state: 'ambiguous' },
    ],
    ['exactly before loosely', { row: { OBJ: 'ab1' } }, { state: 'matched', target: 'ab1' }],
    [
      'not by its name: that is only a hint',
      { row: { OBJ: '9999' } },
      {
        state: 'unmatched',
        target: null,
        detail: 'Cin7 has no account with the code 9999. The account 5100 has the same name: "Supplies".',
      },
    ],
    [
      'not with one that is archived',
      { row: { OBJ: '5200' } },
      { state: 'broken', detail: 'Account 5200 was archived in Cin7.' },
    ],
    [
      'by the template that is set',
      { settings: { codeTemplate: '{R021}' }, row: { R021: '5100' } },
      { state: 'matched' },
    ],
    [
      'as a person chose',
      { entry: entry({ target: 'ab1', origin: 'person', state: 'confirmed' }) },
      { state: 'confirmed', target: 'ab1', origin: 'person' },
    ],
    [
      'as before, when it was renamed in JDE',
      { row: { OBJ: '9999' }, entry: entry() },
      { state: 'matched', target: '5100' },
    ],
    [
      'never otherwise than a person chose, even when that is gone',
      { entry: entry({ target: '7777', origin: 'person', state: 'confirmed' }) },
      {
        state: 'broken',
        target: '7777',
        origin: 'person',
        detail: 'Account 7777 is no longer in the chart of Cin7.',
      },
    ],
    [
      'not at all when a person said so',
      { entry: entry({ target: null, origin: 'person', state: 'ignored', detail: 'Not used.' }) },
      { state: 'ignored', target: null, detail: 'Not used.' },
    ],
    [
      'anew once it is usable again',
      { entry: entry({ target: null, state: 'ignored' }) },
      { state: 'matched', target: '5100' },
    ],
  ];

  test.each(cases)('%s', (_, parts, expected) => {
    expect(match(parts)).toMatchObject(expected);
  });
});

describe('an account that cannot be posted to is ignored', () => {
  const cases: readonly [string, Parts, string][] = [
    ['by its posting edit code', { row: { PEC: 'N' } }, 'Posting edit code N does not allow posting.'],
    [
      'by a blank one that is not allowed',
      { settings: { postingEditCodes: ['L'] } },
      'Posting edit code (blank) does not allow posting.',
    ],
    ['a model account', { row: { FMOD: 'M' } }, 'It is a model account.'],
    ['a consolidation account', { row: { FMOD: 'C' } }, 'It is a consolidation account.'],
    ['by its business unit', { unit: { PECC: 'K' } }, 'Business unit 30 has posting edit code K.'],
    ['whose business unit is not visible', { unit: null }, 'Business unit 30 is not visible.'],
    [
      'of a company that is not synced',
      { settings: { companies: ['00002'] } },
      'Company 00001 is not synced.',
    ],
  ];

  test.each(cases)('%s', (_, parts, detail) => {
    expect(match(parts)).toMatchObject({ state: 'ignored', detail });
  });

  test('but a mapping that it had is kept for the day when it can', () => {
    expect(match({ row: { PEC: 'N' }, entry: entry() })).toMatchObject({ state: 'ignored', target: '5100' });
  });
});

test('an account that is no longer visible in JDE is broken, not forgotten', () => {
  const context = {
    settings: settingsWith().accounts,
    chart: new Chart(CHART),
    businessUnit: () => undefined,
    entry: () => entry(),
  };
  expect(matchAccount(record('00000001', {}), context)).toMatchObject({
    state: 'broken',
    target: '5100',
    label: '30.5100 Supplies',
    detail: 'The account is no longer visible in JDE.',
  });
});

test.each([
  ['{OBJ}', '5100'],
  ['{OBJ}.{SUB}', '5100.01'],
  ['{MCU}.{OBJ}.{SUB}', '30.5100.01'],
  ['X-{ANS}', 'X-LONG'],
])('the template %s gives %s', (template, expected) => {
  expect(codeFromTemplate(template, sourceRow({ ...ROW, SUB: '01', ANS: 'LONG' }))).toBe(expected);
});

test('people call an account by business unit, object, subsidiary and name', () => {
  expect(labelOf(sourceRow({ ...ROW, SUB: '01' }))).toBe('30.5100.01 Supplies');
});

describe('orders are mapped anew', () => {
  const change = (before: CrosswalkRow | undefined, own: Partial<AccountMatch>) =>
    affectsOrders({
      recordKey: '00000001',
      before,
      outcome: 'updated',
      match: { label: '', state: 'matched', target: '5100', origin: 'auto', detail: '', ...own },
    });

  test('when an account they may use is lost or points elsewhere', () => {
    expect(change(entry(), { state: 'broken' })).toBe(true);
    expect(change(entry(), { target: '5200' })).toBe(true);
  });

  test('not when it is new, the same, or was of no use before: those orders are parked and come by themselves', () => {
    expect(change(undefined, {})).toBe(false);
    expect(change(entry(), {})).toBe(false);
    expect(change(entry({ state: 'unmatched', target: null }), {})).toBe(false);
  });
});
