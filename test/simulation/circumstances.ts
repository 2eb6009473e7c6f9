import { type Config, configSchema } from '../../src/config/file.ts';
import type { Cin7Switches } from '../../src/simulators/cin7/index.ts';
import type { JdeSwitches } from '../../src/simulators/jde/index.ts';
import type { Chance } from './chance.ts';
import type { Choices } from './expected.ts';

/** How a site is set up: settings of the connection, and how the two systems behave where their behaviour is not known. */
export interface Circumstances {
  readonly choices: Choices;
  readonly overlapDays: number;
  readonly pageSize: number;
  readonly pageLimit: number;
  readonly writesAtOnce: number;
  readonly paging: 'next' | 'key';
  readonly callsAtOnce: number;
  readonly timeZone: string;
  /** A process that died can be told from one that lives: both were on this machine. */
  readonly isDeathSeen: boolean;
  readonly jde: Partial<JdeSwitches>;
  readonly cin7: Partial<Cin7Switches>;
}

export const TIME_ZONES = [
  'UTC',
  'America/Denver',
  'Europe/Berlin',
  'Australia/Sydney',
  'Pacific/Kiritimati',
] as const;

export function drawCircumstances(chance: Chance): Circumstances {
  const duplicateSku = chance.weighted({ auto: 4, merge: 2, separate: 1 });
  return {
    choices: {
      duplicateSku,
      orderStatus: chance.weighted({ DRAFT: 3, AUTHORISED: 1 }),
      authorisedChange: chance.weighted({ park: 1, redo: 1 }),
    },
    overlapDays: chance.pick([0, 1, 1, 1, 2]),
    pageSize: chance.pick([2, 3, 5, 20, 1_000]),
    pageLimit: chance.pick([2, 3, 5, 50, 1_000]),
    writesAtOnce: chance.pick([1, 2, 4, 8]),
    paging: chance.weighted({ next: 4, key: 1 }),
    callsAtOnce: chance.pick([1, 1, 2, 4]),
    timeZone: chance.pick(TIME_ZONES),
    isDeathSeen: chance.hits(0.6),
    jde: drawJdeSwitches(chance),
    cin7: drawCin7Switches(chance, duplicateSku),
  };
}

/** Values that leave the connector able to work with its default settings. */
function drawJdeSwitches(chance: Chance): Partial<JdeSwitches> {
  return {
    invalidTokenStatus: chance.pick(['444', '403']),
    sessionInactivityMinutes: chance.pick([1, 30]),
    sessionTimeToLiveMinutes: chance.pick([2, 30, 720]),
    tokenResponseForm: chance.pick(['9.2', 'newer', '9.1']),
    logoutBody: chance.pick(['empty', 'emptyObject']),
    matchTypeDefault: chance.pick(['MATCH_ALL', 'MATCH_ANY']),
    textComparison: chance.pick(['caseSensitive', 'caseInsensitive']),
    bareControlIds: chance.pick(['accepted', 'refused']),
    orderWithoutOrderBy: chance.pick(['uniqueKey', 'shuffled']),
    dataErrorForm: chance.pick(['http500', 'sysErrors200', 'exception200']),
    dbFetchLimit: chance.pick([0, 3, 7, 2000, 2000]),
    dbFetchLimitScope: chance.pick(['page', 'resultSet']),
    resultSetTimeoutMs: chance.pick([500, 60_000, 60_000]),
    emptyFinalPage: chance.hits(0.3),
    parallelCursors: chance.pick(['independent', 'lastOnly']),
    nextLinkHost: chance.pick(['requestHost', 'internal']),
    nextLinkPath: chance.pick(['normal', 'doubleSlash']),
    nextLinkDeviceName: chance.pick(['omitted', 'included']),
    nextLinkToken: chance.pick(['included', 'omitted']),
    numberForm: chance.pick(['shortest', 'stored', 'javaDouble']),
  };
}

function drawCin7Switches(chance: Chance, duplicateSku: Choices['duplicateSku']): Partial<Cin7Switches> {
  return {
    rateLimitForm: chance.pick(['429', '503', '400']),
    refusedCallsCount: chance.pick(['no', 'yes']),
    retryAfter: chance.pick(['60 Seconds', '30 Seconds', '30', 'remaining', 'absent']),
    errorBody: chance.pick(['array', 'object', 'in200']),
    problemsPerAnswer: chance.pick([1, 3, 1000]),
    listOrder: chance.pick(['created', 'name']),
    listLagSeconds: chance.pick([0, 0, 5, 30, 60, 100]),
    updatedSinceBoundary: chance.pick(['exclusive', 'inclusive']),
    supplierNestedRowsOmitted: chance.pick(['kept', 'removed']),
    supplierNestedRowWithoutId: chance.pick(['appended', 'replacesSame']),
    purchaseTypeDefault: chance.pick(['Simple', 'Advanced']),
    newPurchaseStatus: chance.pick(['byEndpoint', 'DRAFT', 'ORDERING']),
    headerAfterAuthorised: chance.pick(['refused', 'accepted']),
    billingLinesInWriteAnswer: chance.pick(['hidden', 'shown']),
    simpleStockOnAdvanced: chance.pick(['shell', 'full']),
    orderFrozenText: chance.pick(['status', 'plain']),
    // Two lines of one SKU that are sent as they are must be taken as they are.
    orderDuplicateSku: duplicateSku === 'separate' ? 'accepted' : chance.pick(['rejected', 'accepted']),
    orderLineOrder: chance.pick(['asSent', 'reversed']),
    orderTotal: chance.pick(['withoutTax', 'either', 'unchecked']),
    orderTotalTolerance: chance.pick(['0', '0.01']),
    undoOrderLines: chance.pick(['kept', 'removed']),
    purchaseSearch: chance.pick(['contains', 'exact']),
    productFilter: chance.pick(['contains', 'startsWith']),
  };
}

/** The customer's ml-connector.yaml. */
export function configFor(
  of: Circumstances,
  own: { readonly jde: string; readonly cin7: string; readonly listLagSeconds: number | undefined },
): Config {
  const { choices } = of;
  return configSchema.parse({
    version: 1,
    connections: [
      {
        name: 'main',
        jde: {
          url: own.jde,
          environment: 'JDV920',
          role: '*ALL',
          timeZone: of.timeZone,
          pageSize: of.pageSize,
          paging: of.paging,
          callsAtOnce: of.callsAtOnce,
        },
        cin7: {
          url: own.cin7,
          writesAtOnce: of.writesAtOnce,
          pageLimit: of.pageLimit,
          ...(own.listLagSeconds === undefined ? {} : { listLagSeconds: own.listLagSeconds }),
        },
        purchases: {
          duplicateSku: choices.duplicateSku,
          orderStatus: choices.orderStatus,
          authorisedChange: choices.authorisedChange,
        },
        run: { overlapDays: of.overlapDays },
      },
    ],
  });
}
