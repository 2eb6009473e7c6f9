import { cliPage } from './cli.ts';
import { configurationPage, schemaText } from './configuration.ts';
import { faultsPage } from './faults.ts';
import { fidelityPage } from './fidelity.ts';
import { apiPage, openApiText } from './openapi.ts';
import { verifyPage } from './verify.ts';

/** A file that is written from what the code says, so that it cannot say anything else. */
export interface GeneratedDocument {
  /** From the root of the project. */
  readonly path: string;
  build(): string | Promise<string>;
}

export const documents: readonly GeneratedDocument[] = [
  { path: 'docs/faults.md', build: faultsPage },
  { path: 'docs/configuration.md', build: configurationPage },
  { path: 'schema/ml-connector.schema.json', build: schemaText },
  { path: 'docs/cli.md', build: cliPage },
  { path: 'schema/openapi.json', build: openApiText },
  { path: 'docs/api.md', build: apiPage },
  { path: 'docs/fidelity.md', build: fidelityPage },
  { path: 'docs/verify-on-site.md', build: verifyPage },
];
