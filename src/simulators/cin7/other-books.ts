import { type Answer, envelope, json } from './answers.ts';
import { text } from './book.ts';
import type { ApiCall } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { equals, filterRows, listAnswer, pagingOf, startsWith } from './lists.ts';
import { checkUnique, existingRow } from './named-books.ts';
import type { CompanyState } from './state.ts';
import { ATTRIBUTE_NUMBERS } from './supplier-model.ts';

/** /ref/carrier: identified by CarrierID, named by Description. */
export function getCarriers(call: ApiCall, state: CompanyState): Answer {
  const filters = [equals('CarrierID'), startsWith('Description')];
  const rows = filterRows(state.carriers.rowsInOrder(state.switches), call, filters);
  return listAnswer('CarrierList', rows, pagingOf(call, state.switches));
}

export function writeCarrier(call: ApiCall, state: CompanyState): Answer {
  const old = call.method === 'PUT' ? existingRow(call, state, state.carriers, 'carrier') : undefined;
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const description = fields.text('Description', { max: 256, required: true }) ?? '';
  const id = old === undefined ? undefined : text(old['CarrierID']);
  checkUnique(description, { book: state.carriers, noun: 'carrier', id }, problems);
  problems.settle();
  return envelope('CarrierList', [
    state.carriers.put({ CarrierID: id ?? state.chance.guid(), Description: description }),
  ]);
}

const TYPES = ['Not used', 'Text', 'Checkbox', 'List', 'Date', 'Numeric'];

export function getAttributeSets(call: ApiCall, state: CompanyState): Answer {
  const rows = filterRows(state.attributeSets.rowsInOrder(state.switches), call, [
    equals('ID'),
    startsWith('Name'),
  ]);
  return listAnswer('AttributeSetList', rows, pagingOf(call, state.switches));
}

/** Writes of attribute sets answer a bare object. */
export function writeAttributeSet(call: ApiCall, state: CompanyState): Answer {
  const old =
    call.method === 'PUT' ? existingRow(call, state, state.attributeSets, 'attribute set') : undefined;
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const name = fields.text('Name', { max: 50, required: true }) ?? '';
  const id = old === undefined ? undefined : text(old['ID']);
  checkUnique(name, { book: state.attributeSets, noun: 'attribute set', id }, problems);
  const members: JsonObject = {};
  for (const number of ATTRIBUTE_NUMBERS) {
    const required = number === 1;
    const key = `Attribute${number}`;
    members[`${key}Name`] = fields.text(`${key}Name`, { max: 50, required }) ?? old?.[`${key}Name`] ?? '';
    members[`${key}Type`] =
      fields.text(`${key}Type`, { max: 50, required, oneOf: TYPES }) ?? old?.[`${key}Type`] ?? 'Not used';
    members[`${key}Values`] = fields.text(`${key}Values`) ?? old?.[`${key}Values`] ?? '';
  }
  problems.settle();
  return json(attributeSetRow(state, { ID: id ?? state.chance.guid(), Name: name, ...members }));
}

export function attributeSetRow(state: CompanyState, from: JsonObject): JsonObject {
  const row: JsonObject = { ID: from['ID'] ?? state.chance.guid(), Name: from['Name'] ?? '' };
  const attributes: JsonObject[] = [];
  for (const number of ATTRIBUTE_NUMBERS) {
    const attribute = {
      Name: from[`Attribute${number}Name`] ?? '',
      Type: from[`Attribute${number}Type`] ?? 'Not used',
      Values: from[`Attribute${number}Values`] ?? '',
    };
    row[`Attribute${number}Name`] = attribute.Name;
    row[`Attribute${number}Type`] = attribute.Type;
    row[`Attribute${number}Values`] = attribute.Values;
    attributes.push(attribute);
  }
  return state.attributeSets.put({ ...row, Attributes: attributes });
}
