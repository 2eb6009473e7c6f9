import type { Benchmark } from './context.ts';
export const scale: Benchmark = { name: 'scale', what: '', async *run() {} };
