import type { FaultCode } from '../../faults/fault-codes.ts';
import type { CallBudget } from '../connector.ts';
import type { OutboundGuard } from '../http/outbound-guard.ts';
import { probeTcp, probeTls } from '../http/probe.ts';
import { bookSpecs, decodeCompany } from './books.ts';
import type { Cin7Client } from './client.ts';
import type { Cin7Settings } from './config.ts';
import type { Cin7Account } from './fields.ts';
import { type ListReading, type ListSpec, readList, readPage } from './lists.ts';

export interface Cin7CheckParts {
  readonly settings: Cin7Settings;
  readonly client: Cin7Client;
  readonly budget: CallBudget;
  readonly reading: ListReading;
  readonly guard: OutboundGuard;
  /** Calls go straight to the host; through a proxy, looking at host name and TLS from here would mislead. */
  readonly isDirect: boolean;
  readonly now: () => number;
}

export interface Finding {
  readonly detail: string;
  readonly state?: 'passed' | 'warning' | 'skipped';
  readonly fix?: string;
}

export interface PlannedStep {
  readonly name: string;
  readonly title: string;
  /** Steps that must not have failed. */
  readonly needs: readonly string[];
  readonly look: (signal: AbortSignal) => Promise<Finding>;
  /** Code and advice for a failure that brings none. */
  readonly code: FaultCode;
  readonly fix?: string;
}

export function planSteps(parts: Cin7CheckParts): readonly PlannedStep[] {
  return [...networkSteps(parts), keyStep(parts), ...bookSteps(parts), allowanceStep(parts)];
}

function networkSteps({ settings, guard, isDirect }: Cin7CheckParts): readonly PlannedStep[] {
  if (!isDirect) return [];
  const url = new URL(settings.url);
  const code = 'cin7.unreachable';
  return [
    {
      name: 'cin7.host',
      title: `Cin7: host name ${url.hostname}`,
      needs: [],
      code,
      fix: 'Check the host name in cin7.url and the name server (DNS) of this machine.',
      look: async () => {
        const found = await guard.resolve(guard.hostname);
        return { detail: `resolves to ${found.map((each) => each.address).join(', ')}` };
      },
    },
    {
      name: 'cin7.tcp',
      title: `Cin7: connection to ${url.host}`,
      needs: ['cin7.host'],
      code,
      fix: `Allow outgoing connections to ${url.host} in the firewall, or set the proxy of your network.`,
      look: async (signal) => {
        await probeTcp(guard, signal);
        return { detail: 'the connection opens' };
      },
    },
    {
      name: 'cin7.tls',
      title: 'Cin7: encryption and certificate',
      needs: ['cin7.tcp'],
      code,
      fix: 'Check the clock of this machine. If a proxy of your network replaces certificates, make its certificate authority known to this program (NODE_EXTRA_CA_CERTS).',
      look: async (signal) => {
        if (url.protocol !== 'https:')
          return { state: 'skipped', detail: 'cin7.url is http: no encryption (a simulator)' };
        const { protocol, issuer, validTo } = await probeTls(guard, signal);
        return { detail: `${protocol}, certificate of ${issuer}, valid until ${validTo}` };
      },
    },
  ];
}

function keyStep({ client, isDirect }: Cin7CheckParts): PlannedStep {
  return {
    name: 'cin7.key',
    title: 'Cin7: account id and application key',
    needs: isDirect ? ['cin7.host', 'cin7.tcp', 'cin7.tls'] : [],
    code: 'cin7.credentials_refused',
    look: async (signal) => {
      const call = { method: 'GET', path: 'me', decode: decodeCompany, tellRefusal: true } as const;
      const me = await client.call(call, signal);
      const lock = me.LockDate === '' ? 'no lock date' : `locked up to ${me.LockDate.slice(0, 10)}`;
      return { detail: `${me.Company}, currency ${me.Currency}, time zone ${me.TimeZone}, ${lock}` };
    },
  };
}

function bookSteps(parts: Cin7CheckParts): readonly PlannedStep[] {
  let accounts: readonly Cin7Account[] = [];
  const steps = [
    bookStep('accounts', async (signal) => {
      accounts = await readAll(parts, bookSpecs.accounts, signal);
      const active = accounts.filter((account) => is(account.Status, 'ACTIVE')).length;
      return { detail: `${accounts.length} accounts, ${active} of them active` };
    }),
    bookStep('paymentTerms', async (signal) => {
      const terms = await readAll(parts, bookSpecs.paymentTerms, signal);
      const active = terms.filter((term) => term.IsActive).length;
      const detail = `${terms.length} payment terms, ${active} of them active`;
      if (active > 0) return { detail };
      const fix =
        'Add a payment term in Cin7 Core under Settings > Reference books > Payment terms: suppliers need one.';
      return { detail, state: 'warning', fix };
    }),
    bookStep('taxRules', async (signal) => {
      const rules = await readAll(parts, bookSpecs.taxRules, signal);
      const usable = rules.filter((rule) => rule.IsActive && rule.IsTaxForPurchase).length;
      const detail = `${rules.length} tax rules, ${usable} of them active for purchases`;
      if (usable > 0) return { detail };
      const fix =
        'Add a tax rule for purchases in Cin7 Core under Settings > Reference books > Taxation rules.';
      return { detail, state: 'warning', fix };
    }),
    bookStep('locations', async (signal) => countOf(parts, bookSpecs.locations, 'locations', signal)),
    bookStep('units', async (signal) => countOf(parts, bookSpecs.units, 'units of measure', signal)),
    bookStep('products', async (signal) => countOf(parts, bookSpecs.products, 'products', signal)),
  ];
  return [...steps, payablesStep(() => accounts)];
}

function bookStep(book: keyof typeof bookSpecs, look: PlannedStep['look']): PlannedStep {
  const title = `Cin7: /${bookSpecs[book].path}`;
  return { name: `cin7.book.${book}`, title, needs: ['cin7.key'], code: 'cin7.answer_unreadable', look };
}

/** Suppliers need the account that the chart marks as accounts payable; others are refused. */
function payablesStep(accounts: () => readonly Cin7Account[]): PlannedStep {
  return {
    name: 'cin7.payablesAccount',
    title: 'Cin7: payables account',
    needs: ['cin7.book.accounts'],
    code: 'cin7.refused',
    look: async () => {
      const payables = accounts().filter(
        (account) =>
          is(account.SystemAccountCode, 'CREDITORS') ||
          is(account.SystemAccount, 'Accounts payable') ||
          is(account.SystemAccount, 'CREDITORS'),
      );
      const active = payables.find((account) => is(account.Status, 'ACTIVE'));
      if (active !== undefined) return { detail: `${active.Code} ${active.Name}` };
      return {
        state: 'warning',
        detail: 'no active account is marked as the system account for accounts payable (CREDITORS)',
        fix: 'In Cin7 Core open Settings > Reference books > Chart of accounts and mark the payables account as Accounts payable: without it no supplier can be created.',
      };
    },
  };
}

function allowanceStep({ budget, settings }: Cin7CheckParts): PlannedStep {
  return {
    name: 'cin7.allowance',
    title: 'Cin7: calls that are left',
    needs: ['cin7.key'],
    code: 'cin7.rate_limited',
    look: async () => {
      const kept =
        settings.callsReserved === 0 ? '' : `, ${settings.callsReserved} kept free for other programs`;
      return {
        detail: `${await budget.left()} of ${settings.callsPerMinute} calls a minute are free now${kept}`,
      };
    },
  };
}

async function readAll<T>(
  { client, reading }: Cin7CheckParts,
  spec: ListSpec<T>,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const rows: T[] = [];
  for await (const page of readList(client, spec, { ...reading, tellRefusal: true }, signal))
    rows.push(...page);
  return rows;
}

/** Only the first page is read: its `Total` says how many there are. */
async function countOf<T>(
  { client, settings }: Cin7CheckParts,
  spec: ListSpec<T>,
  noun: string,
  signal: AbortSignal,
): Promise<Finding> {
  const limit = Math.min(100, settings.pageLimit);
  const { total } = await readPage(client, spec, { page: 1, limit, tellRefusal: true }, signal);
  return { detail: `${total} ${noun}` };
}

const is = (text: string, expected: string): boolean => text.toLowerCase() === expected.toLowerCase();
