/** One decision as data: an OpenID AuthZEN evaluation request in, its answer out. */
import type { JsonObject, JsonValue } from '../kernel/index.ts';
import {
  type AgentIdentity,
  type Initiator,
  isPurposeStatus,
  type Person,
  type Phase,
  type PolicyOutcome,
  type PolicyQuery,
  PURPOSE_STATUSES,
  type Resource,
  type ResourceLimits,
  RESOURCE_TYPES,
  type ResourceType,
} from '../model/index.ts';
import { FieldReader, invalidField } from './authzen-fields.ts';
import type { CedarEntity } from './decision/index.ts';

/** A request, and what it says about its subject that only entities can carry. */
export interface AuthZenRequest {
  readonly query: PolicyQuery;
  /** For `loadPolicySet`: the subject with `trust`, `ring`, `owner`, `verified`, `roles` and `groups`; empty where none is given. */
  readonly entities: readonly CedarEntity[];
}

/** Facts about a subject that become attributes of its entity. */
const STANDING = ['trust', 'ring', 'owner', 'verified', 'roles'] as const;
const LISTS: ReadonlySet<string> = new Set([
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'prompts/list',
]);

/**
 * Reads one AuthZEN request. `now`: the time where the request names none, milliseconds since 1970.
 *
 * Throws `request.invalid` with `path` for a field that is unknown, missing or of another type: nothing is dropped.
 */
export function parseAuthZenRequest(json: JsonValue, now: number): AuthZenRequest {
  const root = new FieldReader(json, '');
  const subject = root.object('subject');
  const action = root.object('action');
  const resource = readResource(root.object('resource'));
  const context = root.optionalObject('context');
  root.finish();
  const name = action.string('name');
  const properties = action.optionalJson('properties');
  action.finish();
  const { agent, chain, initiator, entities } = readSubject(subject);
  const person = readPerson(context);
  const query: PolicyQuery = {
    subject: {
      agent,
      chain,
      ...(person === undefined ? {} : { person }),
      authentication: { method: 'none', assurance: 0, credentialId: 'request', at: now },
    },
    initiator,
    ...(initiator === 'server' ? { initiatingServer: agent.id } : {}),
    phase: phaseOf(name),
    parts: [{ action: { name }, resource, ...(properties === undefined ? {} : { args: properties }) }],
    ...readContext(context, now),
  };
  return { query, entities };
}

/** The answer as `writ decide --json` prints it. */
export function printDecision(outcome: PolicyOutcome, policyHash: string): JsonObject {
  const errors = outcome.errors.map(({ policy, code, message }) => ({ policy, code, message }));
  const fault = { code: outcome.code ?? '', message: outcome.reasons[0] ?? '' };
  return {
    verdict: outcome.verdict,
    ...(outcome.would === undefined ? {} : { would: outcome.would }),
    policies: outcome.determining.map(({ id }) => id),
    obligations: outcome.obligations.map((obligation) => ({ ...obligation })),
    reasons: [...outcome.reasons],
    errors: outcome.source === 'fault' ? [...errors, fault] : errors,
    policy_hash: policyHash,
  };
}

/** The phase that a method belongs to. */
export function phaseOf(method: string): Phase {
  if (method === 'results/deliver') return 'result';
  return LISTS.has(method) ? 'list' : 'call';
}

function readResource(reader: FieldReader): Resource {
  const type = reader.string('type');
  if (!(RESOURCE_TYPES as readonly string[]).includes(type)) {
    throw invalidField('resource.type', `is \`${type}\`, expected one of ${RESOURCE_TYPES.join(', ')}`);
  }
  const id = reader.string('id');
  const properties = reader.optionalObject('properties');
  const server = properties.optionalString('server');
  const limits = type === 'sandbox' ? readLimits(properties) : undefined;
  properties.finish();
  reader.finish();
  return {
    type: type as ResourceType,
    id,
    ...(server === undefined ? {} : { server }),
    ...(limits === undefined ? {} : { limits }),
  };
}

/** What bounds a sandbox; all of it, or nothing. */
function readLimits(properties: FieldReader): ResourceLimits | undefined {
  if (!properties.has('profile')) return undefined;
  const count = (name: string): number => {
    const value = properties.optionalInteger(name);
    if (value !== undefined && value >= 0) return value;
    throw invalidField(`resource.properties.${name}`, value === undefined ? 'is missing' : 'is below 0');
  };
  return {
    profile: properties.string('profile'),
    driver: properties.string('driver'),
    max_memory_mb: count('max_memory_mb'),
    max_processes: count('max_processes'),
    max_cpu_seconds: count('max_cpu_seconds'),
    network: properties.optionalBoolean('network') ?? false,
  };
}

interface ReadSubject {
  readonly agent: AgentIdentity;
  readonly chain: readonly AgentIdentity[];
  readonly initiator: Initiator;
  readonly entities: readonly CedarEntity[];
}

function readSubject(reader: FieldReader): ReadSubject {
  const type = reader.string('type');
  if (type !== 'agent' && type !== 'server') {
    throw invalidField('subject.type', `is \`${type}\`, expected agent or server`);
  }
  const id = reader.string('id');
  const properties = reader.optionalObject('properties');
  reader.finish();
  const agent = { id, ...readMembership(properties) };
  const chain = properties.list('chain').map((value, index) => readDelegator(value, index));
  const groups = properties.strings('groups');
  const attrs = readStanding(properties);
  properties.finish();
  const uid = { type: type === 'agent' ? 'Agent' : 'Server', id };
  const parents = groups.map((group) => ({ type: 'Group', id: group }));
  const entities = groups.length > 0 || Object.keys(attrs).length > 0 ? [{ uid, attrs, parents }] : [];
  return { agent, chain, initiator: type, entities };
}

function readDelegator(value: JsonValue, index: number): AgentIdentity {
  if (typeof value === 'string') return { id: value };
  const reader = new FieldReader(value, `subject.properties.chain[${index}]`);
  const identity = { id: reader.string('id'), ...readMembership(reader) };
  reader.finish();
  return identity;
}

function readMembership(reader: FieldReader): { readonly team?: string; readonly org?: string } {
  const team = reader.optionalString('team');
  const org = reader.optionalString('org');
  return { ...(team === undefined ? {} : { team }), ...(org === undefined ? {} : { org }) };
}

function readStanding(properties: FieldReader): JsonObject {
  const attrs: Record<string, JsonValue> = {};
  for (const name of STANDING) {
    if (!properties.has(name)) continue;
    if (name === 'roles') attrs[name] = [...properties.strings(name)];
    else if (name === 'owner') attrs[name] = properties.string(name);
    else if (name === 'verified') attrs[name] = properties.optionalBoolean(name) ?? false;
    else attrs[name] = properties.optionalInteger(name) ?? 0;
  }
  return attrs;
}

function readPerson(context: FieldReader): Person | undefined {
  if (!context.has('user')) return undefined;
  const reader = context.object('user');
  const mfa = reader.optionalBoolean('mfa');
  const person = {
    id: reader.string('id'),
    roles: reader.strings('roles'),
    ...(mfa === undefined ? {} : { mfa }),
  };
  reader.finish();
  return person;
}

function readContext(reader: FieldReader, now: number): Pick<PolicyQuery, 'context' | 'lifted'> {
  const session = reader.optionalObject('session');
  const goal = session.optionalString('goal');
  const sessionFacts = {
    id: session.optionalString('id') ?? '',
    labels: session.strings('labels'),
    ...(goal === undefined ? {} : { goal }),
  };
  session.finish();
  const approval = reader.optionalObject('approval');
  const lifted = new Set(approval.strings('lifts'));
  approval.finish();
  const args = reader.optionalJson('args');
  const purpose = reader.optionalString('purpose');
  const purposeStatus = reader.optionalString('purpose_status');
  if (purposeStatus !== undefined && !isPurposeStatus(purposeStatus))
    throw invalidField(
      'context.purpose_status',
      'is none of the statuses of a purpose',
      PURPOSE_STATUSES.join(', '),
    );
  const unwitnessedSeconds = reader.optionalInteger('unwitnessed_seconds');
  const isError = reader.optionalBoolean('is_error');
  const context = {
    ...(args === undefined ? {} : { args }),
    session: sessionFacts,
    findings: reader.strings('findings'),
    factsMissing: reader.strings('facts_missing'),
    ...(purpose === undefined ? {} : { purpose }),
    ...(purposeStatus === undefined ? {} : { purposeStatus }),
    ...(unwitnessedSeconds === undefined ? {} : { unwitnessedSeconds }),
    ...(isError === undefined ? {} : { isError }),
    time: reader.optionalTime('time') ?? now,
  };
  reader.finish();
  return { context, lifted };
}
