/** How a fact about JDE can be found out, and which setting fits the connector to it. */
export interface Advice {
  readonly how: string;
  readonly setting: string;
}

const ONE_SIGN_IN =
  'Have the administrator bring a spare user into that state, run `connection test` once and keep the words it shows.';
const WORDS = 'None: unknown words count as a refused sign-in, which is tried once and never again.';
const NOTHING = 'None needed: every form is understood.';

/** By switch of the JDE simulator; every switch that is marked unverified has an entry. */
export const jdeAdvice: Readonly<Record<string, Advice>> = {
  invalidTokenStatus: { how: 'Let a session expire and look at the log of the next call.', setting: NOTHING },
  sessionAffinity: {
    how: 'Only where AIS stands behind a balancer: run `sync` over several pages and see whether sign-ins multiply (`runs show`).',
    setting: NOTHING,
  },
  signIn: {
    how: 'Ask the administrator for the log of a refused sign-in.',
    setting: '`jde.quietHours` for hours of maintenance',
  },
  signInRefusalStatus: { how: 'As above.', setting: NOTHING },
  lockAfterFailedSignIns: {
    how: 'Ask how many wrong passwords lock a user. The connector tries once in each run.',
    setting: 'None; do not schedule runs while a password is being changed.',
  },
  logoutBody: { how: 'Nothing to do: the answer is not looked at.', setting: NOTHING },
  messageWrongPassword: { how: 'Run `connection test` once with a wrong password.', setting: WORDS },
  messageLocked: { how: ONE_SIGN_IN, setting: WORDS },
  messageDisabled: { how: ONE_SIGN_IN, setting: WORDS },
  messageExpired: { how: ONE_SIGN_IN, setting: WORDS },
  messageEnvironment: {
    how: 'Run `connection test` with an environment that does not exist.',
    setting: WORDS,
  },
  messageRole: { how: 'Run `connection test` with a role that the user does not have.', setting: WORDS },
  messageLicence: { how: 'Cannot be brought about at will; keep the words if it happens.', setting: WORDS },
  messageMaintenance: { how: 'Run `connection test` while the server is in maintenance.', setting: WORDS },
  wrongDateLiteral: {
    how: '`connection test` asks with a date and checks what comes back.',
    setting:
      '`jde.dateFormat`: leave it out; where it contradicts the sign-in, a run checks that no change is left out.',
  },
  plainDateLiteral: { how: 'Nothing to do: dates are written in the format of the user.', setting: NOTHING },
  matchTypeDefault: { how: 'Nothing to do: the connector always says which it means.', setting: NOTHING },
  justifiedLiteral: {
    how: 'Run `fit` with `accounts.companies` set and compare the count of accounts.',
    setting: NOTHING,
  },
  textComparison: {
    how: 'Ask whether the database compares text with or without letter case.',
    setting: NOTHING,
  },
  bareControlIds: { how: 'Nothing to do: columns are always named with their table.', setting: NOTHING },
  orderWithoutOrderBy: {
    how: 'Nothing to do: the connector always asks for an order, and `connection test` proves it.',
    setting: NOTHING,
  },
  dataErrorForm: {
    how: 'Take one table off the rights of the user, run `connection test`, give it back.',
    setting: NOTHING,
  },
  hiddenColumnAsked: {
    how: 'Hide one column from the user (F00950), run `connection test`, show it again.',
    setting: 'None: a hidden column stops the run by name.',
  },
  maskText: {
    how: 'Put a supplier on a data privacy list and look at its row in the Data Browser.',
    setting:
      'None: two or more asterisks are taken for a mask. A mask of one asterisk alone would be taken for a value.',
  },
  dbFetchLimitScope: {
    how: 'Read a table that has more rows than the DB Fetch Limit (jas.ini) and compare counts with `fit`.',
    setting: '`jde.pageSize`, `jde.paging: key`',
  },
  emptyFinalPage: { how: 'Nothing to do.', setting: NOTHING },
  parallelCursors: {
    how: 'Set `jde.callsAtOnce` to 2 and run `sync`; reading must not fall back to keys (log of AIS).',
    setting: '`jde.cursorsPerSession: many` if several stay open',
  },
  nextLinkHost: {
    how: 'Nothing to do: the host of links is replaced by that of `jde.url`.',
    setting: NOTHING,
  },
  nextLinkDeviceName: { how: 'Nothing to do: the device travels with every call.', setting: NOTHING },
  nextLinkToken: {
    how: 'Look at one `links` entry in the log of AIS.',
    setting: '`jde.nextTokenIn: header` keeps it out of addresses; `jde.paging: key` where links fail',
  },
  numberForm: {
    how: 'Compare a line with cents and one above ten millions with the Data Browser.',
    setting: NOTHING,
  },
  countForm: { how: 'Nothing to do: counts are not asked.', setting: NOTHING },
  aggregateDateForm: { how: 'Nothing to do: aggregations of dates are not asked.', setting: NOTHING },
  groupByKeyForm: { how: 'Nothing to do: groups are not asked.', setting: NOTHING },
};

/** What depends on how a company uses JDE, and can only be seen there. */
export const jdeSite: readonly (readonly [unknown: string, how: string, setting: string])[] = [
  [
    'Decimals of quantities, and of the currencies of company and orders',
    'Compare one order whose quantities and amounts are known with `plan`.',
    '`purchases.priceDecimals`, `purchases.totalDecimals`',
  ],
  [
    'Order types, line types and statuses in use: which next status means approved and sent, which last status means cancelled',
    'Ask purchasing; look at the order activity rules (F40203); `fit` counts what would go.',
    '`purchases.orderTypes`, `releasableFrom`, `releasableTo`, `cancelledStatuses`, `textLineTypes`',
  ],
  [
    'Whether the release of a hold or an approval changes the date of last change of an order',
    'Release a held test order, wait a day, run `sync`.',
    'None needed for holds: parked orders are looked at in each run. `run.overlapDays` for late stamps.',
  ],
  [
    'Time zones of the HTML and the enterprise server, which stamp rows',
    'Change a supplier and compare UPMJ and UPMT with the wall clock; `connection test` warns of a difference.',
    '`jde.timeZone`, `run.overlapDays`',
  ],
  [
    'Whether addresses are kept by effective date, and when the nightly program takes over new ones',
    'Enter an address for next week and see when it arrives.',
    'None; future addresses wait for their day.',
  ],
  [
    'Data privacy and row security of the user',
    '`connection test` warns of masked values; compare the counts of `fit` with the Data Browser of a full user.',
    'Rights of the user in JDE',
  ],
  [
    'Which address, phone and e-mail rows people mean when they order',
    'Show purchasing ten suppliers of `plan`.',
    '`suppliers.addressType`, `contacts`, `faxTypes`, `mobileTypes`',
  ],
  [
    'Which accounts belong into Cin7 and how their codes are made; what category codes 21 to 23 of accounts mean here',
    'Compare `crosswalk list --kind account` with the chart in Cin7.',
    '`accounts.companies`, `accounts.codeTemplate`, `postingEditCodes`',
  ],
  [
    'Which item number is the SKU; whether supplier part numbers are kept as cross references',
    '`fit` counts orders whose items Cin7 does not know.',
    '`purchases.itemNumber`, `crosswalk import`',
  ],
  [
    'How this release of AIS writes dates, blanks and zeros',
    '`connection test` decodes rows of every table that is read.',
    '`jde.acceptJulianDates` if dates come as CYYDDD',
  ],
];
