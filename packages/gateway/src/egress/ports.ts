/** What the proxy stands on. */
import type { Timers } from '@writ/core';
import type { AttemptPorts } from './attempt.ts';
import type { EgressLimits } from '../config/index.ts';

/** Everything that the wire needs besides its sockets. */
export interface ProxyPorts {
  readonly attempt: AttemptPorts;
  readonly limits: EgressLimits;
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Counts what never became an action, for the record in aggregate. */
  readonly count: (code: string) => void;
  /** Whether bodies that cannot be looked at go to the policies; else they are refused. */
  readonly passesUnread: boolean;
  /** Authorities (PEM) that hosts behind inspection are checked against, in place of Node's own. */
  readonly ca?: string;
}
