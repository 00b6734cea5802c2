/** Parses an {@link ActionRequest} that comes from outside this process. */
import { type ZodType, z } from 'zod';
import { isUlid } from '../kernel/index.ts';
import { jsonObjectSchema } from './json-schema.ts';
import {
  countSchema,
  idSchema,
  isWellFormed,
  LONE_SURROGATE,
  MAX_ID_LENGTH,
  parseNoun,
  sha256HexSchema,
} from './parse.ts';
import {
  type ActionRequest,
  FACES,
  INITIATORS,
  type Part,
  PHASES,
  REQUEST_VERSION,
  RESOURCE_TYPES,
  type SessionRef,
  type TraceContext,
} from './request.ts';
import type { ResourceLimits } from './resource-limits.ts';
import { type AgentIdentity, AUTHENTICATION_METHODS, type Person, type Subject } from './subject.ts';

/** Most parts of one request. */
export const MAX_PARTS = 1024;
/** Longest delegation chain. */
export const MAX_CHAIN = 16;
/** Most causes named by one request. */
export const MAX_CAUSES = 64;
/** Longest resource id, in UTF-16 units. */
const MAX_RESOURCE_ID = 4096;
/** Most roles of one person. */
const MAX_ROLES = 256;
/** Longest `tracestate`, in UTF-16 units: what W3C Trace Context asks everyone to carry. */
const MAX_TRACESTATE = 512;

const ulidSchema: ZodType<string> = z.string().refine(isUlid, 'is not a ULID');

const resourceLimitsSchema: ZodType<ResourceLimits> = z.strictObject({
  profile: idSchema,
  driver: idSchema,
  max_memory_mb: countSchema,
  max_processes: countSchema,
  max_cpu_seconds: countSchema,
  network: z.boolean(),
});

/** Shape of one {@link Part}. */
export const partSchema: ZodType<Part> = z.strictObject({
  action: z.strictObject({ name: idSchema }),
  resource: z
    .strictObject({
      type: z.enum(RESOURCE_TYPES),
      id: z.string().min(1).max(MAX_RESOURCE_ID).refine(isWellFormed, LONE_SURROGATE),
      server: idSchema.exactOptional(),
      limits: resourceLimitsSchema.exactOptional(),
    })
    .refine(({ type, limits }) => limits === undefined || type === 'sandbox', 'has limits and is no sandbox'),
  args: jsonObjectSchema.exactOptional(),
});

const agentSchema: ZodType<AgentIdentity> = z.strictObject({
  id: idSchema,
  team: idSchema.exactOptional(),
  org: idSchema.exactOptional(),
});

const personSchema: ZodType<Person> = z.strictObject({
  id: idSchema,
  roles: z.array(idSchema).max(MAX_ROLES),
  mfa: z.boolean().exactOptional(),
});

/** Shape of a {@link Subject}. */
export const subjectSchema: ZodType<Subject> = z.strictObject({
  agent: agentSchema,
  person: personSchema.exactOptional(),
  chain: z.array(agentSchema).max(MAX_CHAIN),
  authentication: z.strictObject({
    method: z.enum(AUTHENTICATION_METHODS),
    assurance: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
    credentialId: z.string().max(MAX_ID_LENGTH).refine(isWellFormed, LONE_SURROGATE),
    at: countSchema,
  }),
});

const sessionSchema: ZodType<SessionRef> = z.strictObject({
  id: idSchema,
  parent: idSchema.exactOptional(),
  claim: idSchema.exactOptional(),
});

const traceSchema: ZodType<TraceContext> = z.strictObject({
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, 'is not a W3C traceparent'),
  tracestate: z.string().max(MAX_TRACESTATE).refine(isWellFormed, LONE_SURROGATE).exactOptional(),
});

const requestSchema: ZodType<ActionRequest> = z.strictObject({
  version: z.literal(REQUEST_VERSION),
  requestId: ulidSchema,
  tenant: idSchema,
  node: idSchema,
  face: z.enum(FACES),
  session: sessionSchema,
  initiator: z.enum(INITIATORS),
  initiatingServer: idSchema.exactOptional(),
  phase: z.enum(PHASES),
  method: idSchema,
  parts: z.array(partSchema).min(1).max(MAX_PARTS),
  args: jsonObjectSchema,
  subject: subjectSchema,
  definitionPin: sha256HexSchema.exactOptional(),
  requestedDigest: sha256HexSchema,
  idempotencyKey: idSchema.exactOptional(),
  parent: idSchema.exactOptional(),
  continues: idSchema.exactOptional(),
  causes: z.array(idSchema).max(MAX_CAUSES),
  trace: traceSchema.exactOptional(),
  purpose: idSchema.exactOptional(),
  deadline: countSchema,
});

/** `value` as an {@link ActionRequest}; throws `request.invalid` with `data.path` for anything else, unknown fields included. */
export function parseActionRequest(value: unknown): ActionRequest {
  return parseNoun(requestSchema, value, 'request.invalid', 'request');
}
