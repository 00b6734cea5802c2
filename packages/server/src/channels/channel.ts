/** Channels: where an organisation is told that something waits. Secrets are names; what they stand for is the operator's, and never in the record. */
import { z } from 'zod';
import { type Severity, SEVERITIES } from '../alerts/index.ts';
import { NAME, ULID } from '../people/index.ts';
import type { CollectionOf } from '../state/index.ts';

/** What a channel can be told of. */
export const TOPICS = ['approvals', 'alerts'] as const;

/** Signed as Standard Webhooks say. `secret` names the key. */
export interface WebhookTarget {
  readonly kind: 'webhook';
  /** `https:`; on the loopback interface, where the operator names it, also `http:`. */
  readonly url: string;
  readonly secret: string;
}
/** Slack, or what takes the same: the address is itself the secret. */
export interface SlackTarget {
  readonly kind: 'slack';
  readonly secret: string;
}
/** Mail by a relay. */
export interface MailTarget {
  readonly kind: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte, or after `STARTTLS`, which is then demanded. */
  readonly security: 'tls' | 'starttls';
  readonly from: string;
  readonly to: readonly string[];
  readonly user?: string | undefined;
  /** Names the password. */
  readonly secret?: string | undefined;
}
export type ChannelTarget = WebhookTarget | SlackTarget | MailTarget;

/** What people say of a channel. */
export interface ChannelContent {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly topics: readonly (typeof TOPICS)[number][];
  /** ULIDs; empty for any team. */
  readonly teams: readonly string[];
  readonly leastSeverity: Severity;
  readonly target: ChannelTarget;
}

/** A channel as it is kept. */
export interface ChannelRecord extends ChannelContent {
  /** Length of the log when it was made: it is told of nothing before. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

const SECRET_NAME = z
  .string()
  .max(60)
  .regex(/^[A-Z][A-Z0-9_]*$/, 'capital letters, digits and `_`');
const HOST = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9.:-]+$/, 'a host');
const TARGET: z.ZodType<ChannelTarget> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }).max(2_000),
    secret: SECRET_NAME,
  }),
  z.strictObject({ kind: z.literal('slack'), secret: SECRET_NAME }),
  z.strictObject({
    kind: z.literal('smtp'),
    host: HOST,
    port: z.int().min(1).max(65_535),
    security: z.enum(['tls', 'starttls']),
    from: z.email().max(254),
    to: z.array(z.email().max(254)).min(1).max(20),
    user: z.string().max(200).optional(),
    secret: SECRET_NAME.optional(),
  }),
]);
const CONTENT = {
  name: NAME,
  isEnabled: z.boolean(),
  topics: z.array(z.enum(TOPICS)).min(1).max(TOPICS.length),
  teams: z.array(ULID).max(100),
  leastSeverity: z.enum(SEVERITIES),
  target: TARGET,
};

export const CHANNEL_CONTENT: z.ZodType<ChannelContent> = z.strictObject(CONTENT);
export const CHANNELS: CollectionOf<ChannelRecord> = {
  name: 'channels',
  schema: z.strictObject({ ...CONTENT, since: z.int(), created: z.int() }),
};
