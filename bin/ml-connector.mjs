#!/usr/bin/env -S node --max-semi-space-size=16
// Starts the command line with a runtime that can run it. In a checkout that is the Node pinned in node_modules and the
// TypeScript sources; in an installed package the Node that is there, if it is new enough, and the built files.
// The flag above bounds what V8 gives to short-lived values: without it a first load takes 70 MB more and is no faster.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const source = here('../src/cli/main.ts');
const entry = existsSync(source) ? source : here('../dist/cli/main.js');
const pinned = here('../node_modules/node/bin/node');
const [major, minor] = process.versions.node.split('.').map(Number);
const stripsTypes = major > 22 || (major === 22 && minor >= 18);
const isNewEnough = entry === source ? stripsTypes : major > 22 || (major === 22 && minor >= 12);

if (isNewEnough) {
  await import(pathToFileURL(entry).href);
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [...process.execArgv, entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
} else {
  process.stderr.write(
    `ml-connector needs Node 22.12 or later (24 LTS is best); this is ${process.versions.node}.\n`,
  );
  process.exitCode = 3;
}
