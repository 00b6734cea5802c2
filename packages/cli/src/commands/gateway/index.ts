/** Serving over HTTP. */
export { addGateway } from './gateway.ts';
