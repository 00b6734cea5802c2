/** What waits for a person, read back from the sealed record and checked to be exactly what an approval would allow. */
import { Fault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../../kernel/index.ts';
import {
  type ActionRequest,
  actionDigest,
  type Hold,
  type LogReader,
  type Part,
  type ResourceType,
  type StateReader,
} from '../../model/index.ts';

/** What holds are read from: the log, and who keeps it. */
export interface HeldReads {
  readonly state: Pick<StateReader, 'hold'>;
  readonly reader: Pick<LogReader, 'entry' | 'body'>;
  readonly keys: { readonly origin: string; readonly node: string };
}

/** A held action as a person is shown it. */
export interface HeldAction {
  /** Receipt of the held decision: the reference. */
  readonly reference: string;
  readonly agent: string;
  readonly chain: readonly string[];
  readonly person?: string;
  readonly method: string;
  /** `action on type id`, one for each part. */
  readonly parts: readonly Part[];
  /** Exactly what would be performed. */
  readonly args: JsonValue;
  /** Whether policy changed the arguments that the agent asked for. */
  readonly isChanged: boolean;
  /** What the session carried. */
  readonly labels: readonly string[];
  /** Sentences of the policies that hold it. */
  readonly reasons: readonly string[];
  /** What else its digest covers. */
  readonly digested: DigestedBeside;
}

/** What the digest of an action covers beside what a person is shown of it. */
export interface DigestedBeside {
  readonly tenant: string;
  readonly session: string;
  readonly initiator: ActionRequest['initiator'];
  readonly phase: ActionRequest['phase'];
  readonly definitionPin?: string | undefined;
}

/** The fields of a held action that its digest is made of. */
export type ShownAction = Pick<
  HeldAction,
  'agent' | 'chain' | 'person' | 'method' | 'parts' | 'args' | 'digested'
>;

/** The digest of exactly what is shown, held at `node`: whoever was shown something else gets another one than that which an approval is bound to. Throws `approval.invalid` for no arguments. */
export function shownDigest(node: string, action: ShownAction): string {
  const { agent, chain, person, method, parts, args, digested } = action;
  const { tenant, session, initiator, phase, definitionPin } = digested;
  if (!isJsonObject(args)) throw new Fault('approval.invalid', 'what is shown has no arguments');
  return actionDigest({
    tenant,
    node,
    session: { id: session },
    initiator,
    phase,
    method,
    parts,
    args,
    subject: {
      agent: { id: agent },
      chain: chain.map((id) => ({ id })),
      authentication: { method: 'none', assurance: 0, credentialId: '', at: 0 },
      ...(person === undefined ? {} : { person: { id: person, roles: [] } }),
    },
    ...(definitionPin === undefined ? {} : { definitionPin }),
  });
}

/** The hold that `reference` names: `origin#index`, `#index` or the index alone. Throws `approval.unknown`. */
export function findHold({ state, keys }: Pick<HeldReads, 'state' | 'keys'>, reference: string): Hold {
  const match = /^(?:(.*)#)?(\d{1,16})$/.exec(reference.trim());
  const origin = match?.[1] ?? '';
  const hold = match === null ? undefined : state.hold(Number(match[2]));
  if (hold !== undefined && (origin === '' || origin === keys.origin)) return hold;
  const hint = '`writ approvals list` shows what waits';
  throw new Fault('approval.unknown', `nothing was held under \`${reference}\``, { hint });
}

/**
 * The action behind `hold`. INVARIANT: its digest, computed from what is returned, is the one that an approval is bound to; a record that
 * somebody altered to show something harmless throws `log.corrupt`.
 */
export function readHeldAction({ reader, keys }: Pick<HeldReads, 'reader' | 'keys'>, hold: Hold): HeldAction {
  const { entry } = reader.entry(hold.index);
  const body = reader.body(hold.index);
  const fields = objectAt(body, 'fields');
  const subject = objectAt(fields, 'subject');
  const person = ownProperty(subject, 'person');
  const agent = textAt(objectAt(subject, 'agent'), 'id');
  const chain = listAt(subject, 'chain').map((link) => textAt(asObject(link), 'id'));
  const method = textAt(fields, 'method');
  const parts = listAt(fields, 'target').map(readPart);
  const changed = ownProperty(fields, 'performedArguments');
  const args = changed ?? ownProperty(fields, 'arguments') ?? {};
  const input = objectAt(body, 'input');
  const pin = ownProperty(input, 'definitionPin');
  if (entry.kind !== 'decision' || !isJsonObject(args)) throw altered(hold);
  const personId = isJsonObject(person) ? textAt(person, 'id') : undefined;
  const action: HeldAction = {
    reference: `${keys.origin}#${hold.index}`,
    agent,
    chain,
    ...(personId === undefined ? {} : { person: personId }),
    method,
    parts,
    args,
    isChanged: changed !== undefined,
    labels: listAt(input, 'labels').filter((label) => typeof label === 'string'),
    reasons: listAt(fields, 'reasons').filter((reason) => typeof reason === 'string'),
    digested: {
      tenant: entry.tenant,
      session: textAt(objectAt(fields, 'session'), 'id'),
      initiator: entry.decision.initiator,
      phase: entry.decision.phase,
      ...(typeof pin === 'string' ? { definitionPin: pin } : {}),
    },
  };
  if (shownDigest(keys.node, action) !== hold.digest) throw altered(hold);
  return action;
}

function readPart(value: JsonValue): Part {
  const [action, type, id, server] = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  if (typeof action !== 'string' || typeof type !== 'string' || typeof id !== 'string') {
    throw new Fault('log.corrupt', 'the record of a held action names no target');
  }
  const resource = { type: type as ResourceType, id };
  return {
    action: { name: action },
    resource: typeof server === 'string' ? { ...resource, server } : resource,
  };
}

function objectAt(object: JsonObject, key: string): JsonObject {
  return asObject(ownProperty(object, key));
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textAt(object: JsonObject, key: string): string {
  const value = ownProperty(object, key);
  return typeof value === 'string' ? value : '';
}

function listAt(object: JsonObject, key: string): readonly JsonValue[] {
  const value = ownProperty(object, key);
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function altered(hold: Hold): Fault {
  const hint = 'do not approve it; verify the log with `writ log verify`';
  return new Fault(
    'log.corrupt',
    `what the record shows for hold ${hold.index} is not what an approval would allow`,
    { hint },
  );
}
