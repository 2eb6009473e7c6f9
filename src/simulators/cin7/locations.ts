import { type Answer, json } from './answers.ts';
import { text } from './book.ts';
import { type ApiCall, flagParameter, parameter } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { equals, filterRows, listAnswer, pagingOf, startsWith } from './lists.ts';
import { checkUnique, existingRow } from './named-books.ts';
import type { CompanyState } from './state.ts';

const ADDRESS = [
  'AddressLine1',
  'AddressLine2',
  'AddressCitySuburb',
  'AddressStateProvince',
  'AddressZipPostCode',
  'AddressCountry',
];

/** GET /ref/location: pages may be cut below the Limit asked for. */
export function getLocations(call: ApiCall, state: CompanyState): Answer {
  const paging = pagingOf(call, state.switches, state.switches.locationListCap);
  let rows = filterRows(state.locations.rowsInOrder(state.switches), call, [
    equals('ID'),
    startsWith('Name'),
  ]);
  if (parameter(call, 'deprecated') !== undefined) {
    rows = rows.filter((row) => row['IsDeprecated'] === flagParameter(call, 'deprecated'));
  }
  return listAnswer('LocationList', rows, paging);
}

export function postLocation(call: ApiCall, state: CompanyState): Answer {
  return writeLocation(call, state, undefined);
}

export function putLocation(call: ApiCall, state: CompanyState): Answer {
  return writeLocation(call, state, existingRow(call, state, state.locations, 'location'));
}

function writeLocation(call: ApiCall, state: CompanyState, old: JsonObject | undefined): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const name = fields.text('Name', { max: 50, required: old === undefined || fields.has('Name') });
  const id = old === undefined ? undefined : text(old['ID']);
  if (typeof name === 'string') checkUnique(name, { book: state.locations, noun: 'location', id }, problems);
  const address = Object.fromEntries(
    ADDRESS.map((part) => [part, fields.text(part, { max: 50 }) ?? old?.[part] ?? '']),
  );
  const flags = Object.fromEntries(
    ['IsDefault', 'FixedAssetsLocation', 'IsShopfloor', 'IsCoMan', 'IsStaging'].map((flag) => [
      flag,
      fields.flag(flag) ?? old?.[flag] ?? false,
    ]),
  );
  const bins = fields.rows('Bins')?.map((bin) => readBin(bin, state));
  const deprecated =
    fields.flag('IsDeprecated') ?? fields.flag('Deprecated') ?? old?.['IsDeprecated'] ?? false;
  const parentId = fields.guid('ParentID') ?? old?.['ParentID'] ?? null;
  const pickZones = fields.text('PickZones', { max: 50 }) ?? old?.['PickZones'] ?? null;
  problems.settle();
  const row = locationRow(state, {
    ID: id ?? state.chance.guid(),
    Name: name ?? old?.['Name'] ?? '',
    IsDeprecated: deprecated,
    Bins: bins ?? old?.['Bins'] ?? null,
    ParentID: parentId,
    PickZones: pickZones,
    ...address,
    ...flags,
  });
  return json(writeAnswer(row));
}

/** A write answers a shorter object than the row of GET. */
function writeAnswer(row: JsonObject): JsonObject {
  const { ID = '', Name = '', IsDefault = false, PickZones = null, IsDeprecated = false } = row;
  const { IsShopfloor = false, IsCoMan = false, IsStaging = false } = row;
  return {
    ID,
    Name,
    IsDefault,
    AllowReorder: false,
    Bins: row['Bins'] ?? [],
    PickZones,
    IsDeprecated,
    IsShopfloor,
    IsCoMan,
    IsStaging,
  };
}

function readBin(bin: Fields, state: CompanyState): JsonObject {
  return {
    ID: (bin.guid('ID') ?? state.chance.guid()).toUpperCase(),
    Name: bin.text('Name', { max: 50, required: true }) ?? '',
    IsDeprecated: bin.flag('IsDeprecated') ?? false,
    IsStaging: bin.flag('IsStaging') ?? false,
  };
}

export function locationRow(state: CompanyState, from: JsonObject): JsonObject {
  const parent = state.locations.byId(text(from['ParentID']));
  const address = Object.fromEntries(ADDRESS.map((part) => [part, from[part] ?? '']));
  return state.locations.put({
    ID: from['ID'] ?? state.chance.guid(),
    Name: from['Name'] ?? '',
    IsDefault: from['IsDefault'] ?? false,
    IsDeprecated: from['IsDeprecated'] ?? false,
    Bins: from['Bins'] ?? null,
    FixedAssetsLocation: from['FixedAssetsLocation'] ?? false,
    ParentID: from['ParentID'] ?? null,
    ParentName: parent?.['Name'] ?? null,
    ReferenceCount: 0,
    ...address,
    PickZones: from['PickZones'] ?? null,
    IsShopfloor: from['IsShopfloor'] ?? false,
    IsCoMan: from['IsCoMan'] ?? false,
    IsStaging: from['IsStaging'] ?? false,
  });
}
