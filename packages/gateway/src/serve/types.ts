/** A gateway over HTTP: what it is opened with, and what can be done with it while it runs. */
import type { Clock, Random, Timers } from '@writ/core';
import type { Configuration, OwnPlane } from '../config/index.ts';
import type { HttpFaceStats } from '../mcp/index.ts';
import type { Readiness } from './readiness/index.ts';
import type { OpenServer } from './servers/index.ts';

/** What a gateway is opened with. */
export interface GatewayOptions {
  /** `gateway` absent means what `DEFAULT_GATEWAY` says. */
  readonly config: Configuration;
  /** Reads the configuration anew, for a reload; throws as `loadConfig`. Absent: it cannot be reloaded. */
  readonly load?: () => Configuration;
  /** A control plane that the node tells and listens to, and that does not govern it. */
  readonly beside?: OwnPlane;
  /** Where events are written. */
  readonly stderr: NodeJS.WritableStream & { readonly writableLength?: number };
  /** The environment that servers inherit a minimum of. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly random?: Random;
  readonly timers?: Timers;
  /** Opens servers; default: as their configuration says. */
  readonly openServer?: OpenServer;
}

/** What an operator is told of a gateway that started. */
export interface Started {
  /** The endpoint, as the listener has it. */
  readonly url: string;
  /** Absent where there is none. */
  readonly adminUrl?: string;
  readonly servers: readonly string[];
  readonly auth: string;
  readonly tls: boolean;
  /** Origin of the log. */
  readonly log: string;
  /** Hash of the policy in force. */
  readonly policy: string;
  readonly mode: string;
}

/** A running gateway. */
export interface RunningGateway {
  readonly started: Started;
  readiness(): Promise<Readiness>;
  stats(): HttpFaceStats;
  /** Reads configuration, policies and certificate again. What cannot be used leaves what was, and is told; whether all could. */
  reload(): Promise<boolean>;
  /** Not ready from now on; after the announced time listens no more, lets what is under way end, cancels the rest, closes the log. Idempotent. */
  drain(): Promise<void>;
  /** The same without waiting: everything under way is cancelled, and recorded so. Idempotent, also after {@link drain} began. */
  close(): Promise<void>;
}
