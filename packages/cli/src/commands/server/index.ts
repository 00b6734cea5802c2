/** `writ server`, and starting a control plane. */
export { addServer } from './server.ts';
export { announceServer, onceAsked, openServer, startFlags, type StartFlags } from './start.ts';
