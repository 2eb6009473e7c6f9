/** One durable step of a change of keys. Each is safe to be stopped after, and is carried on from there. */
export interface RotationStep {
  readonly layer: 'data' | 'master';
  /** key_written, begun, resealed (some secrets), rewrapped (one data key), key_replaced, finished */
  readonly step: 'key_written' | 'begun' | 'resealed' | 'rewrapped' | 'key_replaced' | 'finished';
  readonly owner: string | null;
}

export type RotationReport = (step: RotationStep) => void;
