/** The servers behind a running gateway. */
export { type OpenServer, ServerTable } from './table.ts';
