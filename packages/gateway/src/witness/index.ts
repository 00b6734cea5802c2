/** Witnesses and mirrors over HTTP: serving one, and reaching those of a log. */
export type { BoundedServer } from './bounded-server.ts';
export { serveMirror, type ServeMirrorOptions } from './serve-mirror.ts';
export { serveWitness, type ServeWitnessOptions } from './serve-witness.ts';
export { namedWitness, type NodeWitnesses, openNodeWitnesses, readTrustPolicy } from './node-witnesses.ts';
export {
  createWitnessTransport,
  type HttpWitnessTransport,
  MIRROR_DEADLINE_MS,
  WITNESS_DEADLINE_MS,
} from './http-transport.ts';
