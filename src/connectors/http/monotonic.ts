/**
 * A clock that never goes back, in milliseconds from an arbitrary start. With the system clock it is the process's own
 * steady clock; with any other (a virtual one) it follows that one forward and stands still while it is set back.
 */
export function monotonic(now: () => number): () => number {
  if (now === Date.now) return () => performance.now();
  let last = now();
  let elapsed = 0;
  return () => {
    const current = now();
    elapsed += Math.max(0, current - last);
    last = current;
    return elapsed;
  };
}
