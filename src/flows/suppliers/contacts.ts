import type { SuppliersSettings } from '../../config/settings.ts';
import type { SourceRow } from '../../domain/source-row.ts';
import { type SourceRecord, textOf } from '../flow.ts';
import type { ContactPayload } from './payload.ts';

const ENTITY_LINE = '0';

/**
 * The contacts of a supplier: line 0 is the supplier itself; others are the people of its who's who (F0111).
 * Phones (F0115) and e-mails (F01151) belong to the line whose number they share; of several of one type the lowest RCK7 wins.
 */
export function mapContacts(
  record: SourceRecord,
  supplierName: string,
  settings: SuppliersSettings,
): readonly ContactPayload[] {
  const names = new Map(
    (record.rows['F0111'] ?? []).map((row) => [row.values['IDLN'] ?? '', textOf(row, 'MLNM')]),
  );
  const lines = settings.contacts === 'all' ? linesOf(record, names) : [ENTITY_LINE];
  return lines.flatMap((line) => {
    const reach = reachOf(record, line, settings);
    const isEntity = line === ENTITY_LINE;
    const name = isEntity ? supplierName : (names.get(line) ?? '');
    const empty =
      reach.Phone === '' &&
      reach.MobilePhone === '' &&
      reach.Fax === '' &&
      reach.Email === '' &&
      reach.Website === '';
    // A supplier without phone and e-mail has no contact to show; a person without a name is none.
    if (name === '' || (isEntity && empty)) return [];
    return [
      { line, Name: name, ...reach, Default: isEntity, IncludeInEmail: isEntity && reach.Email !== '' },
    ];
  });
}

function linesOf(record: SourceRecord, names: ReadonlyMap<string, string>): readonly string[] {
  const lines = new Set<string>([ENTITY_LINE, ...names.keys()]);
  for (const row of [...(record.rows['F0115'] ?? []), ...(record.rows['F01151'] ?? [])])
    lines.add(row.values['IDLN'] ?? ENTITY_LINE);
  return [...lines].toSorted((a, b) => Number(a) - Number(b));
}

function reachOf(record: SourceRecord, line: string, settings: SuppliersSettings) {
  const phones = ofLine(record.rows['F0115'], line);
  const addresses = ofLine(record.rows['F01151'], line);
  const phoneOf = (fits: (type: string) => boolean): string => {
    const row = phones.find(
      (candidate) => fits(textOf(candidate, 'PHTP')) && textOf(candidate, 'PH1') !== '',
    );
    return row === undefined
      ? ''
      : [textOf(row, 'AR1'), textOf(row, 'PH1')].filter((part) => part !== '').join(' ');
  };
  const electronic = (type: string): string => {
    const row = addresses.find(
      (candidate) => textOf(candidate, 'ETP') === type && textOf(candidate, 'EMAL') !== '',
    );
    return textOf(row, 'EMAL');
  };
  return {
    // A blank type is the business phone; one of another type stands in where there is none.
    Phone:
      phoneOf((type) => type === '') ||
      phoneOf((type) => !settings.faxTypes.includes(type) && !settings.mobileTypes.includes(type)),
    MobilePhone: phoneOf((type) => settings.mobileTypes.includes(type)),
    Fax: phoneOf((type) => settings.faxTypes.includes(type)),
    Email: electronic('E'),
    Website: electronic('I'),
  };
}

function ofLine(rows: readonly SourceRow[] | undefined, line: string): readonly SourceRow[] {
  return (rows ?? [])
    .filter((row) => (row.values['IDLN'] ?? ENTITY_LINE) === line && (row.values['CNLN'] ?? '0') === '0')
    .toSorted((a, b) => Number(a.values['RCK7'] ?? 0) - Number(b.values['RCK7'] ?? 0));
}
