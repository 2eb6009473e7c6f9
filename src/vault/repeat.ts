import { Fault } from '../faults/fault.ts';

const TRIES_MAX = 4;

/**
 * Does work again that found a key missing. A row that was read a moment before another process ended a change of keys names
 * a master key that is gone by now; read again, it names the new one. A key that is really missing stays so.
 */
export async function repeatWhileKeysChange<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const isKeyAway = error instanceof Fault && error.code === 'vault.key_wrong';
      if (!isKeyAway || tries >= TRIES_MAX) throw error;
    }
  }
}
