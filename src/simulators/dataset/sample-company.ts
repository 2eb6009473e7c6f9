import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Cin7Company } from '../cin7/company.ts';
import type { Dataset } from './columns.ts';
import { type CrosswalkRow, readCrosswalk } from './crosswalk.ts';
import { readDataset } from './read-dataset.ts';
import { type DatasetTables, toJdeTables } from './to-jde-tables.ts';

/** The open sample company that ships with the product, both sides of it. */
export interface SampleCompany {
  readonly dataset: Dataset;
  readonly tables: DatasetTables;
  readonly company: Cin7Company;
  readonly crosswalk: readonly CrosswalkRow[];
}

/** Loads `sample-company/` of this package, from the sources as well as from the built files. */
export async function loadSampleCompany(): Promise<SampleCompany> {
  const folder = join(packageRoot(), 'sample-company');
  const dataset = await readDataset(folder);
  return {
    dataset,
    tables: toJdeTables(dataset),
    company: readCompany(JSON.parse(await readFile(join(folder, 'cin7-company.json'), 'utf8'))),
    crosswalk: await readCrosswalk(join(folder, 'crosswalk.csv')),
  };
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('no package.json above the data-set loader: the package is incomplete');
    folder = parent;
  }
  return folder;
}

const accountSchema = z.strictObject({
  Code: z.string(),
  Name: z.string(),
  Type: z.string(),
  Class: z.enum(['ASSET', 'LIABILITY', 'EXPENSE', 'EQUITY', 'REVENUE']),
  Status: z.enum(['ACTIVE', 'ARCHIVED']).exactOptional(),
  SystemAccount: z.string().exactOptional(),
  SystemAccountCode: z.string().exactOptional(),
});

const companySchema = z.strictObject({
  me: z.strictObject({ Company: z.string(), Currency: z.string(), TimeZone: z.string() }),
  accounts: z.array(accountSchema),
  paymentTerms: z.array(
    z.strictObject({ Name: z.string(), Duration: z.number(), IsActive: z.boolean().exactOptional() }),
  ),
  taxRules: z.array(z.strictObject({ Name: z.string(), TaxPercent: z.number(), Account: z.string() })),
  locations: z.array(z.strictObject({ Name: z.string(), IsDefault: z.boolean().exactOptional() })),
  units: z.array(z.string()),
  categories: z.array(z.string()),
  products: z.array(
    z.strictObject({
      SKU: z.string(),
      Name: z.string(),
      Type: z.enum(['Stock', 'Service']),
      UOM: z.string(),
      Category: z.string(),
      ExpenseAccount: z.string().exactOptional(),
      Status: z.string().exactOptional(),
    }),
  ),
  suppliers: z.array(
    z.strictObject({
      Name: z.string(),
      Currency: z.string(),
      PaymentTerm: z.string(),
      TaxRule: z.string(),
      AccountPayable: z.string(),
      Status: z.enum(['Active', 'Deprecated']).exactOptional(),
      Comments: z.string().exactOptional(),
    }),
  ),
  currencyRates: z.record(z.string(), z.number()),
});

/** A company file as written by hand or by `scripts/build-sample-company.ts`. */
export function readCompany(value: unknown): Cin7Company {
  return companySchema.parse(value);
}
