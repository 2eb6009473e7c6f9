import { readdirSync } from 'node:fs';
import { checkAdvancedPurchaseExamples } from './example-advanced-purchase.ts';
import { checkBookExamples } from './example-books.ts';
import { checkExchanges } from './example-exchanges.ts';
import { checkLiveExamples, checkOperations } from './example-live.ts';
import { checkProductExamples } from './example-products.ts';
import { checkSimplePurchaseExamples } from './example-simple-purchase.ts';
import { checkSupplierExamples } from './example-suppliers.ts';
import { type Cin7ExampleResult, ExampleWorld } from './example-world.ts';

export type { Cin7ExampleResult } from './example-world.ts';

/**
 * Puts every documented request to a fresh simulator and compares every documented answer with its
 * own, over HTTP. One row per example file, in the order of the names; a file that nothing looked at is there too.
 * Source of the examples: the vendor's API Blueprint, and recordings in public client projects.
 */
export async function checkCin7Examples(): Promise<Cin7ExampleResult[]> {
  const world = await ExampleWorld.start();
  try {
    await checkBookExamples(world);
    await checkSupplierExamples(world);
    await checkProductExamples(world);
    await checkSimplePurchaseExamples(world);
    await checkAdvancedPurchaseExamples(world);
    await checkExchanges(world);
    await checkLiveExamples(world);
    await checkOperations(world);
  } finally {
    await world.simulator.stop();
  }
  const byFile = new Map(world.results.map((result) => [result.file, result]));
  return cin7ExampleFiles().map(
    (file) => byFile.get(file) ?? { file, kind: 'response', result: 'not reproduced', note: 'not looked at' },
  );
}

export function cin7ExampleFiles(): string[] {
  const files = readdirSync(new URL('./examples/', import.meta.url));
  return files.filter((file) => file.endsWith('.json')).toSorted();
}
