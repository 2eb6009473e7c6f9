import { simulateSeed } from './simulate-seed.ts';

/** Plays the seeds that the parent sends, one after the other, until it hangs up. */
let last = Promise.resolve();
process.on('message', (seed: number) => {
  last = last.then(async () => {
    process.send?.(await simulateSeed(seed));
  });
});

// Ctrl-C is for the parent, which lets what is under way come to its end.
process.on('SIGINT', () => undefined);
