/** IP addresses. */
export { findIpAddresses } from './find-ip-addresses.ts';
