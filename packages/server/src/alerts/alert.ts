/** Alerts: what somebody should look at, until somebody said that they did. */
import { z } from 'zod';
import { ULID } from '../people/index.ts';
import type { CollectionOf } from '../state/index.ts';

/** From least to most urgent. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What noticed it. */
export const ALERT_SOURCES = [
  'rule',
  'node',
  'retention',
  'export',
  'witness',
  'rollout',
  'person',
  'emergency',
] as const;
export type AlertSource = (typeof ALERT_SOURCES)[number];

/** Text of an alert: one line, with nothing in it that a channel must not carry. */
export const ALERT_TEXT: z.ZodString = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}]+$/u, 'one line without control characters');

export const ALERT_STATUSES = ['open', 'acknowledged', 'closed'] as const;

/** An alert as it is kept. */
export interface AlertRecord {
  readonly severity: Severity;
  readonly source: AlertSource;
  /** What is alike: while one of the same key is open, no other is raised. `node.stale/01…`. */
  readonly key: string;
  readonly text: string;
  /** ULID of the team that it is told to; absent for whoever administers. */
  readonly team?: string | undefined;
  /** ULID of the node that it is about. */
  readonly node?: string | undefined;
  readonly raised: number;
  /** `closed`: what raised it is over, by itself. */
  readonly status: (typeof ALERT_STATUSES)[number];
  readonly acknowledged?: { readonly by: string; readonly at: number; readonly words: string } | undefined;
  readonly closed?: number | undefined;
}
export const ALERTS: CollectionOf<AlertRecord> = {
  name: 'alerts',
  schema: z.strictObject({
    severity: z.enum(SEVERITIES),
    source: z.enum(ALERT_SOURCES),
    key: z.string().min(1).max(200),
    text: ALERT_TEXT,
    team: ULID.optional(),
    node: ULID.optional(),
    raised: z.int(),
    status: z.enum(ALERT_STATUSES),
    acknowledged: z.strictObject({ by: ULID, at: z.int(), words: ALERT_TEXT }).optional(),
    closed: z.int().optional(),
  }),
};
