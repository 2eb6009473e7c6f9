export type { AccountRow, Dataset, ItemRow, LineRow, OrderRow, SupplierRow } from './columns.ts';
export { DatasetError } from './columns.ts';
export { type CrosswalkRow, readCrosswalk, toCrosswalk } from './crosswalk.ts';
export { readDataset } from './read-dataset.ts';
export { loadSampleCompany, type SampleCompany } from './sample-company.ts';
export { type Cin7CompanyOptions, toCin7Company } from './to-cin7-company.ts';
export { type DatasetTables, type JdeTablesOptions, toJdeTables } from './to-jde-tables.ts';
