// Entries of every kind, in every variant that the model has: each goes through `parseEntry`, so none is made up.
import {
  ACTOR_KINDS,
  AUTHENTICATION_METHODS,
  CASE_TYPES,
  type DecisionRecord,
  type Entry,
  type EntryDetail,
  type EntryKind,
  ERASURE_CAUSES,
  INITIATORS,
  type JsonObject,
  LEGAL_HOLD_SCOPES,
  MODES,
  OUTCOMES,
  parseEntry,
  PHASES,
  RECORDED_METHODS,
  utf8,
  VERDICTS,
} from '@writ/core';
import { sampleDecision, sampleHash } from '@writ/core/testing';
import type { RecordedEntry } from '../../packages/export/src/index.ts';

export const ORIGIN = 'example.org/log';
const TIME = 1_790_000_000_000;
const KEY = `${ORIGIN}+0a1b2c3d+${'A'.repeat(44)}`;
const HASH = sampleHash('5');
const CASE = '01K0000000000000000000000C';
const COMMITMENT = `${'B'.repeat(43)}=`;

/** The entry of `detail` at `index`, as it would be stored. */
export function recorded(detail: EntryDetail, index = 7, more: Partial<RecordedEntry> = {}): RecordedEntry {
  const text = JSON.stringify({
    version: 1,
    kind: detail.kind,
    origin: ORIGIN,
    tenant: 'default',
    id: '01K0000000000000000000000A',
    time: TIME,
    monotonicNs: '1',
    ...withoutKind(detail),
    inputCommitment: COMMITMENT,
    commitments: [{ field: 'subject', alg: 'hmac-sha256', value: COMMITMENT }],
    body: { id: '01K0000000000000000000000B', keyId: 'body-1', ciphertextHash: sampleHash('9') },
    retentionClass: 'decision',
    producer: { id: 'node-1', boot: '01K0000000000000000000000C', counter: 3, previous: 5 },
    timeFloor: TIME,
    witnessedSize: 4,
  });
  const bytes = utf8(text);
  return { index, entry: parseEntry(bytes), bytes, ...more };
}

function withoutKind({ kind: _kind, ...rest }: EntryDetail): JsonObject {
  return rest as unknown as JsonObject;
}

/** A decision in the field order of entries. */
export function decision(changes: Partial<DecisionRecord> = {}): EntryDetail {
  return { kind: 'decision', decision: ordered({ ...sampleDecision(), ...changes }) };
}

const ORDER: readonly (keyof DecisionRecord)[] = [
  'verdict',
  'would',
  'mode',
  'source',
  'code',
  'method',
  'phase',
  'initiator',
  'authentication',
  'determining',
  'determiningCount',
  'errors',
  'policyHash',
  'schemaHash',
  'entitiesHash',
  'engineVersion',
  'killEpoch',
  'policyEpoch',
  'labelsVersion',
  'parts',
  'obligations',
  'checks',
  'approvals',
  'isolation',
  'held',
  'cut',
  'parent',
  'shadow',
  'spentUs',
];

function ordered(record: DecisionRecord): DecisionRecord {
  return Object.fromEntries(
    ORDER.filter((name) => record[name] !== undefined).map((name) => [name, record[name]]),
  ) as unknown as DecisionRecord;
}

function decisions(): readonly EntryDetail[] {
  const methods = [...RECORDED_METHODS, 'other'];
  const sources = ['admission', 'policy', 'fault'] as const;
  return [
    ...methods.flatMap((method) => VERDICTS.map((verdict) => decision({ method, verdict }))),
    ...VERDICTS.flatMap((verdict) => [
      ...sources.flatMap((source) =>
        [undefined, 'auth.missing', 'identity.unauthenticated', 'kill.agent'].map((code) =>
          decision({ verdict, source, ...(code === undefined ? {} : { code }) }),
        ),
      ),
      ...VERDICTS.flatMap((would) => MODES.map((mode) => decision({ verdict, would, mode }))),
      ...INITIATORS.flatMap((initiator) => PHASES.map((phase) => decision({ verdict, initiator, phase }))),
    ]),
    ...AUTHENTICATION_METHODS.map((method) =>
      decision({ verdict: 'deny', code: 'auth.expired', authentication: { method, assurance: 2 } }),
    ),
    decision({
      verdict: 'modify',
      determining: [],
      determiningCount: 0,
      errors: [{ policy: 'p', code: 'policy.evaluation' }],
      obligations: [
        { type: 'redact', names: ['payment-card', 'secret'] },
        { type: 'label', names: ['internal'] },
      ],
      checks: [
        { id: 'secrets', version: '1', status: 'failed', reason: 'detector.timeout', mode: 'observe' },
      ],
      approvals: [{ hold: `${ORIGIN}#2`, keyIds: ['key-1'], lifts: [sampleHash('5')] }],
      held: [{ contentHash: sampleHash('5'), quorum: 2 }],
      parent: `${ORIGIN}#2`,
      shadow: { policyHash: sampleHash('6'), status: 'differs', verdict: 'deny', determining: [] },
      spentUs: { identify: 40, wait: 2_000, admit: 1, facts: 31, decide: 2 },
    }),
  ];
}

function outcomes(): readonly EntryDetail[] {
  const deliveries = VERDICTS.map((verdict) => {
    const made = decision({ verdict, method: 'results/deliver', phase: 'result' });
    return made.kind === 'decision' ? made.decision : sampleDecision();
  });
  return OUTCOMES.flatMap((outcome) => [
    { kind: 'outcome', outcome, decisionOf: 3 } as const,
    { kind: 'outcome', outcome, decisionOf: 3, code: 'guard.tool' } as const,
    { kind: 'outcome', outcome, decisionOf: 3, redactions: { 'payment-card': 2, secret: 1 } } as const,
    { kind: 'outcome', outcome, decisionOf: 3, costMicros: 12_500 } as const,
    {
      kind: 'outcome',
      outcome,
      decisionOf: 3,
      spentUs: { record: 90, perform: 1_500, inspect: 40 },
    } as const,
    ...deliveries.map((delivery) => ({ kind: 'outcome', outcome, decisionOf: 3, delivery }) as const),
  ]);
}

/** Details of every kind. A kind without any fails a test. */
export const DETAILS: Readonly<Record<EntryKind, readonly EntryDetail[]>> = {
  start: [0, 2].map((closedUnknown) => ({
    kind: 'start',
    start: { softwareVersion: '0.1.0', durability: 'commit', closedUnknown },
  })),
  decision: decisions(),
  outcome: outcomes(),
  answer: (['approve', 'deny'] as const).map((answer) => ({
    kind: 'answer',
    answer: { answer, keyId: 'key-1', policyHash: sampleHash('2'), lifts: [sampleHash('5')], expires: TIME },
    decisionOf: 2,
  })),
  kill: (['agent', 'server', 'tool'] as const).flatMap((scope) =>
    (['kill', 'unkill'] as const).map(
      (action): EntryDetail => ({
        kind: 'kill',
        kill: { action, scope, reason: 'manual', killEpoch: 1 },
      }),
    ),
  ),
  policy: MODES.map((mode) => ({
    kind: 'policy',
    policy: { policyHash: sampleHash('2'), schemaHash: sampleHash('3'), mode, policyEpoch: 4 },
  })),
  pin: (['accepted', 'quarantined'] as const).flatMap((status) =>
    (['trusted', 'first_seen', 'changed', 'operator'] as const).flatMap((cause): readonly EntryDetail[] => [
      { kind: 'pin', pin: { status, cause, definitionHash: sampleHash('7') } },
      {
        kind: 'pin',
        pin: {
          status,
          cause,
          definitionHash: sampleHash('7'),
          previousHash: sampleHash('8'),
          findings: ['hidden-text', 'model-command'],
        },
      },
    ]),
  ),
  refusals: [
    {},
    { 'auth.missing': 4 },
    { 'auth.missing': 4, 'identity.expired': 1 },
    { 'rpc.malformed': 2 },
    { 'auth.missing': Number.MAX_SAFE_INTEGER, 'kill.agent': 1, 'rpc.malformed': 2 },
  ].map(
    (counts: Readonly<Record<string, number>>): EntryDetail => ({
      kind: 'refusals',
      refusals: { counts, since: TIME - 1_000 },
    }),
  ),
  key: [
    { kind: 'key', key: { action: 'add', key: KEY } },
    { kind: 'key', key: { action: 'retire', key: KEY } },
    { kind: 'key', key: { action: 'revoke', key: KEY, successor: 'example.org/next' } },
    {
      kind: 'key',
      key: {
        action: 'succeed',
        key: KEY,
        predecessor: { origin: 'example.org/old', size: 9, root: COMMITMENT },
      },
    },
  ],
  heartbeat: [{ kind: 'heartbeat', heartbeat: { everyMs: 60_000 } }],
  downtime: (['stopped', 'unknown'] as const).map((end) => ({
    kind: 'downtime',
    downtime: { after: 4, since: TIME - 5_000, end },
  })),
  mirror: [
    { kind: 'mirror', mirror: { action: 'enrol', log: 'example.org/other', key: KEY } },
    { kind: 'mirror', mirror: { action: 'retire', log: 'example.org/other' } },
    { kind: 'mirror', mirror: { action: 'cosign', log: 'example.org/other', size: 12, root: COMMITMENT } },
  ],
  issuer: [
    { kind: 'issuer', issuer: { action: 'keys_kept', issuer: 'okta', until: TIME } },
    { kind: 'issuer', issuer: { action: 'keys_fetched', issuer: 'okta' } },
    { kind: 'issuer', issuer: { action: 'keys_ended', issuer: 'okta' } },
  ],
  token: [
    { kind: 'token', token: { action: 'create', id: '0123456789abcdef', expires: TIME } },
    { kind: 'token', token: { action: 'revoke', id: '0123456789abcdef' } },
  ],
  erasure: ERASURE_CAUSES.map((cause) => ({
    kind: 'erasure',
    erasure: {
      cause,
      destroyed: [{ from: 1, to: 9 }],
      resealed: [{ from: 11, to: 12 }],
      ciphertextHashes: [HASH],
      bodies: 9,
    },
  })),
  legal_hold: (['place', 'release'] as const).flatMap((action) =>
    LEGAL_HOLD_SCOPES.map((scope) => ({ kind: 'legal_hold', legalHold: { action, id: CASE, scope } })),
  ),
  retention: [
    { kind: 'retention', retention: { class: 'decision', before: TIME, destroyed: 3, held: 1 } },
    {
      kind: 'retention',
      retention: {
        class: 'decision',
        before: TIME,
        destroyed: 3,
        held: 0,
        minimumIndex: 256,
        archive: { hash: HASH, bodies: 3 },
      },
    },
  ],
  consent: (['give', 'withdraw'] as const).map((action) => ({
    kind: 'consent',
    consent: { action, purpose: 'newsletter', registerHash: HASH },
  })),
  register: [{ kind: 'register', register: { hash: HASH, purposes: 4, notices: 2 } }],
  notice: [{ kind: 'notice', notice: { id: 'assistant', version: 2, channel: 'mcp' } }],
  case: CASE_TYPES.flatMap((type) => [
    { kind: 'case', case: { action: 'open', id: CASE, type, due: TIME + 1_000 } },
    { kind: 'case', case: { action: 'step', id: CASE, type, step: 'identity-verified' } },
    { kind: 'case', case: { action: 'extend', id: CASE, type, due: TIME + 2_000 } },
    { kind: 'case', case: { action: 'close', id: CASE, type, outcome: 'done' } },
  ]),
  export: (['behind', 'caught_up', 'skipped'] as const).map((status) => ({
    kind: 'export',
    export: { destination: 'siem', status, from: 4, to: 9, lagMs: 900_000 },
  })),
  body_key: [
    { kind: 'body_key', bodyKey: { action: 'rotate', keyId: 'k2', wrappedBy: 'file', previous: 'k1' } },
    { kind: 'body_key', bodyKey: { action: 'wrap', keyId: 'k2', wrappedBy: 'kms' } },
    { kind: 'body_key', bodyKey: { action: 'retire', keyId: 'k1', wrappedBy: 'kms' } },
  ],
  administration: (
    ['agents.suspend', 'people.create', 'policy_versions.activate', 'approvals.answer'] as const
  ).flatMap((action) =>
    ACTOR_KINDS.map((actor) => ({
      kind: 'administration' as const,
      administration: { action, object: CASE, organisation: CASE, actor },
    })),
  ),
  sign_in: [
    { kind: 'sign_in', signIn: { action: 'sign_in', method: 'oidc' } },
    { kind: 'sign_in', signIn: { action: 'sign_in', method: 'emergency' } },
    { kind: 'sign_in', signIn: { action: 'sign_out', method: 'passkey' } },
    { kind: 'sign_in', signIn: { action: 'refuse', method: 'link', code: 'sign-in.used' } },
  ],
  stop: [{ kind: 'stop', stop: { entries: 12 } }],
};

/** The decision that an outcome closes. */
export function decidedBefore(method: string): Entry {
  return recorded(decision({ method }), 3).entry;
}

/** What only an opened body tells. None of it may show unasked. */
export const PERSONAL = {
  agent: 'billing-bot',
  person: 'ada@example.org',
  session: 'session-of-ada',
  file: '/home/ada/notes.txt',
  program: 'curl',
  host: 'mail.example.net',
  argument: 'a letter to Grace',
  secret: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  signature: 'signature-of-the-action',
  reason: 'because Ada said so',
} as const;

/** The opened body of a decision. */
export const BODY: JsonObject = {
  fields: {
    subject: {
      agent: { id: PERSONAL.agent, team: 'finance' },
      person: { id: PERSONAL.person, roles: ['admin'], mfa: true },
      chain: [],
      authentication: { method: 'oauth', assurance: 2, credentialId: 'c', at: TIME },
    },
    session: { id: PERSONAL.session },
    target: [
      ['file/write', 'file', PERSONAL.file, null],
      ['process/exec', 'program', PERSONAL.program, null, { words: ['curl', '-u', 'x'] }, null],
      ['network/egress', 'host', PERSONAL.host, null, { port: 443, scheme: 'https', path: '/mail' }, null],
      ['tools/call', 'tool', 'files/write', null],
      ['file/rename', 'file', '/', null],
    ],
    method: 'tools/call',
    arguments: {
      method: 'POST',
      url: `https://${PERSONAL.host}/mail?token=${PERSONAL.secret}`,
      text: PERSONAL.argument,
      password: 'correct horse battery staple',
      token: PERSONAL.secret,
    },
    signature: PERSONAL.signature,
    reasons: [PERSONAL.reason],
  },
  salts: { subject: 'salt' },
  input: { findings: [['secret', 'github-token', '/token', 0, 40]] },
  concerns: [PERSONAL.person],
};
