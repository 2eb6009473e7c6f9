import type { MappingSettings } from '../../config/settings.ts';
import { isActive } from '../../crosswalk/books.ts';
import { accept, type Decoded, reject } from '../../domain/decoded.ts';
import { compareDocuments } from '../differences.ts';
import { textOf } from '../flow.ts';
import type { MapPorts, TargetFlow } from '../target-flow.ts';
import { mapSupplier } from './mapping.ts';
import { nameKeyOf, type SupplierPayload } from './payload.ts';
import { supplierTables } from './tables.ts';
import { openSupplierWriter } from './writer.ts';

const CREDITORS = 'CREDITORS';

export const suppliersFlow: TargetFlow<SupplierPayload> = {
  name: 'suppliers',
  tables: supplierTables,
  kinds: ['currency', 'paymentTerm', 'taxRule', 'country'],
  calls: { create: 1, update: 2, void: 0 },
  async openMapper(ports) {
    const payablesAccount = await findPayablesAccount(ports);
    const names = new NameBook(ports);
    return {
      async mapBatch(records) {
        await names.load(records.map((record) => ({ key: record.key, name: namesOf(record) })));
        return records.map((record) =>
          mapSupplier(record, {
            settings: ports.settings,
            crosswalk: ports.crosswalk,
            payablesAccount,
            today: ports.today,
            claimName: (key, name) => names.claim(key, name),
          }),
        );
      },
    };
  },
  openWriter: openSupplierWriter,
  differences: (before, after) => compareDocuments(before, after),
  nameKey: (payload) => nameKeyOf(payload.Name),
};

/** Both names a supplier may come to stand under; which one is a setting. */
function namesOf(record: { readonly rows: Parameters<typeof mapSupplier>[0]['rows'] }): readonly string[] {
  const mailing = record.rows['F0111']?.find((row) => row.values['IDLN'] === '0');
  return [textOf(mailing, 'MLNM'), textOf(record.rows['F0101']?.[0], 'ALPH')].filter((name) => name !== '');
}

async function findPayablesAccount(ports: Pick<MapPorts, 'settings' | 'books'>): Promise<string> {
  const configured = ports.settings.suppliers.accountPayable;
  if (configured !== '') return configured;
  const accounts = await ports.books.get('accounts');
  // Documentation of different years has the code in one or the other member.
  const payables = accounts.filter(
    (account) =>
      isActive(account.Status) &&
      (account.SystemAccountCode === CREDITORS ||
        account.SystemAccount === CREDITORS ||
        account.SystemAccount === 'Accounts payable'),
  );
  return payables[0]?.Code ?? '';
}

/**
 * Which JDE supplier stands under which name, so that two of one name do not become one.
 * First come, first served, for good: the one that stands in Cin7 keeps the name, of new ones the first in the order of keys.
 */
class NameBook {
  readonly #ports: Pick<MapPorts, 'loadLinks' | 'loadNameOwners'> & { readonly settings: MappingSettings };
  readonly #owners = new Map<string, string>();
  readonly #ownNames = new Map<string, string>();

  constructor(ports: Pick<MapPorts, 'loadLinks' | 'loadNameOwners' | 'settings'>) {
    this.#ports = ports;
  }

  async load(records: readonly { readonly key: string; readonly name: readonly string[] }[]): Promise<void> {
    const links = await this.#ports.loadLinks(
      'suppliers',
      records.map((record) => record.key),
    );
    for (const [key, link] of links) this.#ownNames.set(key, link.nameKey);
    const nameKeys = records.flatMap((record) => record.name.map(nameKeyOf));
    const owners = await this.#ports.loadNameOwners('suppliers', [...new Set(nameKeys)]);
    for (const [nameKey, owner] of owners) this.#owners.set(nameKey, owner);
  }

  claim(recordKey: string, name: string): Decoded<string> {
    const nameKey = nameKeyOf(name);
    const suffixed = `${name} (${recordKey})`;
    // A supplier that already has its number behind the name keeps it.
    if (this.#ownNames.get(recordKey) === nameKeyOf(suffixed)) return accept(suffixed);
    const owner = this.#owners.get(nameKey);
    if (owner === undefined || owner === recordKey) {
      this.#owners.set(nameKey, recordKey);
      return accept(name);
    }
    if (this.#ports.settings.suppliers.duplicateName === 'suffix') return accept(suffixed);
    return reject(
      'suppliers.name_shared',
      'F0101_ALPH',
      `Suppliers ${owner} and ${recordKey} are both named "${name}".`,
    );
  }
}
