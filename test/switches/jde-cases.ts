import { type JdeUser, jdeSwitches } from '../../src/simulators/jde/index.ts';
import { casesOf, type Expectation, type SwitchCase, type SwitchPlan, type Variant } from './case.ts';

type JdeSwitchName = keyof typeof jdeSwitches;

const failsWith = (code: Extract<Expectation, { kind: 'fails' }>['code']): Expectation => ({
  kind: 'fails',
  run: 'both',
  code,
});

/** A message is met by a user in that state; in other words than ours it still ends the run after one try. */
function message(of: {
  byDefault: string;
  other: string;
  stimulus: Variant['stimulus'];
  code: Variant;
  unknown: Variant;
}): SwitchPlan {
  return {
    values: [of.byDefault, of.other],
    all: { stimulus: of.stimulus ?? {} },
    at: { [of.byDefault]: of.code, [of.other]: of.unknown },
  };
}

const inState = (state: NonNullable<JdeUser['state']>): Variant['stimulus'] => ({ user: { state } });
const refused: Variant = { expect: failsWith('jde.sign_in_refused') };
const strangeWords: Variant = {
  ...refused,
  note: 'Words that nobody knows count as a refused sign-in, which is tried once and never again.',
};
const noLicence: NonNullable<Variant['stimulus']> = { jdeSwitches: { signIn: 'licenceRefused' } };
const maintenance: NonNullable<Variant['stimulus']> = { jdeSwitches: { signIn: 'maintenance' } };
const wrongFormat = { jde: { dateFormat: 'dd/MM/yyyy' } };

/** What is special about each switch; one that is not named here is run with each of its values and must change nothing. */
const plans: Partial<Record<JdeSwitchName, SwitchPlan>> = {
  sessionInactivityMinutes: {
    values: [1, 30, 720],
    all: { stimulus: { jdeClock: { everyCalls: 6, seconds: 90 } } },
  },
  sessionTimeToLiveMinutes: {
    values: [1, 30, 720],
    all: { stimulus: { jdeClock: { everyCalls: 1, seconds: 10 } } },
  },
  signIn: {
    at: {
      licenceRefused: { expect: failsWith('jde.licence_refused') },
      allowedHosts: { expect: failsWith('jde.host_not_allowed') },
      maintenance: { expect: failsWith('jde.server_error') },
    },
  },
  signInRefusalStatus: {
    all: {
      stimulus: noLicence,
      expect: failsWith('jde.licence_refused'),
      note: 'The words decide, not the status.',
    },
  },
  lockAfterFailedSignIns: {
    values: [0, 1, 3],
    all: {
      stimulus: { password: 'wrong' },
      ...refused,
      note: 'One try in each run, so that three wrong passwords in a row need three runs.',
    },
  },
  loginMethods: {
    at: { basicOnly: { settings: { jde: { signInWith: 'basic' } }, note: 'jde.signInWith: basic copes.' } },
  },
  messageWrongPassword: message({
    byDefault: 'Authorization Failure',
    other: 'Kennwort falsch',
    stimulus: { password: 'wrong' },
    code: refused,
    unknown: refused,
  }),
  messageLocked: message({
    byDefault: 'Authorization Failure: user is locked',
    other: 'Benutzer gesperrt',
    stimulus: inState('locked'),
    code: { expect: failsWith('jde.user_locked') },
    unknown: strangeWords,
  }),
  messageDisabled: message({
    byDefault: 'Authorization Failure: user is disabled',
    other: 'Benutzer inaktiv',
    stimulus: inState('disabled'),
    code: { expect: failsWith('jde.user_locked') },
    unknown: strangeWords,
  }),
  messageExpired: message({
    byDefault: 'Authorization Failure: password has expired',
    other: 'Kennwort abgelaufen',
    stimulus: inState('expired'),
    code: refused,
    unknown: strangeWords,
  }),
  messageEnvironment: message({
    byDefault: 'Authorization Failure: invalid environment',
    other: 'Umgebung unbekannt',
    stimulus: { user: { environments: ['JPD920'] } },
    code: { expect: failsWith('jde.environment_unknown') },
    unknown: strangeWords,
  }),
  messageRole: {
    ...message({
      byDefault: 'Authorization Failure: invalid role',
      other: 'Rolle unbekannt',
      stimulus: {},
      code: { expect: failsWith('jde.environment_unknown') },
      unknown: strangeWords,
    }),
    all: { settings: { jde: { role: 'BUYER' } } },
  },
  messageLicence: message({
    byDefault: 'Authorization Failure: license limit reached',
    other: 'Keine Lizenz frei',
    stimulus: noLicence,
    code: { expect: failsWith('jde.licence_refused') },
    unknown: strangeWords,
  }),
  messageMaintenance: message({
    byDefault: 'Server is in maintenance',
    other: 'Wartung',
    stimulus: maintenance,
    code: { expect: failsWith('jde.server_error') },
    unknown: strangeWords,
  }),
  wrongDateLiteral: {
    at: {
      error: [
        {},
        {
          settings: wrongFormat,
          expect: { kind: 'fails', run: 'second', code: 'jde.server_error' },
          note: 'With a wrong jde.dateFormat: the words of AIS are told.',
        },
      ],
      ignoredCondition: [
        {},
        {
          settings: wrongFormat,
          expect: { kind: 'fails', run: 'second', code: 'jde.filter_ignored' },
          note: 'With a wrong jde.dateFormat: rows that were not asked for stop the run.',
        },
      ],
      rolledOver: [
        {},
        {
          settings: wrongFormat,
          expect: { kind: 'fails', run: 'second', code: 'jde.filter_ignored' },
          note: 'With a wrong jde.dateFormat: a row that should have come and did not stops the run.',
        },
      ],
    },
  },
  dataErrorForm: {
    all: {
      stimulus: { user: { hiddenColumns: ['F0401.TRAP'] }, jdeSwitches: { hiddenColumnAsked: 'error' } },
      expect: failsWith('jde.server_error'),
      note: 'A column that AIS refuses: its words are told, whatever their form.',
    },
  },
  hiddenColumnAsked: {
    all: { stimulus: { user: { hiddenColumns: ['F0401.TRAP'] } } },
    at: {
      omitted: { expect: failsWith('jde.column_missing') },
      error: { expect: failsWith('jde.server_error'), note: 'The words of AIS are told.' },
    },
  },
  maskText: {
    // A single asterisk may be a code, so a mask of one cannot be told from a value.
    values: ['**********', '**', '********************'],
    all: {
      stimulus: { user: { maskedColumns: ['F0101.TAX'] } },
      expect: { kind: 'parksAll', code: 'jde.value_masked', says: /TAX/ },
      note: 'A masked value is never written.',
    },
  },
  dbFetchLimit: { values: [0, 5, 2000] },
  dbFetchLimitScope: { all: { stimulus: { jdeSwitches: { dbFetchLimit: 9 } } } },
  resultSetTimeoutMs: { values: [0, 60_000, 600_000] },
  parallelCursors: { all: { settings: { jde: { callsAtOnce: 4 } } } },
  nextLinkToken: {
    at: {
      included: [
        {},
        { settings: { jde: { nextTokenIn: 'header' } } },
        { settings: { jde: { nextMethod: 'GET' } } },
      ],
      omitted: [{}, { settings: { jde: { nextTokenIn: 'header' } } }],
    },
  },
  missingCapabilities: { values: ['', 'orderBy', 'grid,dataservice'] },
  utcOffsetMinutes: { values: [-720, 0, 840] },
};

/** Every value of every switch of the JDE simulator. A session and a result set are lost in each run. */
export const jdeCases: readonly SwitchCase[] = Object.entries(jdeSwitches).flatMap(([name, kind]) => {
  const listed: readonly (string | number | boolean)[] = typeof kind.values === 'string' ? [] : kind.values;
  // Object.entries forgets that the names are the keys of the table.
  return casesOf(name, listed, plans[name as JdeSwitchName] ?? {});
});
