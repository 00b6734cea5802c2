/** A gateway over HTTP, as its operator runs it. */
export { openGateway } from './gateway.ts';
export type { Check, Readiness } from './readiness/index.ts';
export type { GatewayOptions, RunningGateway, Started } from './types.ts';
export { recordOutages } from './record-outages.ts';
