/** What happens, as it happens. */
export { ConnectionProvider, useConnection } from './connection.tsx';
export { type Freshness, openStream, type StreamState } from './stream.ts';
