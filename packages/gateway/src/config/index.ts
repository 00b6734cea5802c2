/** `writ.yaml`: what an operator decides, read with places and hints. */
export {
  type ApprovalsConfiguration,
  type Configuration,
  CONFIGURATION_FILE,
  type ConnectionSource,
  DATA_FOLDER,
  type DetectorMode,
  type CredentialSource,
  type PostgresConfiguration,
  type PublishConfiguration,
  type AuthorizationCodeAuth,
  type ClientCredentialsAuth,
  type ClientProof,
  type DpopAuth,
  type HeaderAuth,
  type OAuthClient,
  type SecretSource,
  type ServerAuth,
  type ServerConfiguration,
  type ServerEra,
  type ServerTls,
  type TokenExchangeAuth,
} from './types.ts';
export { parseAuth } from './auth/index.ts';
export { parseConfig } from './parse-config.ts';
export {
  type KeyEncryptionSource,
  type KeysConfiguration,
  parseKeys,
  parseSigningService,
  printKeys,
  type SigningService,
  type TransitSource,
} from './keys/index.ts';
export { type PlacedValue, readYaml } from './read-yaml.ts';
export { configFromFlags, type ConfigurationFlags, loadConfig, withFlags } from './load-config.ts';
export { serverEnvironment } from './environment.ts';
export { hookFolder, installedFile, installedList } from './hook-files.ts';
export { ownFiles } from './own-files.ts';
export {
  DEFAULT_AUTHZ,
  DEFAULT_EGRESS,
  type EgressConfiguration,
  type EgressLimits,
  LOCAL_ADDRESS_HINT,
  type LocalAddress,
  readLocalAddress,
} from './egress/index.ts';
export {
  ADDRESS_HINT,
  DEFAULT_GATEWAY,
  type EventLogConfiguration,
  formatAddress,
  type GatewayConfiguration,
  type GatewayLimits,
  isLoopback,
  isWildcard,
  type ListenAddress,
  type LogLevel,
  namedHosts,
  readAddress,
  requireSafeExposure,
  type TlsConfiguration,
} from './gateway/index.ts';
export {
  type BundleDescription,
  parseBundleFile,
  type OwnPlane,
  type PlaneBeside,
  type PlaneConfiguration,
} from './plane/index.ts';
export { parsePurposes, type PrivacyConfiguration } from './privacy/index.ts';
export type { RetentionConfiguration } from './retention/index.ts';
export { formatDuration } from './shape.ts';
export { suggest } from './place.ts';
