/** The shape of every kind of entry: field order, bounds, and what each text may be made of. Mirrors `model/entry.ts`. */
import {
  ACTOR_KINDS,
  AUTHENTICATION_METHODS,
  CASE_TYPES,
  DECISION_STEPS,
  ENTRY_VERSION,
  ERASURE_CAUSES,
  type EntryKind,
  INITIATORS,
  KILL_REASONS,
  KILL_SCOPES,
  LEGAL_HOLD_SCOPES,
  MAX_RANGES,
  MODES,
  OUTCOME_STEPS,
  OUTCOMES,
  PHASES,
  RECORDED_METHODS,
  SIGN_IN_METHODS,
  VERDICTS,
} from '../../model/index.ts';
import { CUT_LISTS, MAX_LIST } from './cap-lists.ts';
import {
  choice,
  counts,
  type FieldShape,
  integer,
  list,
  nullable,
  object,
  type Shape,
  text,
} from './shape.ts';

const MAX_APPROVALS = 16;
/** Policies named of a candidate set's answer. */
const MAX_SHADOW = 8;

const hash = text(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits');
const ulid = text(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'a ULID');
const commitmentValue = text(/^[A-Za-z0-9+/]{43}=$/, 'standard base64 of 32 bytes');
const CODE = /^[a-z][a-z0-9._/:-]{0,95}$/;
const code = text(CODE, 'a code of at most 96 characters');
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const name = text(NAME, 'a name of at most 128 characters');
const version = text(/^[A-Za-z0-9][A-Za-z0-9._/@+-]{0,63}(?: [0-9][A-Za-z0-9._+-]{0,31})?$/, 'a version');
const receipt = text(/^[^\s#+"\\]{1,255}#(?:0|[1-9][0-9]{0,15})$/, 'a receipt `origin#index`');
const origin = text(/^[^\s#+"\\]{1,255}$/, 'an origin of at most 255 characters');
/** An Ed25519 verifier key (c2sp.org/signed-note) of an origin. */
const verifierKey = text(
  /^[^\s#+"\\]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/,
  'a verifier key `name+keyid+base64`',
);
const key = text(/^[\x21\x23-\x5b\x5d-\x7e]{1,400}$/, 'a key of at most 400 characters');

const range = object({ from: integer(), to: integer(1) });
const policyRef = object({ id: name, contentHash: hash });

/** Microseconds of those of `steps` that were measured. */
function spent(steps: readonly string[]): Shape {
  return object(Object.fromEntries(steps.map((step) => [`${step}?`, integer()])));
}

const decision = object({
  verdict: choice(...VERDICTS),
  'would?': choice(...VERDICTS),
  mode: choice(...MODES),
  source: choice('admission', 'policy', 'fault'),
  'code?': code,
  method: choice(...RECORDED_METHODS, 'other'),
  phase: choice(...PHASES),
  initiator: choice(...INITIATORS),
  authentication: object({ method: choice(...AUTHENTICATION_METHODS), assurance: integer(0, 3) }),
  determining: list(policyRef, MAX_LIST),
  determiningCount: integer(),
  errors: list(object({ policy: name, code }), MAX_LIST),
  policyHash: hash,
  schemaHash: hash,
  entitiesHash: hash,
  engineVersion: version,
  killEpoch: integer(),
  policyEpoch: integer(),
  labelsVersion: integer(),
  parts: object({
    count: integer(),
    verdicts: object(Object.fromEntries(VERDICTS.map((verdict) => [`${verdict}?`, integer()]))),
  }),
  obligations: list(object({ type: code, names: list(name, MAX_LIST) }), MAX_LIST),
  checks: list(
    object({
      id: code,
      version,
      status: choice('ran', 'skipped', 'failed'),
      'reason?': code,
      mode: choice('observe', 'block'),
    }),
    MAX_LIST,
  ),
  approvals: list(
    object({ hold: receipt, keyIds: list(name, MAX_LIST), lifts: list(hash, MAX_LIST) }),
    MAX_APPROVALS,
  ),
  isolation: choice('isolated', 'unisolated'),
  held: list(object({ contentHash: hash, quorum: integer(1) }), MAX_LIST),
  'cut?': list(object({ list: choice(...CUT_LISTS), count: integer(1) }), CUT_LISTS.length),
  'parent?': receipt,
  'shadow?': object({
    policyHash: hash,
    status: choice('same', 'differs', 'failed'),
    'verdict?': choice(...VERDICTS),
    'would?': choice(...VERDICTS),
    determining: list(policyRef, MAX_SHADOW),
  }),
  'spentUs?': spent(DECISION_STEPS),
});

/** What follows `monotonicNs`, by kind. */
export const DETAIL_SHAPES: Readonly<Record<EntryKind, Shape>> = {
  start: object({
    start: object({
      softwareVersion: version,
      durability: choice('commit', 'interval'),
      closedUnknown: integer(),
    }),
  }),
  decision: object({ decision }),
  outcome: object({
    outcome: choice(...OUTCOMES),
    decisionOf: integer(),
    'code?': code,
    'delivery?': decision,
    'redactions?': counts(CODE, MAX_LIST),
    'costMicros?': integer(),
    'spentUs?': spent(OUTCOME_STEPS),
  }),
  answer: object({
    answer: object({
      answer: choice('approve', 'deny'),
      keyId: name,
      policyHash: hash,
      lifts: list(hash, MAX_LIST),
      expires: integer(),
    }),
    decisionOf: integer(),
  }),
  kill: object({
    kill: object({
      action: choice('kill', 'unkill'),
      scope: choice(...KILL_SCOPES),
      reason: choice(...KILL_REASONS),
      killEpoch: integer(),
      'withdrawn?': list(integer(), MAX_LIST),
    }),
  }),
  policy: object({
    policy: object({ policyHash: hash, schemaHash: hash, mode: choice(...MODES), policyEpoch: integer() }),
  }),
  pin: object({
    pin: object({
      status: choice('accepted', 'quarantined'),
      cause: choice('trusted', 'first_seen', 'changed', 'operator'),
      definitionHash: hash,
      'previousHash?': hash,
      'findings?': list(code, MAX_LIST),
    }),
  }),
  refusals: object({ refusals: object({ counts: counts(CODE, MAX_LIST), since: integer() }) }),
  key: object({
    key: object({
      action: choice('add', 'retire', 'revoke', 'succeed'),
      key: verifierKey,
      'successor?': origin,
      'predecessor?': object({ origin, size: integer(), root: commitmentValue }),
    }),
  }),
  heartbeat: object({ heartbeat: object({ everyMs: integer() }) }),
  downtime: object({
    downtime: object({ after: integer(), since: integer(), end: choice('stopped', 'unknown') }),
  }),
  mirror: object({
    mirror: object({
      action: choice('enrol', 'retire', 'cosign'),
      log: origin,
      'key?': verifierKey,
      'size?': integer(),
      'root?': commitmentValue,
    }),
  }),
  token: object({
    token: object({
      action: choice('create', 'revoke'),
      id: text(/^[0-9a-f]{16}$/, '16 lower-case hexadecimal digits'),
      'expires?': integer(),
    }),
  }),
  issuer: object({
    issuer: object({
      action: choice('keys_kept', 'keys_fetched', 'keys_ended'),
      issuer: text(/^[a-z0-9][a-z0-9-]{0,31}$/, 'the operator’s name of an issuer'),
      'until?': integer(),
    }),
  }),
  erasure: object({
    erasure: object({
      cause: choice(...ERASURE_CAUSES),
      destroyed: list(range, MAX_RANGES),
      resealed: list(range, MAX_RANGES),
      'ciphertextHashes?': list(hash, MAX_RANGES),
      bodies: integer(0),
    }),
  }),
  legal_hold: object({
    legalHold: object({
      action: choice('place', 'release'),
      id: ulid,
      scope: choice(...LEGAL_HOLD_SCOPES),
    }),
  }),
  retention: object({
    retention: object({
      class: name,
      before: integer(),
      destroyed: integer(),
      held: integer(),
      'minimumIndex?': integer(),
      'archive?': object({ hash, bodies: integer() }),
    }),
  }),
  consent: object({
    consent: object({ action: choice('give', 'withdraw'), purpose: code, registerHash: hash }),
  }),
  register: object({ register: object({ hash, purposes: integer(), notices: integer() }) }),
  notice: object({ notice: object({ id: code, version: integer(1), channel: code }) }),
  case: object({
    case: object({
      action: choice('open', 'step', 'extend', 'close'),
      id: ulid,
      type: choice(...CASE_TYPES),
      'step?': code,
      'due?': integer(),
      'outcome?': code,
    }),
  }),
  export: object({
    export: object({
      destination: name,
      status: choice('behind', 'caught_up', 'skipped'),
      from: integer(),
      to: integer(),
      lagMs: integer(),
    }),
  }),
  body_key: object({
    bodyKey: object({
      action: choice('rotate', 'wrap', 'retire'),
      keyId: name,
      wrappedBy: name,
      'previous?': name,
    }),
  }),
  administration: object({
    administration: object({
      action: code,
      object: ulid,
      organisation: ulid,
      actor: choice(...ACTOR_KINDS),
    }),
  }),
  sign_in: object({
    signIn: object({
      action: choice('sign_in', 'sign_out', 'refuse'),
      method: choice(...SIGN_IN_METHODS),
      'code?': code,
    }),
  }),
  stop: object({ stop: object({ entries: integer() }) }),
};

/** Before the detail. `kind` itself stands between `version` and `origin`. */
export const HEAD_FIELDS: readonly FieldShape[] = fieldsOf({
  version: choice(ENTRY_VERSION),
  kind: choice(...Object.keys(DETAIL_SHAPES)),
  origin,
  tenant: name,
  id: ulid,
  time: integer(),
  monotonicNs: text(/^(?:0|[1-9][0-9]{0,19})$/, 'a decimal of at most 20 digits'),
});

/** After the detail, up to what the sequencer adds. */
export const TAIL_FIELDS: readonly FieldShape[] = fieldsOf({
  'inputCommitment?': commitmentValue,
  commitments: list(object({ field: name, alg: choice('hmac-sha256'), value: commitmentValue }), MAX_LIST),
  'body?': object({ id: ulid, keyId: name, ciphertextHash: hash }),
  retentionClass: name,
  'consumes?': list(key, MAX_APPROVALS),
});

/** What the sequencer adds. */
export const SUFFIX_FIELDS: readonly FieldShape[] = fieldsOf({
  producer: object({ id: name, boot: ulid, counter: integer(), previous: nullable(integer()) }),
  timeFloor: integer(),
  witnessedSize: integer(),
});

/** All fields of an entry of `kind`, in order. */
export function entryFields(kind: EntryKind): readonly FieldShape[] {
  return [...HEAD_FIELDS, ...detailFields(kind), ...TAIL_FIELDS, ...SUFFIX_FIELDS];
}

/** The fields of the detail of `kind`. */
export function detailFields(kind: EntryKind): readonly FieldShape[] {
  const shape = DETAIL_SHAPES[kind];
  return shape.type === 'object' ? shape.fields : [];
}

function fieldsOf(fields: Readonly<Record<string, Shape>>): readonly FieldShape[] {
  const shape = object(fields);
  return shape.type === 'object' ? shape.fields : [];
}
