/** TLS of the listener. */
export { readTls, type TlsMaterial } from './material.ts';
