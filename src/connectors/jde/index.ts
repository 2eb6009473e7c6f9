export { type JdeSettings, jdeSettings } from './config.ts';
export type { CallReport } from './http.ts';
export type { JdeCredentials } from './session.ts';
export { type JdeSourceOptions, openJdeSource } from './source.ts';
