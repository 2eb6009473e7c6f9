import type { RunEnding } from '../../src/jobs/execute-run.ts';
import type {
  Cin7Fault,
  Cin7Simulator,
  Cin7Switches,
  SupplierEdit,
} from '../../src/simulators/cin7/index.ts';
import type { JdeFault, JdeSimulator, JdeSwitches, JdeUser } from '../../src/simulators/jde/index.ts';
import { findConnection } from '../../src/store/connections.ts';
import { listParked, type ParkedRecord } from '../../src/store/parked.ts';
import type { RunSummary } from '../../src/sync/summary.ts';
import { startCompany, type TestCompany } from '../support/company.ts';
import { type Content, contentOf } from './content.ts';
import { ORDERS, orderKey, seeds } from './dataset.ts';

export type Settings = Record<string, unknown>;

/** What is asked of a pair of simulators besides the one value that is tested. */
export interface Stimulus {
  readonly jdeSwitches?: Partial<JdeSwitches>;
  readonly cin7Switches?: Partial<Cin7Switches>;
  readonly jdeFaults?: readonly JdeFault[];
  readonly cin7Faults?: readonly Cin7Fault[];
  readonly user?: Partial<JdeUser>;
  /** Password that the connector signs in with. */
  readonly password?: string;
  /** The clock of JDE jumps by so many seconds with every so many calls. */
  readonly jdeClock?: { readonly everyCalls: number; readonly seconds: number };
  /** The clock of Cin7 runs so many times faster. */
  readonly cin7ClockFactor?: number;
  readonly allowance?: { readonly calls: number; readonly windowMs: number };
  /** Locations that Cin7 has besides, so that their list has more than one page. */
  readonly manyLocations?: number;
  /** Code of an account that people forgot in Cin7. */
  readonly withoutAccount?: string;
  /** What stands behind the address of Cin7 by mistake. */
  readonly cin7PathSuffix?: string;
}

export interface Ending {
  readonly state: string;
  readonly code: string | undefined;
  readonly message: string;
}

export interface Result {
  readonly endings: readonly Ending[];
  readonly content: Content;
  readonly parked: readonly Pick<ParkedRecord, 'flow' | 'recordKey' | 'code' | 'detail'>[];
  readonly signIns: number;
  readonly refusals: number;
  readonly seconds: number;
  readonly calls: { readonly jde: number; readonly cin7: number };
}

/** Settings that every run has: small pages, a supplier on hold is deprecated in Cin7, short waits. */
const SETTINGS = {
  jde: { pageSize: 7 },
  cin7: { pageLimit: 5, refusalWaitSeconds: 0.05 },
  suppliers: { deprecatedHoldCodes: ['Y'] },
};

/** Syncs, lets people on both sides change things, syncs again, and tells what Cin7 holds then. */
export async function play(settings: Settings, stimulus: Stimulus): Promise<Result> {
  const company = await start(settings, stimulus);
  try {
    const address = stimulus.cin7PathSuffix;
    const wrong = address === undefined ? {} : { cin7: { url: company.cin7.url + address } };
    const first = await company.sync(wrong);
    changeBothSides(company);
    const second = await company.sync(wrong);
    return {
      endings: [endingOf(first), endingOf(second)],
      content: contentOf(company.cin7),
      parked: await parkedOf(company),
      signIns: company.jde.calls.filter((call) => call.path.endsWith('tokenrequest')).length,
      refusals: company.cin7.refusals,
      seconds: first.summary.seconds + second.summary.seconds,
      calls: { jde: company.jde.callCount, cin7: company.cin7.callCount },
    };
  } finally {
    await company.stop();
  }
}

async function start(settings: Settings, stimulus: Stimulus): Promise<TestCompany> {
  const { tables, company, crosswalk } = seeds();
  const locations = Array.from({ length: stimulus.manyLocations ?? 0 }, (_, index) => ({
    Name: `Bay ${index}`,
  }));
  const running: { jde?: JdeSimulator } = {};
  const { jdeClock, cin7ClockFactor } = stimulus;
  const startedAt = Date.now();
  const started = await startCompany({
    tables,
    company: {
      ...company,
      locations: [...locations, ...company.locations],
      accounts: company.accounts.filter((account) => account.Code !== stimulus.withoutAccount),
    },
    crosswalk,
    settings: merged(SETTINGS, settings),
    jde: {
      switches: stimulus.jdeSwitches ?? {},
      faults: [...(stimulus.jdeFaults ?? [])],
      users: [{ user: 'JDE', password: 'JDE', ...stimulus.user }],
      ...(jdeClock === undefined
        ? {}
        : {
            clock: {
              now: () =>
                Date.now() +
                Math.floor((running.jde?.callCount ?? 0) / jdeClock.everyCalls) * jdeClock.seconds * 1_000,
            },
          }),
    },
    cin7: {
      switches: stimulus.cin7Switches ?? {},
      faults: stimulus.cin7Faults ?? [],
      ...(stimulus.allowance === undefined ? {} : { allowance: stimulus.allowance }),
      ...(cin7ClockFactor === undefined
        ? {}
        : { clock: { now: () => startedAt + (Date.now() - startedAt) * cin7ClockFactor } }),
    },
    ...(stimulus.password === undefined
      ? {}
      : { credentials: { jde: { user: 'JDE', password: stimulus.password } } }),
  });
  running.jde = started.jde;
  return started;
}

/** A phone, a quantity, a line more, other terms, a cancelled order; orders that were authorised and received in Cin7. */
function changeBothSides({ jde, cin7 }: TestCompany): void {
  authorise(cin7, ORDERS.authorisedThenChanged);
  authorise(cin7, ORDERS.authorisedThenCancelled);
  authorise(cin7, ORDERS.authorisedThenMoved);
  for (const id of idsOf(cin7, ORDERS.receivedThenChanged)) cin7.receiveStock(id);

  jde.upsert('F0115', { ...rowOf(jde, 'F0115', { AN8: 4343, PHTP: '' }), PH1: '555-0199' });
  jde.upsert('F0116', { ...rowOf(jde, 'F0116', { AN8: 4350 }), CTY1: 'Boulder' });
  changeLine(jde, ORDERS.quantityChanges, { UORG: '12', AEXP: '30.00' });
  changeLine(jde, ORDERS.authorisedThenChanged, { UORG: '20', AEXP: '50.00' });
  changeLine(jde, ORDERS.receivedThenChanged, { UORG: '30', AEXP: '75.00' });
  for (const number of [ORDERS.cancelledLater, ORDERS.authorisedThenCancelled]) {
    changeLine(jde, number, { LTTR: '980', NXTR: '999' });
  }
  const added = { LNID: '2.000', ITM: 60012, LITM: 'BP-2', UORG: '3', AEXP: '9.00', UKID: 99 };
  changeLine(jde, ORDERS.lineAdded, added);
  for (const number of [ORDERS.termsChange, ORDERS.authorisedThenMoved]) {
    jde.upsert('F4301', { ...rowOf(jde, 'F4301', orderKey(number)), PTC: 'N14' });
  }
  addContact(cin7, 4343);
}

/** People add a contact to a supplier of ours; it must stay. */
function addContact(cin7: Cin7Simulator, addressNumber: number): void {
  const supplier = cin7.suppliers().find((row) => textIn(row['Comments']).includes(`AB ${addressNumber}]`));
  if (supplier === undefined) return;
  const contacts = Array.isArray(supplier['Contacts']) ? supplier['Contacts'].filter(isGroup) : [];
  const added = {
    Name: 'Gate 2',
    Phone: '555-0177',
    MobilePhone: '',
    Fax: '',
    Email: '',
    Website: '',
    Comment: '',
  };
  cin7.editSupplier(textIn(supplier['ID']), {
    Contacts: [...contacts, added] as SupplierEdit['Contacts'] & object,
  });
}

function authorise(cin7: Cin7Simulator, order: number): void {
  for (const id of idsOf(cin7, order)) cin7.authoriseOrder(id);
}

/** Ids of the purchases of an order that have lines; none if the order did not get that far. */
function idsOf(cin7: Cin7Simulator, order: number): readonly string[] {
  return cin7
    .purchasesWithNote(`-${order}-000]`)
    .filter((purchase) => JSON.stringify(purchase['Order']).includes('"SKU"'))
    .map((purchase) => textIn(purchase['ID']));
}

function changeLine(jde: JdeSimulator, order: number, changes: Record<string, string | number>): void {
  jde.upsert('F4311', { ...rowOf(jde, 'F4311', { ...orderKey(order), LNID: '1.000' }), ...changes });
}

function rowOf(
  jde: JdeSimulator,
  table: string,
  key: Record<string, unknown>,
): ReturnType<JdeSimulator['rows']>[number] {
  const found = jde
    .rows(table)
    .find((row) => Object.entries(key).every(([name, value]) => row[name] === value));
  if (found === undefined) throw new Error(`${table} has no row ${JSON.stringify(key)}.`);
  return found;
}

function endingOf(ending: RunEnding<RunSummary>): Ending {
  return { state: ending.state, code: ending.fault?.code, message: messageOf(ending.fault?.error) };
}

function messageOf(error: unknown): string {
  if (error === undefined) return '';
  return error instanceof Error ? error.message : JSON.stringify(error);
}

async function parkedOf({ database }: TestCompany): Promise<Result['parked']> {
  const connection = await findConnection(database.db, 'main');
  if (connection === undefined) throw new Error('The connection is not registered.');
  const parked = await listParked(database.db, {
    connectionId: connection.id,
    flow: undefined,
    limit: 1_000,
  });
  return parked.map(({ flow, recordKey, code, detail }) => ({ flow, recordKey, code, detail }));
}

/** Settings over settings, group by group. */
export function merged(base: Settings, over: Settings): Settings {
  const result: Settings = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = result[name];
    result[name] = isGroup(before) && isGroup(value) ? merged(before, value) : value;
  }
  return result;
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

function isGroup(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
