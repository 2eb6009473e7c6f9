import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { playSeeds } from '../test/simulation/many-seeds.ts';
import { type SeedResult, simulateSeed } from '../test/simulation/simulate-seed.ts';

const HELP = `Plays seeded stories of several days in which everything goes wrong, and checks that nothing is lost or doubled.

  npm run simulate-faults -- --seed N                 tells the story of one seed
  npm run simulate-faults -- --seeds N [--from K] [--workers W] [--json]`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
  },
});

if (values.seed !== undefined) {
  const result = await simulateSeed(wholeNumber(values.seed));
  console.log(storyOf(result));
  process.exitCode = result.findings.length > 0 ? 1 : 0;
} else if (values.seeds !== undefined) {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const range = {
    signal: stop.signal,
    from: wholeNumber(values.from),
    count: wholeNumber(values.seeds),
    workers: wholeNumber(values.workers),
  };
  const tally = await playSeeds(range, (result) => {
    if (result.findings.length > 0) console.log(storyOf(result));
  });
  const { faultsByKind, ...numbers } = tally;
  for (const [kind, count] of Object.entries(faultsByKind))
    console.log(`${String(count).padStart(8)}  ${kind}`);
  console.log(values.json ? JSON.stringify(numbers) : summaryOf(numbers));
  process.exitCode = tally.failedSeeds.length > 0 ? 1 : 0;
} else {
  console.log(HELP);
  process.exitCode = 2;
}

function storyOf(result: SeedResult): string {
  const found = result.findings.map(({ kind, what }) => `  ${kind}: ${what}`);
  const verdict = found.length === 0 ? ['  nothing lost, nothing twice'] : found;
  const faults = Object.entries(result.faults).map(([kind, count]) => `${count} ${kind}`);
  return [
    `seed ${result.seed}`,
    ...result.story,
    `faults: ${faults.join(', ')}`,
    'verdict:',
    ...verdict,
    '',
  ].join('\n');
}

function summaryOf(numbers: Omit<Awaited<ReturnType<typeof playSeeds>>, 'faultsByKind'>): string {
  const { seeds, faults, lost, doubled, wrong, failedSeeds, seconds } = numbers;
  const failed = failedSeeds.length === 0 ? '' : `; failed seeds: ${failedSeeds.join(' ')}`;
  return `${seeds} seeds, ${faults} faults in ${seconds} s: ${lost} lost, ${doubled} doubled, ${wrong} wrong${failed}`;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new Error(`${text} is no whole number.`);
}
