/** `gateway:` of `writ.yaml`. */
export { namedHosts, requireSafeExposure } from './exposure.ts';
export { ADDRESS_HINT, formatAddress, isLoopback, isWildcard, readAddress } from './listen-address.ts';
export { DEFAULT_GATEWAY, parseGateway } from './parse-gateway.ts';
export type {
  EventLogConfiguration,
  GatewayConfiguration,
  GatewayLimits,
  ListenAddress,
  LogLevel,
  TlsConfiguration,
} from './types.ts';
