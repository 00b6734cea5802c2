/** Running a control plane: from its settings to a server that listens, and to its end. */
export { loadServerSettings, parseServerSettings, SERVER_FILE, type ServerSettings } from './settings.ts';
export { type RunningServer, type StartOptions, startServer } from './start-server.ts';
