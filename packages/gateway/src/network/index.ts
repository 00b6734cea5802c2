/** Names and addresses of hosts: one form of each, and what addresses are. */
export { classifyAddress } from './classify.ts';
export { normalHost, urlHost } from './host-name.ts';
export { type IpBytes, ipBytes, isWithin, type Network, readNetwork } from './ip-bytes.ts';
export type { NetworkClass } from './special-purpose.ts';
