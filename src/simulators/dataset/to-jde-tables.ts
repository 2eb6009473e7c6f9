import type { JdeRow, JdeTables } from '../jde/rows.ts';
import type { Dataset } from './columns.ts';
import { accountTables, branchPlantRows } from './jde-accounts.ts';
import { companyBook } from './jde-companies.ts';
import { orderTables } from './jde-orders.ts';
import { companyRows, currencyRows, itemRows, taxAreaRows, termRows } from './jde-reference.ts';
import { supplierTables } from './jde-suppliers.ts';

export interface JdeTablesOptions {
  /** Change date of the master rows and of orders without a date; ISO text. Default `2006-01-02`. */
  readonly stampDate?: string;
}

/** Every table that a data set fills, by name. */
export interface DatasetTables extends JdeTables {
  readonly F0101: JdeRow[];
  readonly F0401: JdeRow[];
  readonly F0111: JdeRow[];
  readonly F0115: JdeRow[];
  readonly F0116: JdeRow[];
  readonly F01151: JdeRow[];
  readonly F4301: JdeRow[];
  readonly F4311: JdeRow[];
  readonly F4101: JdeRow[];
  readonly F0901: JdeRow[];
  readonly F0006: JdeRow[];
  readonly F0010: JdeRow[];
  readonly F0013: JdeRow[];
  readonly F0014: JdeRow[];
  readonly F4008: JdeRow[];
}

/** Turns a data set into the rows of a JDE environment. Same data set and options, same rows. */
export function toJdeTables(dataset: Dataset, options: JdeTablesOptions = {}): DatasetTables {
  const stampDate = options.stampDate ?? '2006-01-02';
  const companies = companyBook(dataset);
  const accounts = accountTables(dataset, companies, stampDate);
  const orders = orderTables(dataset, { companies, accounts, stampDate });
  const suppliers = dataset.suppliers.map((row) => supplierTables(row, stampDate));
  const F0401 = suppliers.map((tables) => tables.F0401);
  const areas = [...F0401.map((row) => row['TXA2']), ...orders.F4311.map((row) => row['TXA1'])];
  const terms = [...F0401.map((row) => row['TRAP']), ...orders.F4301.map((row) => row['PTC'])];
  return {
    F0101: suppliers.map((tables) => tables.F0101),
    F0401,
    F0111: suppliers.map((tables) => tables.F0111),
    F0115: suppliers.flatMap((tables) => tables.F0115),
    F0116: suppliers.flatMap((tables) => tables.F0116),
    F01151: suppliers.flatMap((tables) => tables.F01151),
    F4301: [...orders.F4301],
    F4311: [...orders.F4311],
    F4101: itemRows(dataset, stampDate),
    F0901: [...accounts.F0901],
    F0006: [
      ...accounts.F0006,
      ...branchPlantRows(orders.branchPlants, accounts.F0006, { companies, stampDate }),
    ],
    F0010: companyRows(companies, stampDate),
    F0013: currencyRows(dataset, companies, stampDate),
    F0014: termRows(new Set(terms.map(String)), stampDate),
    F4008: taxAreaRows(new Set(areas.map(String)), stampDate),
  };
}
