/** What `writ.yaml` says, parsed: every path absolute, every duration in milliseconds. */
import type { KeysConfiguration } from './keys/index.ts';
import type { AgentIdentity, Approver, Mode, Person } from '@writ/core';
import type { DestinationSettings } from '@writ/stream';
import type { AuthzConfiguration, EgressConfiguration } from './egress/index.ts';
import type { GatewayConfiguration } from './gateway/index.ts';
import type { RetentionConfiguration } from './retention/index.ts';
import type { PlaneConfiguration } from './plane/index.ts';
import type { PrivacyConfiguration } from './privacy/index.ts';

/** Name of the configuration file where none is given. */
export const CONFIGURATION_FILE = 'writ.yaml';
/** Name of the data folder beside it. */
export const DATA_FOLDER = '.writ';

/** The protocol era that a server is spoken to in: `modern` is MCP 2026-07-28 and later; `auto` finds out. */
export const SERVER_ERAS = ['auto', 'modern', 'legacy'] as const;
export type ServerEra = (typeof SERVER_ERAS)[number];

/** One upstream server: a program that is started, or an address. */
export type ServerConfiguration = ProcessServerConfiguration | HttpServerConfiguration;

interface NamedServer {
  /** `[a-z0-9][a-z0-9-]{0,31}`. */
  readonly name: string;
  /** Whether its tools are accepted at first sight. */
  readonly isTrusted: boolean;
  /** Absent means `auto`. */
  readonly era?: ServerEra;
}

/** A server that is started, and spoken to over its standard input and output. */
export interface ProcessServerConfiguration extends NamedServer {
  /** Program and arguments, started without a shell. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Values may hold `${NAME}`; see `serverEnvironment`. Never printed. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; the configuration file’s folder where none is given. */
  readonly cwd: string;
}

/** A server that is reached over Streamable HTTP. */
export interface HttpServerConfiguration extends NamedServer {
  /** Absolute, `https:`, or `http:` on the loopback interface or where `insecure: true` is written; without user and fragment. */
  readonly url: string;
  /** Longest silence while a call is answered, in milliseconds; absent means five minutes. */
  readonly timeoutMs?: number;
  /** How long a listing of its tools holds, in milliseconds; absent means a minute. */
  readonly listingMs?: number;
  /** Whether it may stand at a link-local address, where machines keep their credentials. */
  readonly allowsLinkLocal?: boolean;
  readonly tls?: ServerTls;
  /** What the gateway shows it; absent for nothing. */
  readonly auth?: ServerAuth;
}

/** Files in PEM, absolute. */
export interface ServerTls {
  /** Authorities that its certificate is checked against, instead of the system's. */
  readonly ca?: string;
  /** The gateway's own certificate, and its key in a file of mode 0600. */
  readonly cert?: string;
  readonly key?: string;
}

/** An environment variable, or a file of mode 0600, absolute. A secret stands in no configuration. */
export type SecretSource = { readonly env: string } | { readonly file: string };

/** What the gateway shows a server; its own caller's token is never passed on. */
export type ServerAuth = HeaderAuth | ClientCredentialsAuth | TokenExchangeAuth | AuthorizationCodeAuth;

/** A header that does not change. */
export interface HeaderAuth {
  readonly kind: 'header';
  readonly name: string;
  /** Put before the secret with a space between, such as `Bearer`. */
  readonly scheme?: string;
  readonly value: SecretSource;
}

/** How the gateway is known to an authorization server. */
export interface OAuthClient {
  /** Exactly one of the two: its metadata is read (RFC 8414, OpenID Connect Discovery), or this is where tokens come from. */
  readonly issuer?: string;
  readonly tokenEndpoint?: string;
  readonly clientId: string;
  /** A secret, or a private key in PEM (PKCS #8) that signs assertions (RFC 7523). */
  readonly proof: ClientProof;
  readonly scope?: string;
  /** Scopes that are asked for besides where the server says that it wants them (RFC 6750 §3.1). */
  readonly stepUp?: readonly string[];
  /** The server that the token is for (RFC 8707); absent means its `url`. */
  readonly resource?: string;
  readonly dpop?: DpopAuth;
}

/** How a client proves itself to an authorization server. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly secret: SecretSource; readonly method: 'basic' | 'post' }
  | { readonly kind: 'key'; readonly file: string; readonly algorithm: string; readonly keyId?: string };

/** Tokens are bound to a key (RFC 9449), in PEM (PKCS #8, P-256); absent means one of the gateway's own, kept in the data folder. */
export interface DpopAuth {
  readonly file?: string;
}

/** A token of the gateway's own (RFC 6749 §4.4). */
export interface ClientCredentialsAuth extends OAuthClient {
  readonly kind: 'clientCredentials';
}

/** A token for the server in exchange for that of the caller (RFC 8693); where the gateway asks for itself, one of its own. */
export interface TokenExchangeAuth extends OAuthClient {
  readonly kind: 'tokenExchange';
  /** Logical name of the server at the authorization server; absent where `resource` says it. */
  readonly audience?: string;
}

/** A token that a person obtained for the gateway (RFC 6749 §4.1): `writ server login`. */
export interface AuthorizationCodeAuth {
  readonly kind: 'authorizationCode';
  /** Authorization servers that may be signed in at; absent means the one that the server named when the person first did. */
  readonly issuers?: readonly string[];
  /** Absent: the gateway registers itself (RFC 7591). An `https:` URL is that of its metadata. */
  readonly clientId?: string;
  /** Absent for a client without a secret. */
  readonly proof?: ClientProof;
  /** Absent means what the server asks for. */
  readonly scope?: string;
  readonly stepUp?: readonly string[];
  /** Absent means as the server's metadata says it. */
  readonly resource?: string;
  readonly dpop?: DpopAuth;
}

/** A log in PostgreSQL (`@writ/postgres`). */
export interface PostgresConfiguration {
  /** Where the connection string is found: it holds a password, and so stands in no configuration. */
  readonly url: ConnectionSource;
  /** Schema of the log; absent means the one that the data folder names, or `writ`. */
  readonly schema?: string;
}

/** An environment variable, or a file of mode 0600, absolute. */
export type ConnectionSource = { readonly env: string } | { readonly file: string };

/** How long what is published is kept by the store: against everybody, or against all who may not go around it. */
export interface BucketLock {
  readonly mode: 'compliance' | 'governance';
  /** 1 to 36500. */
  readonly days: number;
}

/** The environment (`AWS_ACCESS_KEY_ID` and so on), or a file of mode 0600, absolute, that holds the same names. */
export type CredentialSource = 'env' | { readonly file: string };

/** The bucket that the log is published to (`@writ/s3`). */
export interface PublishConfiguration {
  readonly bucket: string;
  /** Absent for AWS. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Without the `/` at its end. */
  readonly prefix?: string;
  readonly objectLock: BucketLock | 'none';
  readonly credentials: CredentialSource;
  /** Milliseconds from one publishing to the next. */
  readonly everyMs: number;
}

/** What the failure of a detector means; `off` takes it from the path, and receipts no longer name it. */
export type DetectorMode = 'block' | 'observe' | 'off';

/** Who approves, and how long that may take. */
export interface ApprovalsConfiguration {
  readonly approvers: readonly Approver[];
  /** Whether people of the control plane beside (`writ up`) approve too, with the keys and passkeys that they have there. */
  readonly beside: boolean;
  /** A held call waits this long before it returns its reference, in milliseconds (default 45,000). */
  readonly holdMs: number;
  /** A hold ends this long after it began, in milliseconds (default 900,000). */
  readonly timeoutMs: number;
}

/** A candidate policy set. */
export interface ShadowConfiguration {
  /** Files and folders of policies, absolute, at least one. */
  readonly policies: readonly string[];
  /** The mode it would run in; the configuration's own where none is given. */
  readonly mode: Mode;
}

/** A whole configuration. */
export interface Configuration {
  /** Absolute path of the file; absent where flags made it. */
  readonly file?: string;
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Files and folders of policies, absolute: at least one, and none where `plane` says where they come from. */
  readonly policies: readonly string[];
  readonly mode: Mode;
  /** Instant at which audit mode ends, of the set or of single policies, milliseconds since 1970; always present in audit mode. */
  readonly auditUntil?: number;
  /** A candidate set that answers beside and decides nothing. */
  readonly shadow?: ShadowConfiguration;
  readonly agent: AgentIdentity & {
    /** File of the key that signs the agent's actions. */
    readonly keyFile?: string;
  };
  readonly person?: Person;
  /** `person: os`: the person is the user that the process runs as, whom `openNode` asks the operating system for. */
  readonly isPersonOsUser?: true;
  /** In the order of the file; at least one for a gateway. */
  readonly servers: readonly ServerConfiguration[];
  /** Data folder, absolute. */
  readonly data: string;
  /** Origin of the log; absent means the name of its key. */
  readonly origin?: string;
  /** Where the log is kept; absent for the data folder. */
  readonly log?: { readonly postgres: PostgresConfiguration };
  /** Where it is published beside the data folder; absent for nowhere. */
  readonly publish?: PublishConfiguration;
  /** Where it is sent as events, in the order of the file; absent for nowhere. */
  readonly export?: readonly DestinationSettings[];
  /** What wraps the keys of the data folder; absent for what the folder says, at first a file beside them. */
  readonly keys?: KeysConfiguration;
  /** How long bodies are kept; absent for 400 days. */
  readonly retention?: RetentionConfiguration;
  /** Trust policy (c2sp.org/tlog-policy) of the witnesses that cosign the log, absolute; absent for none. */
  readonly witnesses?: string;
  /** Names in that policy of the mirrors to which the log is sent; none for none. */
  readonly replicate: readonly string[];
  readonly approvals: ApprovalsConfiguration;
  /** How tool names reach the client; absent means plain behind one server and prefixed behind several. */
  readonly expose?: 'plain' | 'prefixed';
  /** Whether answers to clients name the entry that permitted them; absent means yes. */
  readonly hasReceipts?: boolean;
  /** By detector id; those not named are in `block` mode. */
  readonly detectors: Readonly<Record<string, DetectorMode>>;
  /** How MCP is served over HTTP; absent means on loopback, to nobody yet. */
  readonly gateway?: GatewayConfiguration;
  /** The forward proxy for agents; absent means on loopback, to public addresses that policies permit. */
  readonly egress?: EgressConfiguration;
  /** Answering other gateways; absent means on loopback. */
  readonly authz?: AuthzConfiguration;
  /** What personal data may be used for; absent for nothing that anybody looks at. */
  readonly privacy?: PrivacyConfiguration;
  /** The control plane whose signed bundles govern this node; absent for files. */
  readonly plane?: PlaneConfiguration;
}
