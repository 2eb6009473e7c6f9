import { type Fields, includesAnyCase, type Problems } from './fields.ts';
import { checkActiveTerm, checkInBook, checkPayableAccount, checkTaxRule } from './references.ts';
import type { CompanyState } from './state.ts';
import { ATTRIBUTE_NUMBERS, type Supplier } from './supplier-model.ts';
import { readAddresses, readContacts } from './supplier-nested.ts';
import { assumed, recorded } from './texts.ts';

interface Reading {
  readonly state: CompanyState;
  readonly problems: Problems;
  /** The supplier that PUT changes; `undefined` for POST. */
  readonly existing: Supplier | undefined;
}

/** Checks a supplier body and returns what it changes. Nothing is touched before the problems are settled. */
export function readSupplier(fields: Fields, reading: Reading): (supplier: Supplier) => void {
  const changes = [
    readNames(fields, reading),
    readBookReferences(fields, reading),
    readStatus(fields, reading),
    readFreeTexts(fields, reading),
    readAddresses(fields, reading),
    readContacts(fields, reading),
  ];
  return (supplier) => {
    for (const change of changes) change(supplier);
  };
}

function readNames(fields: Fields, { state, problems, existing }: Reading): (supplier: Supplier) => void {
  const required = existing === undefined;
  const name = fields.text('Name', { required: required || fields.has('Name'), max: 256 });
  const currency = fields.text('Currency', { required: required || fields.has('Currency') });
  if (typeof currency === 'string' && currency !== '' && !/^[A-Za-z]{3}$/.test(currency)) {
    problems.add(assumed.invalid('Currency'));
  }
  if (typeof name === 'string' && state.switches.supplierNameUnique === 'error') {
    const taken = state.suppliersNamed(name.trim()).some((other) => other !== existing);
    if (taken) problems.add(assumed.supplierNameExists);
  }
  return (supplier) => {
    supplier.name = name ?? supplier.name;
    supplier.currency = currency?.toUpperCase() ?? supplier.currency;
  };
}

function readBookReferences(
  fields: Fields,
  { state, problems, existing }: Reading,
): (supplier: Supplier) => void {
  const required = (name: string) => ({ required: existing === undefined || fields.has(name) });
  const term = fields.text('PaymentTerm', required('PaymentTerm'));
  const account = fields.text('AccountPayable', required('AccountPayable'));
  const rule = fields.text('TaxRule', required('TaxRule'));
  const set = fields.text('AttributeSet');
  if (typeof term === 'string' && term !== '') checkActiveTerm(term, state, problems);
  if (typeof account === 'string' && account !== '') checkPayableAccount(account, state, problems);
  if (typeof rule === 'string' && rule !== '') checkTaxRule(rule, state, problems);
  if (typeof set === 'string' && set !== '') {
    checkInBook(
      set,
      { book: state.attributeSets, state, problems },
      { text: assumed.attributeSetNotFound(set) },
    );
  }
  return (supplier) => {
    supplier.paymentTerm = term ?? supplier.paymentTerm;
    supplier.accountPayable = account ?? supplier.accountPayable;
    supplier.taxRule = rule ?? supplier.taxRule;
    if (set !== undefined) supplier.attributeSet = set === '' ? null : set;
  };
}

function readStatus(fields: Fields, { state, problems, existing }: Reading): (supplier: Supplier) => void {
  const required = existing === undefined && state.switches.supplierStatusRequired === 'yes';
  const status = fields.text('Status', { required });
  if (typeof status === 'string' && !includesAnyCase(['Active', 'Deprecated'], status)) {
    problems.add(recorded.statusActiveOrDeprecated);
  }
  const discount = fields.decimal('Discount');
  if (discount?.lt(0) === true || discount?.gt(100) === true) problems.add(assumed.discountRange('Supplier'));
  return (supplier) => {
    if (status !== undefined && status !== null) {
      supplier.status = status.toLowerCase() === 'deprecated' ? 'Deprecated' : 'Active';
    }
    if (discount !== undefined) supplier.discount = discount.toNumber();
  };
}

function readFreeTexts(fields: Fields, { problems, state, existing }: Reading): (supplier: Supplier) => void {
  const optional = (name: string, max?: number): string | null | undefined => {
    const value = fields.text(name, max === undefined ? {} : { max });
    return value === null && existing !== undefined && state.switches.supplierPutNull === 'kept'
      ? undefined
      : value;
  };
  const comments = optional('Comments', 256);
  const taxNumber = optional('TaxNumber');
  const attributes = ATTRIBUTE_NUMBERS.map((number) => {
    const value = optional(`AdditionalAttribute${number}`);
    if ((value?.length ?? 0) > 256 && state.switches.maximumLengths === 'enforced') {
      problems.add(recorded.additionalAttributeTooLong(number));
    }
    return value;
  });
  return (supplier) => {
    if (comments !== undefined) supplier.comments = comments ?? '';
    if (taxNumber !== undefined) supplier.taxNumber = taxNumber ?? '';
    attributes.forEach((value, index) => {
      if (value !== undefined) supplier.attributes[index] = value ?? '';
    });
  };
}
