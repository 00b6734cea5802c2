/** The agent, the person it acts for, and who approves. */
import { resolve } from 'node:path';
import { type AgentIdentity, type Approver, isFault, parseApproverKey, type Person } from '@writ/core';
import { invalid, placed } from './place.ts';
import type { PlacedValue } from './read-yaml.ts';
import { readBoolean, readDuration, readFields, readList, readText } from './shape.ts';
import type { ApprovalsConfiguration, Configuration } from './types.ts';

/** Longest id of an agent, team, person or approver, in UTF-16 units (model). */
const MAX_ID_LENGTH = 256;
/** How long a held call waits where nothing else is said, in milliseconds: under the 60 s after which MCP clients give up. */
export const DEFAULT_HOLD_MS = 45_000;
/** How long a hold lives where nothing else is said, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 900_000;
const MAX_HOLD_MS = 3_600_000;
const MAX_TIMEOUT_MS = 30 * 86_400_000;

/** Approvals where a configuration says nothing: nobody may approve. */
export const DEFAULT_APPROVALS: ApprovalsConfiguration = {
  approvers: [],
  beside: false,
  holdMs: DEFAULT_HOLD_MS,
  timeoutMs: DEFAULT_TIMEOUT_MS,
};

/** `agent`. */
export function parseAgent(
  value: PlacedValue,
  folder: string,
): AgentIdentity & { readonly keyFile?: string } {
  const fields = readFields(value, ['id', 'team', 'org', 'key']);
  const team = fields.get('team');
  const org = fields.get('org');
  const key = fields.get('key');
  return {
    id: readId(fields.need('id', 'write `agent: {id: research-bot}`')),
    ...(team === undefined ? {} : { team: readId(team) }),
    ...(org === undefined ? {} : { org: readId(org) }),
    ...(key === undefined ? {} : { keyFile: resolve(folder, readText(key)) }),
  };
}

/** `person`: somebody, or `os` for the user that the process runs as. */
export function parsePerson(value: PlacedValue): Pick<Configuration, 'person' | 'isPersonOsUser'> {
  if (value.kind !== 'scalar') return { person: parseNamedPerson(value) };
  if (value.value === 'os') return { isPersonOsUser: true };
  throw invalid(
    value.place,
    'neither a person nor `os`',
    'write `person: {id: ann@example.com}`, or `person: os`',
  );
}

function parseNamedPerson(value: PlacedValue): Person {
  const fields = readFields(value, ['id', 'roles', 'mfa']);
  const roles = fields.get('roles');
  const mfa = fields.get('mfa');
  return {
    id: readId(fields.need('id', 'write `person: {id: ann@example.com}`')),
    roles: roles === undefined ? [] : readList(roles).map(readId),
    ...(mfa === undefined ? {} : { mfa: readBoolean(mfa) }),
  };
}

/** `approvals`. */
export function parseApprovals(value: PlacedValue): ApprovalsConfiguration {
  const fields = readFields(value, ['approvers', 'beside', 'hold', 'timeout']);
  const approvers = fields.get('approvers');
  const beside = fields.get('beside');
  const hold = fields.get('hold');
  const timeout = fields.get('timeout');
  return {
    approvers: approvers === undefined ? [] : parseApprovers(readList(approvers)),
    beside: beside !== undefined && readBoolean(beside),
    holdMs: hold === undefined ? DEFAULT_HOLD_MS : readDuration(hold, 0, MAX_HOLD_MS),
    timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : readDuration(timeout, 1_000, MAX_TIMEOUT_MS),
  };
}

function parseApprovers(items: readonly PlacedValue[]): readonly Approver[] {
  const approvers: Approver[] = [];
  for (const item of items) {
    const approver = parseApprover(item);
    const other = approvers.find((known) => known.keyId === approver.keyId);
    if (other !== undefined) {
      throw invalid(
        item.place,
        `the key of \`${approver.id}\` is already that of \`${other.id}\``,
        'every approver has a key of their own',
      );
    }
    approvers.push(approver);
  }
  return approvers;
}

function parseApprover(value: PlacedValue): Approver {
  const fields = readFields(value, ['id', 'key', 'groups', 'person']);
  const groups = fields.get('groups');
  const person = fields.get('person');
  const key = readPublicKey(fields.need('key', 'write the `name+keyid+base64` that `writ init` printed'));
  return {
    id: readId(fields.need('id', 'write `{id: ann, key: …}`')),
    ...key,
    groups: groups === undefined ? [] : readList(groups).map(readId),
    ...(person === undefined ? {} : { person: readId(person) }),
  };
}

function readPublicKey(value: PlacedValue): Pick<Approver, 'publicKey' | 'keyId' | 'passkey'> {
  const text = readText(value);
  if (text.startsWith('PRIVATE+KEY+')) {
    throw invalid(value.place, 'a private key stands here', 'replace that key, and write its public half');
  }
  try {
    return parseApproverKey(text);
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    throw placed(
      fault.code,
      value.place,
      fault.message,
      'write the `name+keyid+base64` of the approver’s key',
      fault,
    );
  }
}

function readId(value: PlacedValue): string {
  const text = readText(value);
  if (text.length <= MAX_ID_LENGTH) return text;
  throw invalid(value.place, `the id is longer than ${MAX_ID_LENGTH} characters`);
}
