/** `egress:` and `authz:`. */
export {
  DEFAULT_AUTHZ,
  DEFAULT_EGRESS,
  LOCAL_ADDRESS_HINT,
  parseAuthz,
  parseEgress,
  readLocalAddress,
} from './parse-egress.ts';
export type {
  AuthzConfiguration,
  EgressConfiguration,
  EgressLimits,
  LocalAddress,
} from './types.ts';
