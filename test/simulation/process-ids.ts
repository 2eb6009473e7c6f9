/** Larger than any process id that a system hands out, so that no such process is ever found. */
const PROCESS_ID_MAX = 2 ** 22;

interface Processes {
  /** Number of the process whose code is running, where processes can be told apart. */
  running(): number | undefined;
  isAlive(number: number): boolean;
}

/** Gives each simulated process an id of its own, which can be asked whether it lives. Returns how to take that back. */
export function installProcessIds(processes: Processes): () => void {
  const real = { pid: process.pid, kill: process.kill.bind(process) };
  const pid = (): number => {
    const number = processes.running();
    return number === undefined ? real.pid : PROCESS_ID_MAX + number;
  };
  Object.defineProperty(process, 'pid', { get: pid, configurable: true, enumerable: true });
  process.kill = (id, signal) => {
    if (id <= PROCESS_ID_MAX) return real.kill(id, signal);
    if (processes.isAlive(id - PROCESS_ID_MAX)) return true;
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  };
  return () => {
    Object.defineProperty(process, 'pid', { value: real.pid, configurable: true });
    process.kill = real.kill;
  };
}
