import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figures.ts';
import type { Databases, StoreKind } from './stores.ts';

/** What every benchmark is given. */
export interface Context {
  readonly quick: boolean;
  readonly stores: readonly StoreKind[];
  /** What Node is given to start the program that is measured: its flags and the path. */
  readonly program: readonly string[];
  newFolder(): string;
  newPostgresUrl(): Promise<string>;
}

export interface Benchmark {
  readonly name: string;
  readonly what: string;
  run(context: Context): AsyncIterable<Figure>;
}

interface ContextParts {
  readonly quick: boolean;
  readonly stores: readonly StoreKind[];
  readonly program: readonly string[];
  readonly folder: string;
  readonly databases: Databases;
}

export function openContext({ folder, databases, ...parts }: ContextParts): Context {
  let folders = 0;
  return {
    ...parts,
    newFolder() {
      folders += 1;
      const path = join(folder, String(folders));
      mkdirSync(path);
      return path;
    },
    newPostgresUrl: () => databases.create(),
  };
}
