/** Changes of what governs: policy sets, tool definitions, keys, tokens, mirrored logs. Entity Management. */
import type { Entry } from '@writ/core';
import { changed, other } from './changed.ts';
import type { Frame, Said } from './event.ts';
import { findingSaid } from './findings.ts';

const CREATE = 1;
const ENROLL = 6;
const UNENROLL = 7;
const ENABLE = 8;
const DISABLE = 9;
const ACTIVATE = 10;
const DEACTIVATE = 11;
const SUSPEND = 12;
/** `type_id` of a policy; whatever has no type of its own is 99 with a word. */
const POLICY = 5;

/** A policy set that came into force. */
export function policySaid(frame: Frame, entry: Extract<Entry, { kind: 'policy' }>): readonly Said[] {
  const { policyHash, schemaHash, mode, policyEpoch } = entry.policy;
  const { subject } = frame.opened;
  const version = String(policyEpoch);
  return [
    changed(
      frame,
      ACTIVATE,
      mode === 'strict' ? 'informational' : 'low',
      `a policy set is in force (${mode})`,
      {
        entity: {
          type_id: POLICY,
          uid: policyHash,
          version,
          ...(subject === undefined ? {} : { name: subject }),
          policy: { name: 'policy set', uid: policyHash, version, is_applied: mode !== 'audit' },
        },
        unmapped: { mode, schema_hash: schemaHash },
      },
    ),
  ];
}

/** A tool definition accepted or put aside; one that is put aside is a finding too. */
export function pinSaid(frame: Frame, entry: Extract<Entry, { kind: 'pin' }>): readonly Said[] {
  const { status, cause, definitionHash, previousHash, findings = [] } = entry.pin;
  const { subject } = frame.opened;
  const isAccepted = status === 'accepted';
  const isGrave = cause === 'changed' || findings.length > 0;
  const severity = isAccepted ? 'informational' : isGrave ? 'high' : 'medium';
  const facts = {
    cause,
    ...(previousHash === undefined ? {} : { previous_hash: previousHash }),
    ...(findings.length === 0 ? {} : { findings: [...findings] }),
  };
  const change = changed(
    frame,
    isAccepted ? ENABLE : SUSPEND,
    severity,
    `a tool definition was ${status} (${cause})`,
    {
      entity: {
        ...other('tool definition', definitionHash),
        ...(subject === undefined ? {} : { name: subject }),
      },
      unmapped: facts,
    },
  );
  if (isAccepted) return [change];
  return [
    change,
    findingSaid(frame, {
      name: 'definition',
      title: `a tool definition waits for a person (${cause})`,
      types: findings.length === 0 ? [`definition-${cause.replace('_', '-')}`] : findings,
      severity,
      control: { action_id: 2, disposition_id: 3 },
      rule: 'definition-review',
      unmapped: { ...facts, definition_hash: definitionHash },
    }),
  ];
}

/** A key that signs checkpoints. */
export function keySaid(frame: Frame, entry: Extract<Entry, { kind: 'key' }>): readonly Said[] {
  const { action, key, successor, predecessor } = entry.key;
  const activity = { add: CREATE, retire: DEACTIVATE, revoke: DISABLE, succeed: ACTIVATE }[action];
  // A verifier key is `name+keyid+base64`: the first two name it.
  const uid = key.split('+', 2).join('+');
  const severity = { add: 'low', retire: 'low', revoke: 'high', succeed: 'medium' } as const;
  return [
    changed(frame, activity, severity[action], `a key of the log: ${action}`, {
      entity: other('log key', uid),
      unmapped: {
        action,
        verifier_key: key,
        ...(successor === undefined ? {} : { successor }),
        ...(predecessor === undefined ? {} : { predecessor: { ...predecessor } }),
      },
    }),
  ];
}

/** An API token made or ended. */
export function tokenSaid(frame: Frame, entry: Extract<Entry, { kind: 'token' }>): readonly Said[] {
  const { token } = entry;
  const { agent, person } = frame.opened;
  return [
    changed(frame, token.action === 'create' ? CREATE : DISABLE, 'low', `an API token: ${token.action}`, {
      entity: other('API token', token.id),
      unmapped: {
        ...(token.action === 'create' ? { expires: token.expires } : {}),
        ...(agent === undefined ? {} : { agent }),
        ...(person === undefined ? {} : { person }),
      },
    }),
  ];
}

/** Keys of an issuer of access tokens that is out of reach. */
export function issuerSaid(frame: Frame, entry: Extract<Entry, { kind: 'issuer' }>): readonly Said[] {
  const { action, issuer, ...rest } = entry.issuer;
  const severity = { keys_kept: 'high', keys_fetched: 'informational', keys_ended: 'high' } as const;
  const activity = { keys_kept: ENABLE, keys_fetched: DISABLE, keys_ended: DISABLE }[action];
  return [
    changed(frame, activity, severity[action], `an issuer of access tokens: ${action}`, {
      entity: other('token issuer', issuer),
      unmapped: { action, ...rest },
    }),
  ];
}

/** What a mirror does with another log. */
export function mirrorSaid(frame: Frame, entry: Extract<Entry, { kind: 'mirror' }>): readonly Said[] {
  const { mirror } = entry;
  const activity = { enrol: ENROLL, retire: UNENROLL, cosign: 'cosign' }[mirror.action];
  const { action, log, ...rest } = mirror;
  return [
    changed(frame, activity, 'informational', `a mirrored log: ${action}`, {
      entity: other('log', log),
      unmapped: { ...rest },
    }),
  ];
}
