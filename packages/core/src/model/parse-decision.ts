/** Parses a {@link Decision} that comes from outside this process: from a daemon, a replica or a file. */
import { type ZodType, z } from 'zod';
import { CONFINEMENTS } from './confinement.ts';
import type {
  Check,
  Decision,
  HeldForbid,
  Obligation,
  PartDecision,
  PolicyError,
  PolicyRef,
  UsedApproval,
} from './decision.ts';
import { countSchema, idSchema, parseNoun, receiptSchema, sha256HexSchema, textSchema } from './parse.ts';
import { MAX_PARTS } from './parse-request.ts';
import { MODES, VERDICTS } from './verdict.ts';

/** Most policies or errors named by one decision: the largest policy set with a budget. */
const MAX_POLICIES = 10_000;
/** Most checks, obligations, kinds, labels, approvers, keys and approvals in one list. */
const MAX_LIST = 1024;

const codeSchema: ZodType<string> = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._/:-]{0,95}$/, 'is not a code of at most 96 characters');
const versionSchema: ZodType<string> = z
  .string()
  .regex(/^[\x21-\x7e][\x20-\x7e]{0,63}$/, 'is not a version of at most 64 characters');
const policyIdSchema: ZodType<string> = z
  .string()
  .regex(
    /^(?:limit:[a-z][a-z0-9_]{0,39}|[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/,
    'is not a policy id of at most 64 characters',
  );
const namesSchema: ZodType<readonly string[]> = z.array(idSchema).max(MAX_LIST);
const hashesSchema: ZodType<readonly string[]> = z.array(sha256HexSchema).max(MAX_LIST);
const positiveSchema: ZodType<number> = z.int().min(1);

const policyRefSchema: ZodType<PolicyRef> = z.strictObject({
  id: policyIdSchema,
  contentHash: sha256HexSchema,
});

const policyErrorSchema: ZodType<PolicyError> = z.strictObject({
  policy: idSchema,
  code: codeSchema,
  message: textSchema,
});

const obligationSchema: ZodType<Obligation> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('redact'),
    target: z.enum(['arguments', 'result']),
    kinds: namesSchema,
  }),
  z.strictObject({ type: z.literal('label'), labels: namesSchema }),
  z.strictObject({ type: z.literal('confine'), confinement: z.enum(CONFINEMENTS) }),
  z.strictObject({ type: z.literal('minimise'), purpose: idSchema }),
  z.strictObject({ type: z.literal('ask'), policies: namesSchema }),
]);

const checkSchema: ZodType<Check> = z.strictObject({
  id: codeSchema,
  version: versionSchema,
  status: z.enum(['ran', 'skipped', 'failed']),
  reason: codeSchema.exactOptional(),
  mode: z.enum(['observe', 'block']),
});

const heldForbidSchema: ZodType<HeldForbid> = z.strictObject({
  id: policyIdSchema,
  contentHash: sha256HexSchema,
  approvers: namesSchema,
  quorum: positiveSchema,
  timeoutMs: positiveSchema.exactOptional(),
});

const partDecisionSchema: ZodType<PartDecision> = z.strictObject({
  verdict: z.enum(VERDICTS),
  determining: z.array(policyRefSchema).max(MAX_POLICIES),
});

const usedApprovalSchema: ZodType<UsedApproval> = z.strictObject({
  hold: receiptSchema,
  keyIds: namesSchema,
  lifts: hashesSchema,
});

const decisionSchema: ZodType<Decision> = z.strictObject({
  verdict: z.enum(VERDICTS),
  would: z.enum(VERDICTS).exactOptional(),
  mode: z.enum(MODES),
  source: z.enum(['admission', 'policy', 'fault']),
  code: codeSchema.exactOptional(),
  determining: z.array(policyRefSchema).max(MAX_POLICIES),
  errors: z.array(policyErrorSchema).max(MAX_POLICIES),
  policyHash: sha256HexSchema,
  schemaHash: sha256HexSchema,
  entitiesHash: sha256HexSchema,
  engineVersion: versionSchema,
  killEpoch: countSchema,
  policyEpoch: countSchema,
  labelsVersion: countSchema,
  parts: z.array(partDecisionSchema).max(MAX_PARTS),
  obligations: z.array(obligationSchema).max(MAX_LIST),
  checks: z.array(checkSchema).max(MAX_LIST),
  performedDigest: sha256HexSchema.exactOptional(),
  approvals: z.array(usedApprovalSchema).max(MAX_LIST),
  isolation: z.enum(['isolated', 'unisolated']),
  held: z.array(heldForbidSchema).max(MAX_POLICIES),
  needs: z.array(textSchema).max(MAX_LIST),
  unjudgedArgs: z.array(textSchema).max(MAX_POLICIES),
  reasons: z.array(textSchema).max(MAX_LIST),
});

/**
 * `value` as a {@link Decision}; throws `decision.invalid` with `data.path` for anything else, unknown fields included.
 * It says what was decided, not that anybody decided it: only a receipt proves that.
 */
export function parseDecision(value: unknown): Decision {
  return parseNoun(decisionSchema, value, 'decision.invalid', 'decision');
}
