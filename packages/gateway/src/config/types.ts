/** What `writ.yaml` says, parsed: every path absolute, every duration in milliseconds. */
import type { AgentIdentity, Approver, Mode, Person } from '@writ/core';
import type { GatewayConfiguration } from './gateway/index.ts';

/** Name of the configuration file where none is given. */
export const CONFIGURATION_FILE = 'writ.yaml';
/** Name of the data folder beside it. */
export const DATA_FOLDER = '.writ';

/** One upstream server. */
export interface ServerConfiguration {
  /** `[a-z0-9][a-z0-9-]{0,31}`. */
  readonly name: string;
  /** Program and arguments, started without a shell. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Values may hold `${NAME}`; see `serverEnvironment`. Never printed. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; the configuration file’s folder where none is given. */
  readonly cwd: string;
  /** Whether its tools are accepted at first sight. */
  readonly isTrusted: boolean;
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
  /** Files and folders of policies, absolute, at least one. */
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
  /** Trust policy (c2sp.org/tlog-policy) of the witnesses that cosign the log, absolute; absent for none. */
  readonly witnesses?: string;
  /** Names in that policy of the mirrors to which the log is sent; none for none. */
  readonly replicate: readonly string[];
  readonly approvals: ApprovalsConfiguration;
  /** How tool names reach the client; absent means plain behind one server and prefixed behind several. */
  readonly expose?: 'plain' | 'prefixed';
  /** By detector id; those not named are in `block` mode. */
  readonly detectors: Readonly<Record<string, DetectorMode>>;
  /** How MCP is served over HTTP; absent means on loopback, to nobody yet. */
  readonly gateway?: GatewayConfiguration;
}
