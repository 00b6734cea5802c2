/** `gateway:` of `writ.yaml`. */
export { requireSafeExposure } from './exposure.ts';
export { ADDRESS_HINT, formatAddress, isLoopback, isWildcard, readAddress } from './listen-address.ts';
export { DEFAULT_GATEWAY, parseGateway } from './parse-gateway.ts';
export type {
  AdminConfiguration,
  DrainConfiguration,
  EventLogConfiguration,
  GatewayConfiguration,
  GatewayLimits,
  ListenAddress,
  LogLevel,
  TlsConfiguration,
} from './types.ts';
