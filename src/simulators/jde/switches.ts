import { oneOf, onOff, type SwitchKind, text, wholeNumber } from './switch-kinds.ts';

/** Sign-in, tokens and refusals. */
const sessionSwitches = {
  invalidTokenStatus: oneOf(['444', '403'], {
    is: 'HTTP status for a token that is unknown, expired or used from another device.',
    unverified: 'The REST guide lists 403 and 444 for the same case.',
  }),
  sessionInactivityMinutes: wholeNumber(30, {
    unit: 'minutes',
    is: 'An unused token dies after this time (rest.ini, SessionInactivityTimeoutMinutes).',
  }),
  sessionTimeToLiveMinutes: wholeNumber(720, {
    unit: 'minutes',
    is: 'Any token dies after this time, used or not (rest.ini, SessionTimeToLiveMinutes).',
  }),
  deviceBinding: oneOf(['enforced', 'ignored'], {
    is: 'Whether a token is refused when device name (or, without one, address) is not that of the sign-in.',
  }),
  sessionAffinity: oneOf(['ignored', 'required'], {
    is: 'Behind a balancer: a token presented without the cookie of its sign-in reaches another server, which does not know it.',
    unverified: 'Inferred from the form of aisSessionCookie.',
  }),
  signIn: oneOf(['open', 'licenceRefused', 'allowedHosts', 'maintenance'], {
    is: 'Refuse every sign-in: no licence left; 405 because the HTML server does not allow this AIS host; maintenance.',
    unverified: 'No public body of a licence or maintenance refusal.',
  }),
  signInRefusalStatus: oneOf(['403', '500'], {
    is: 'HTTP status of a licence or maintenance refusal.',
    unverified: 'No public example of such a refusal.',
  }),
  lockAfterFailedSignIns: wholeNumber(0, {
    unit: 'wrong passwords in a row (0: never)',
    is: 'Wrong passwords in a row after which the user is locked.',
    unverified: 'Site setting of user security.',
  }),
  loginMethods: oneOf(['all', 'bodyOnly', 'basicOnly'], {
    is: 'Which kinds of sign-in the server accepts; each can be switched off in Server Manager.',
  }),
  tokenResponseForm: oneOf(['9.2', 'newer', '9.1'], {
    is: 'Members of the sign-in answer: as recorded 2017; with time zone and long user id; or the shorter 9.1 form.',
  }),
  logoutBody: oneOf(['empty', 'emptyObject'], {
    is: 'Body of a successful logout.',
    unverified: 'No public body of a logout answer.',
  }),
  messageWrongPassword: text('Authorization Failure', {
    is: 'Message for a wrong user or password.',
    unverified: 'No public body of a refused sign-in.',
  }),
  messageLocked: text('Authorization Failure: user is locked', {
    is: 'Message for a locked user.',
    unverified: 'No public body of a refused sign-in.',
  }),
  messageDisabled: text('Authorization Failure: user is disabled', {
    is: 'Message for a disabled user.',
    unverified: 'No public body of a refused sign-in.',
  }),
  messageExpired: text('Authorization Failure: password has expired', {
    is: 'Message for an expired password.',
    unverified: 'No public body of a refused sign-in.',
  }),
  messageEnvironment: text('Authorization Failure: invalid environment', {
    is: 'Message for an environment that does not exist or that the user may not use.',
    unverified: 'No public body of a refused sign-in.',
  }),
  messageRole: text('Authorization Failure: invalid role', {
    is: 'Message for a role that the user does not have.',
    unverified: 'No public body of a refused sign-in.',
  }),
  messageLicence: text('Authorization Failure: license limit reached', {
    is: 'Message when no licence is left.',
    unverified: 'No public body of a licence refusal.',
  }),
  messageMaintenance: text('Server is in maintenance', {
    is: 'Message during maintenance.',
    unverified: 'No public body.',
  }),
} satisfies Record<string, SwitchKind<string | number | boolean>>;

/** Conditions of a query. */
const querySwitches = {
  wrongDateLiteral: oneOf(['error', 'ignoredCondition', 'rolledOver'], {
    is: "A date literal that is not in the user's simpleDateFormat: refused, condition left out (unfiltered rows!), or month 13 read as January of the next year.",
    unverified: 'Only that such filters "will not work" is documented.',
  }),
  plainDateLiteral: oneOf(['refused', 'accepted'], {
    is: 'Whether yyyyMMdd is also taken as a date literal.',
    unverified: 'Not stated anywhere.',
  }),
  matchTypeDefault: oneOf(['MATCH_ALL', 'MATCH_ANY'], {
    is: 'matchType when the request has none.',
    unverified: 'Default not stated.',
  }),
  justifiedLiteral: oneOf(['padded', 'exact'], {
    is: 'Whether a literal for a right-justified column (MCU) is padded before comparing; exact: 30 does not find "          30".',
    unverified: 'Not stated for the data service.',
  }),
  textComparison: oneOf(['caseSensitive', 'caseInsensitive'], {
    is: 'How text operators compare letters.',
    unverified: 'Depends on the database of the site.',
  }),
  bareControlIds: oneOf(['accepted', 'refused'], {
    is: 'Whether a column of a table may be named without its table (AN8 for F0101.AN8). Views always need it.',
    unverified: 'Public clients disagree.',
  }),
  orderWithoutOrderBy: oneOf(['uniqueKey', 'shuffled'], {
    is: 'Order of rows when the request names none.',
    unverified: 'No order is documented.',
  }),
  dataErrorForm: oneOf(['http500', 'sysErrors200', 'exception200'], {
    is: 'Form of a refusal of table, column or condition: status 500; or inside a 200 as sysErrors or as message/exception.',
    unverified: 'No public body for unknown table, unknown column or bad selection.',
  }),
  hiddenColumnAsked: oneOf(['omitted', 'error'], {
    is: 'A column hidden by security that is asked by name: missing from the rows, or the request fails.',
    unverified: 'Seen missing in one place only.',
  }),
  maskText: text('**********', {
    is: 'What data privacy shows in place of a value.',
    unverified: 'Asterisks are documented, their number is not; the data service itself is not confirmed.',
  }),
} satisfies Record<string, SwitchKind<string | number | boolean>>;

/** Pages and result sets. */
const pageSwitches = {
  dbFetchLimit: wholeNumber(2000, {
    unit: 'rows (0: none)',
    is: 'jas.ini DB Fetch Limit: supersedes maxPageSize; fewer rows come, with moreRecords true.',
  }),
  dbFetchLimitScope: oneOf(['page', 'resultSet'], {
    is: 'Whether the limit holds for each page, or ends the whole result set (last page: moreRecords true, no link).',
    unverified: 'Interaction of limit and next page is not documented.',
  }),
  resultSetTimeoutMs: wholeNumber(60_000, {
    unit: 'milliseconds',
    is: 'jdbj.ini resultSetTimeout: an open result set dies this long after its last page was fetched.',
  }),
  emptyFinalPage: onOff(false, {
    is: 'When rows end exactly with a page, whether one more, empty, page is announced.',
    unverified: 'Not documented.',
  }),
  parallelCursors: oneOf(['independent', 'lastOnly'], {
    is: 'Whether a second browse in the same session leaves the first result set open.',
    unverified: 'Not documented.',
  }),
  nextLinkHost: oneOf(['requestHost', 'internal'], {
    is: 'Host in links: the one the caller used, or the name the server has for itself.',
    unverified: 'Depends on the proxy of the site.',
  }),
  nextLinkPath: oneOf(['normal', 'doubleSlash'], {
    is: 'Whether links contain //jderest, as one published example does.',
  }),
  nextLinkDeviceName: oneOf(['omitted', 'included'], {
    is: 'Whether links carry deviceName.',
    unverified: 'Listed as required parameter, absent in the published link.',
  }),
  nextLinkToken: oneOf(['included', 'omitted'], {
    is: 'Whether links carry the token.',
    unverified: 'Present in the published link; later releases unknown.',
  }),
} satisfies Record<string, SwitchKind<string | number | boolean>>;

/** How values and envelopes look. */
const formSwitches = {
  numberForm: oneOf(['shortest', 'stored', 'javaDouble'], {
    is: 'How 127360.80 is written: as 127360.8, with all stored decimals, or as a Java double prints it (1.273608E7 for ten millions).',
    unverified:
      'All public captures hold whole numbers only (without decimals, also in columns that have two).',
  }),
  countForm: oneOf(['count', 'wrapped'], {
    is: 'COUNT answers {"count":n} or {"ds_F0101":{"count":n}}.',
    unverified: 'Only the older Java class is documented.',
  }),
  aggregateDateForm: oneOf(['epochMs', 'yyyyMMdd'], {
    is: 'Dates in an aggregation: milliseconds of server-local midnight (seen in groupBy), or as in rows.',
    unverified: 'Form of MIN and MAX of a date not found.',
  }),
  groupByKeyForm: oneOf(['prefixed', 'asAsked'], {
    is: 'Keys inside groupBy of an aggregation.',
    unverified: 'Spelling inferred.',
  }),
  missingCapabilities: text('', {
    is: 'Capabilities, separated by commas, that defaultconfig does not list.',
  }),
  utcOffsetMinutes: wholeNumber(0, {
    unit: 'minutes ahead of UTC',
    is: "The server's own time zone: time stamps, TODAY, and audit columns follow it.",
  }),
} satisfies Record<string, SwitchKind<string | number | boolean>>;

/** Every switch of the simulator, with its values, its default, and what no public source could settle. */
export const jdeSwitches = { ...sessionSwitches, ...querySwitches, ...pageSwitches, ...formSwitches };

/** The settings of a running simulator; may be changed while it runs. */
export type JdeSwitches = {
  -readonly [Name in keyof typeof jdeSwitches]: (typeof jdeSwitches)[Name]['default'];
};

export function defaultSwitches(): JdeSwitches {
  const entries = Object.entries(jdeSwitches).map(([name, kind]) => [name, kind.default]);
  // The entries come from the very object the type is derived from.
  return Object.fromEntries(entries) as JdeSwitches;
}

/** @returns what is wrong with a value for a switch, or undefined. */
export function switchProblem(name: string, value: unknown): string | undefined {
  const kind: SwitchKind<string | number | boolean> | undefined = Object.entries(jdeSwitches).find(
    ([each]) => each === name,
  )?.[1];
  if (!kind) return `unknown switch '${name}' (known: ${Object.keys(jdeSwitches).join(', ')})`;
  if (typeof kind.values !== 'string') {
    if (kind.values.some((allowed) => allowed === value)) return undefined;
    return `must be one of ${kind.values.join(', ')}, not ${JSON.stringify(value)}`;
  }
  if (typeof kind.default === 'number' && !Number.isInteger(value)) return `must be ${kind.values}`;
  return typeof value === typeof kind.default ? undefined : `must be ${kind.values}`;
}
