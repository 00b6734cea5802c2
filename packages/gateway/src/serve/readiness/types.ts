/** Whether a gateway can do its work now, and what keeps it from it. */

/** One thing that must hold. */
export interface Check {
  readonly name: 'started' | 'draining' | 'log' | 'policy' | 'clock' | 'servers';
  readonly ok: boolean;
  /** One sentence for an operator, without secrets. */
  readonly reason: string;
}

/** All of them. */
export interface Readiness {
  readonly isReady: boolean;
  readonly checks: readonly Check[];
}
