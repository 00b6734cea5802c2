/** Witnesses over HTTP: serving one, and reaching those of a log. */
export { type ServedWitness, serveWitness, type ServeWitnessOptions } from './serve-witness.ts';
export { type NodeWitnesses, openNodeWitnesses } from './node-witnesses.ts';
export { createWitnessTransport, type HttpWitnessTransport, WITNESS_DEADLINE_MS } from './http-transport.ts';
