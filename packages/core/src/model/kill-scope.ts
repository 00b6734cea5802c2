/** What a kill switch stops, and why it was thrown. */

/** `all`: whatever the node would do, whoever asks. */
export const KILL_SCOPES = ['agent', 'team', 'server', 'tool', 'all'] as const;
export type KillScope = (typeof KILL_SCOPES)[number];

/** The one id in the scope `all`. */
export const KILL_ALL = '*';

/** What made somebody, or a rule, throw it. */
export const KILL_REASONS = [
  'behavioural_drift',
  'rate_limit',
  'ring_breach',
  'manual',
  'quarantine_timeout',
  'session_timeout',
] as const;
export type KillReason = (typeof KILL_REASONS)[number];
