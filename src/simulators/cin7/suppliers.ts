import { type Answer, envelope, refuse } from './answers.ts';
import { text } from './book.ts';
import { type ApiCall, flagParameter, guidParameter, parameter } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { listedRow } from './lag.ts';
import { changedSince, filterTime, listAnswer, pageOf, pagingOf } from './lists.ts';
import type { CompanyState } from './state.ts';
import { readSupplier } from './supplier-fields.ts';
import { type Supplier, supplierRow } from './supplier-model.ts';
import { assumed } from './texts.ts';

/** GET /supplier: filters Name (prefix), ID, ModifiedSince, IncludeDeprecated. There is no Search. */
export function getSuppliers(call: ApiCall, state: CompanyState): Answer {
  const paging = pagingOf(call, state.switches);
  const ids = state.nestedIds;
  const id = parameter(call, 'id');
  // By ID it is a detail read, which lists' lag does not touch.
  if (id !== undefined) {
    const found = state.supplier(guidParameter(call, 'ID'));
    return listAnswer('SupplierList', found === undefined ? [] : [supplierRow(found, ids)], paging);
  }
  const { suppliers, rowOf } = chooseSuppliers(call, state);
  const rows = pageOf(suppliers, paging).map(rowOf);
  return envelope('SupplierList', rows, { total: suppliers.length, page: paging.page });
}

/** Listed suppliers that pass the filters, and how each is listed: as it is, or as it was. */
function chooseSuppliers(
  call: ApiCall,
  state: CompanyState,
): { suppliers: Supplier[]; rowOf: (supplier: Supplier) => JsonObject } {
  const prefix = parameter(call, 'name')?.toLowerCase();
  const since = filterTime(parameter(call, 'modifiedsince') ?? '');
  const deprecatedToo = flagParameter(call, 'includedeprecated');
  const now = state.clock.now();
  const passes = (facts: { nameKey: string; status: string; modifiedAt: number }): boolean =>
    (deprecatedToo || facts.status !== 'Deprecated') &&
    (prefix === undefined || facts.nameKey.startsWith(prefix)) &&
    (since === undefined || changedSince(facts.modifiedAt, since, state.switches));
  const older = new Map<Supplier, JsonObject>();
  const suppliers = state.suppliers.filter((supplier) => {
    if (supplier.versions === undefined) return passes(supplier);
    const row = listedRow(supplier, now, () => supplierRow(supplier, state.nestedIds));
    if (row === undefined) return false;
    older.set(supplier, row);
    const nameKey = text(row['Name']).toLowerCase();
    return passes({
      nameKey,
      status: text(row['Status']),
      modifiedAt: Date.parse(text(row['LastModifiedOn'])),
    });
  });
  if (state.switches.listOrder === 'name') suppliers.sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1));
  return { suppliers, rowOf: (supplier) => older.get(supplier) ?? supplierRow(supplier, state.nestedIds) };
}

/** POST /supplier. An ID in the body is ignored. */
export function postSupplier(call: ApiCall, state: CompanyState): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const change = readSupplier(fields, { state, problems, existing: undefined });
  problems.settle();
  const supplier: Supplier = {
    id: state.chance.guid(),
    name: '',
    nameKey: '',
    currency: '',
    paymentTerm: '',
    taxRule: '',
    accountPayable: '',
    status: 'Active',
    discount: 0,
    comments: '',
    taxNumber: '',
    attributeSet: null,
    attributes: Array.from({ length: 10 }, () => ''),
    addresses: [],
    contacts: [],
    modifiedAt: state.clock.now(),
  };
  change(supplier);
  state.addSupplier(supplier);
  return envelope('SupplierList', [supplierRow(supplier, 'none')]);
}

/** PUT /supplier: fields left out keep their value, "" and 0 clear. */
export function putSupplier(call: ApiCall, state: CompanyState): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const id = fields.guid('ID', { required: true });
  problems.settle();
  const supplier = id === undefined ? undefined : state.supplier(id);
  if (supplier === undefined) return refuse(assumed.supplierNotFound, 404);
  const change = readSupplier(fields, { state, problems, existing: supplier });
  problems.settle();
  state.changeSupplier(supplier, () => change(supplier));
  return envelope('SupplierList', [supplierRow(supplier, 'both')]);
}

/** GET /ref/supplier/deposits: has a Page but no Total. */
export function getDeposits(call: ApiCall, state: CompanyState): Answer {
  const paging = pagingOf(call, state.switches);
  const supplierId = parameter(call, 'supplierid')?.toLowerCase();
  const usedToo = flagParameter(call, 'showuseddeposits');
  const rows = state.deposits.filter(
    (row) =>
      (supplierId === undefined || row['SupplierID'] === supplierId) &&
      (usedToo || row['RemainingAmount'] !== 0),
  );
  const start = (paging.page - 1) * paging.limit;
  return {
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ Page: paging.page, SupplierDeposits: rows.slice(start, start + paging.limit) }),
  };
}
