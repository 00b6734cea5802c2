/** Sessions of legacy clients. */
export { LegacyServer } from './serve.ts';
