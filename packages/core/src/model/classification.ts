/** Which fields of an entry may stand in the clear, and why none of them tells of a person. */
import type { EntryKind } from './entry.ts';
import { PRIVACY_CLASSIFICATION } from './privacy-classification.ts';
import type { FieldClass } from './field-class.ts';

export type { FieldClass } from './field-class.ts';

/** Fields of every entry, by path; `[]` stands for each item, `*` for each key. */
export const ENVELOPE_CLASSIFICATION: Readonly<Record<string, FieldClass>> = {
  version: 'never_personal',
  kind: 'never_personal',
  origin: 'never_personal',
  tenant: 'never_personal',
  id: 'never_personal',
  time: 'never_personal',
  monotonicNs: 'never_personal',
  inputCommitment: 'committed',
  'commitments[].field': 'never_personal',
  'commitments[].alg': 'never_personal',
  'commitments[].value': 'committed',
  'body.id': 'never_personal',
  'body.keyId': 'never_personal',
  'body.ciphertextHash': 'never_personal',
  retentionClass: 'never_personal',
  'consumes[]': 'never_personal',
  'producer.id': 'never_personal',
  'producer.boot': 'never_personal',
  'producer.counter': 'never_personal',
  'producer.previous': 'never_personal',
  timeFloor: 'never_personal',
  witnessedSize: 'never_personal',
};

/** Fields of a sealed body. */
export const BODY_CLASSIFICATION: Readonly<Record<string, FieldClass>> = {
  'fields.*': 'sealed',
  'salts.*': 'sealed',
  input: 'sealed',
  'concerns[]': 'sealed',
};

const DECISION: Readonly<Record<string, FieldClass>> = {
  verdict: 'never_personal',
  would: 'never_personal',
  mode: 'never_personal',
  source: 'never_personal',
  code: 'never_personal',
  method: 'never_personal',
  phase: 'never_personal',
  initiator: 'never_personal',
  'authentication.method': 'never_personal',
  'authentication.assurance': 'never_personal',
  'determining[].id': 'never_personal',
  'determining[].contentHash': 'never_personal',
  determiningCount: 'never_personal',
  'errors[].policy': 'never_personal',
  'errors[].code': 'never_personal',
  policyHash: 'never_personal',
  schemaHash: 'never_personal',
  entitiesHash: 'never_personal',
  engineVersion: 'never_personal',
  killEpoch: 'never_personal',
  policyEpoch: 'never_personal',
  labelsVersion: 'never_personal',
  'parts.count': 'never_personal',
  'parts.verdicts.allow': 'never_personal',
  'parts.verdicts.modify': 'never_personal',
  'parts.verdicts.step_up': 'never_personal',
  'parts.verdicts.defer': 'never_personal',
  'parts.verdicts.deny': 'never_personal',
  'obligations[].type': 'never_personal',
  'obligations[].names[]': 'never_personal',
  'checks[].id': 'never_personal',
  'checks[].version': 'never_personal',
  'checks[].status': 'never_personal',
  'checks[].reason': 'never_personal',
  'checks[].mode': 'never_personal',
  'approvals[].hold': 'never_personal',
  // A key id is a hash of a public key. Who holds the key is in configuration, not in the log.
  'approvals[].keyIds[]': 'never_personal',
  'approvals[].lifts[]': 'never_personal',
  isolation: 'never_personal',
  'held[].contentHash': 'never_personal',
  'held[].quorum': 'never_personal',
  'cut[].list': 'never_personal',
  'cut[].count': 'never_personal',
  parent: 'never_personal',
  'shadow.policyHash': 'never_personal',
  'shadow.status': 'never_personal',
  'shadow.verdict': 'never_personal',
  'shadow.would': 'never_personal',
  'shadow.determining[].id': 'never_personal',
  'shadow.determining[].contentHash': 'never_personal',
  'spentUs.identify': 'never_personal',
  'spentUs.wait': 'never_personal',
  'spentUs.admit': 'never_personal',
  'spentUs.facts': 'never_personal',
  'spentUs.decide': 'never_personal',
};

/** Fields of each kind of entry beside the envelope's. */
export const ENTRY_CLASSIFICATION: Readonly<Record<EntryKind, Readonly<Record<string, FieldClass>>>> = {
  start: {
    'start.softwareVersion': 'never_personal',
    'start.durability': 'never_personal',
    'start.closedUnknown': 'never_personal',
  },
  decision: under('decision', DECISION),
  outcome: {
    outcome: 'never_personal',
    decisionOf: 'never_personal',
    code: 'never_personal',
    ...under('delivery', DECISION),
    'redactions.*': 'never_personal',
    costMicros: 'never_personal',
    'spentUs.record': 'never_personal',
    'spentUs.perform': 'never_personal',
    'spentUs.inspect': 'never_personal',
  },
  answer: {
    'answer.answer': 'never_personal',
    'answer.keyId': 'never_personal',
    'answer.policyHash': 'never_personal',
    'answer.lifts[]': 'never_personal',
    'answer.expires': 'never_personal',
    decisionOf: 'never_personal',
  },
  kill: {
    'kill.action': 'never_personal',
    'kill.scope': 'never_personal',
    'kill.reason': 'never_personal',
    'kill.killEpoch': 'never_personal',
    'kill.withdrawn[]': 'never_personal',
  },
  policy: {
    'policy.policyHash': 'never_personal',
    'policy.schemaHash': 'never_personal',
    'policy.mode': 'never_personal',
    'policy.policyEpoch': 'never_personal',
  },
  pin: {
    'pin.status': 'never_personal',
    'pin.cause': 'never_personal',
    'pin.definitionHash': 'never_personal',
    'pin.previousHash': 'never_personal',
    'pin.findings[]': 'never_personal',
  },
  refusals: {
    'refusals.counts.*': 'never_personal',
    'refusals.since': 'never_personal',
  },
  key: {
    'key.action': 'never_personal',
    'key.key': 'never_personal',
    'key.successor': 'never_personal',
    'key.predecessor.origin': 'never_personal',
    'key.predecessor.size': 'never_personal',
    'key.predecessor.root': 'never_personal',
  },
  heartbeat: { 'heartbeat.everyMs': 'never_personal' },
  downtime: {
    'downtime.after': 'never_personal',
    'downtime.since': 'never_personal',
    'downtime.end': 'never_personal',
  },
  mirror: {
    'mirror.action': 'never_personal',
    'mirror.log': 'never_personal',
    'mirror.key': 'never_personal',
    'mirror.size': 'never_personal',
    'mirror.root': 'never_personal',
  },
  issuer: {
    'issuer.action': 'never_personal',
    'issuer.issuer': 'never_personal',
    'issuer.until': 'never_personal',
  },
  token: {
    'token.action': 'never_personal',
    'token.id': 'never_personal',
    'token.expires': 'never_personal',
  },
  ...PRIVACY_CLASSIFICATION,
  administration: {
    'administration.action': 'never_personal',
    // An id says that there is an object, not whose or what it is.
    'administration.object': 'never_personal',
    'administration.organisation': 'never_personal',
    'administration.actor': 'never_personal',
  },
  sign_in: {
    'signIn.action': 'never_personal',
    'signIn.method': 'never_personal',
    'signIn.code': 'never_personal',
  },
  stop: {
    'stop.entries': 'never_personal',
  },
};

function under(
  name: string,
  fields: Readonly<Record<string, FieldClass>>,
): Readonly<Record<string, FieldClass>> {
  return Object.fromEntries(Object.entries(fields).map(([path, held]) => [`${name}.${path}`, held]));
}
