// Loaded before a measured program: at its end, what the process has used goes into the file that the environment names.
// Plain JavaScript, so that a program that is built needs no type stripping because it is measured.
import { readFileSync, writeFileSync } from 'node:fs';

const path = process.env.ML_CONNECTOR_BENCH_USAGE;

if (path !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = {
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      peakMegabytes: peak() ?? maxRSS / 1_024,
    };
    writeFileSync(path, JSON.stringify(usage));
  });
}

/** The peak of this program alone: the one of resourceUsage starts, on Linux, with the memory of whoever started the process. */
function peak() {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
  } catch {
    return undefined;
  }
}
