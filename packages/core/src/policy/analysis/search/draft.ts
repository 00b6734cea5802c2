/** A request under construction: every fact has a path, as policies name it, and may be set or taken away. */
import { copyJson, isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/index.ts';
import { isPurposeStatus, type PolicyQuery, type Resource } from '../../../model/index.ts';
import { phaseOf } from '../../authzen.ts';
import { ID_ATTRIBUTE, TOOL_CALLS } from '../../schema/index.ts';

/** Who asks. */
export interface DraftAgent {
  readonly id: string;
  readonly team?: string;
  readonly org?: string;
}

/** Where a fact of the context stands; the first step is its name in `context`. */
export type Path = readonly string[];

/** Noon of the first Friday of 2026, where nothing is said about the time. */
const SOME_TIME = Date.UTC(2026, 0, 2, 12);
/** Amount of a limit, where nothing is said of it. */
const SOME_LIMIT = 1000;
const RESOURCE_ENTITY: Readonly<Record<string, string>> = {
  Tool: 'tool',
  Server: 'server',
  Data: 'data',
  Prompt: 'prompt',
  Program: 'program',
  Host: 'host',
  File: 'file',
  Agent: 'agent',
};
const MIN_TIME = 0;
const MAX_TIME = Date.UTC(9999, 11, 31);

/** The AuthZEN type of an entity type; `undefined` where it is none of a resource. */
export function resourceTypeOf(entityType: string): Resource['type'] | undefined {
  return RESOURCE_ENTITY[entityType] as Resource['type'] | undefined;
}

/** A request under construction. */
export class Draft {
  agent: DraftAgent = { id: 'agent' };
  chain: readonly DraftAgent[] = [];
  /** The server that starts the request by itself; absent for an agent's. */
  server: string | undefined;
  method: string = TOOL_CALLS;
  resource: Resource = { type: 'tool', id: 'server/tool' };
  /** Content hashes of forbids that a person's approval lifts. */
  lifted: readonly string[] = [];
  /** By the names of policies; the time is a number, milliseconds since 1970. */
  context: JsonObject = { time: SOME_TIME };

  copy(): Draft {
    const copy = new Draft();
    copy.agent = this.agent;
    copy.chain = this.chain;
    copy.server = this.server;
    copy.method = this.method;
    copy.resource = this.resource;
    copy.lifted = this.lifted;
    copy.context = copyJson(this.context);
    return copy;
  }

  get(path: Path): JsonValue | undefined {
    let at: JsonValue | undefined = this.context;
    for (const step of path) at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    return at;
  }

  set(path: Path, value: JsonValue): void {
    this.context = withValue(this.context, path, value);
  }

  remove(path: Path): void {
    this.context = withValue(this.context, path, undefined);
  }

  /** Sets an attribute that is an id: `resource.path`, `resource.name`. Whether there is such an attribute. */
  setResourceId(attribute: string, value: string): boolean {
    const entity = Object.entries(RESOURCE_ENTITY).find(([, type]) => type === this.resource.type)?.[0] ?? '';
    if (this.method === TOOL_CALLS || ID_ATTRIBUTE[entity] !== attribute || value === '') return false;
    const slash = this.resource.id.indexOf('/');
    const isNamed = this.resource.type === 'tool' || this.resource.type === 'prompt';
    const id = isNamed && slash > 0 ? `${this.resource.id.slice(0, slash)}/${value}` : value;
    this.resource = { ...this.resource, id };
    return true;
  }

  /** The request as the decision point takes it; facts that a request always has are there. */
  query(): PolicyQuery {
    const {
      args,
      session,
      findings,
      facts_missing,
      user,
      purpose,
      purpose_status,
      unwitnessed_seconds,
      is_error,
      limits,
      time,
      ...rest
    } = this.context;
    const { id, labels, goal } = objectOf(session);
    const phase = phaseOf(this.method);
    const person = isJsonObject(user) ? personOf(user) : undefined;
    return {
      subject: {
        agent: this.agent,
        chain: this.chain,
        ...(person === undefined ? {} : { person }),
        authentication: { method: 'configured', assurance: 1, credentialId: 'search', at: SOME_TIME },
      },
      initiator: this.server === undefined ? 'agent' : 'server',
      ...(this.server === undefined ? {} : { initiatingServer: this.server }),
      phase,
      parts: [{ action: { name: this.method }, resource: this.resource }],
      lifted: new Set(this.lifted),
      context: {
        ...rest,
        ...(phase === 'call' ? { args: objectOf(args) } : {}),
        session: {
          id: textOr(id, 'session'),
          labels: textsOf(labels),
          ...(typeof goal === 'string' ? { goal } : {}),
        },
        ...(isJsonObject(limits) ? { limits: standingsOf(limits) } : {}),
        findings: textsOf(findings),
        factsMissing: textsOf(facts_missing),
        ...(typeof purpose === 'string' ? { purpose } : {}),
        ...(isPurposeStatus(purpose_status) ? { purposeStatus: purpose_status } : {}),
        ...(typeof unwitnessed_seconds === 'number' ? { unwitnessedSeconds: unwitnessed_seconds } : {}),
        ...(typeof is_error === 'boolean' ? { isError: is_error } : {}),
        time: Math.min(MAX_TIME, Math.max(MIN_TIME, typeof time === 'number' ? time : SOME_TIME)),
      },
    };
  }
}

/** Every limit that is spoken of, whole: what nothing says of it is that nothing is used. */
function standingsOf(limits: JsonObject): NonNullable<PolicyQuery['context']['limits']> {
  return Object.fromEntries(
    Object.entries(limits).map(([id, given]) => {
      const { limit, used, remaining, exceeded, resets } = objectOf(given);
      return [
        id,
        {
          limit: numberOr(limit, SOME_LIMIT),
          used: numberOr(used, 0),
          remaining: numberOr(remaining, SOME_LIMIT),
          exceeded: exceeded === true,
          ...(typeof resets === 'number' ? { resets } : {}),
        },
      ];
    }),
  );
}

function numberOr(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function personOf(user: JsonObject): NonNullable<PolicyQuery['subject']['person']> {
  const { id, roles, mfa } = user;
  return {
    id: textOr(id, 'person'),
    roles: textsOf(roles),
    ...(typeof mfa === 'boolean' ? { mfa } : {}),
  };
}

function withValue(object: JsonObject, [step, ...rest]: Path, value: JsonValue | undefined): JsonObject {
  if (step === undefined) return object;
  const inner = Object.hasOwn(object, step) ? object[step] : undefined;
  if (rest.length > 0) {
    if (value === undefined && !isJsonObject(inner)) return object;
    return withOwn(object, step, withValue(objectOf(inner), rest, value));
  }
  if (value !== undefined) return withOwn(object, step, value);
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== step));
}

/** A name may be `__proto__`, so nothing is assigned. */
function withOwn(object: JsonObject, name: string, value: JsonValue): JsonObject {
  return Object.fromEntries([...Object.entries(object).filter(([other]) => other !== name), [name, value]]);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOr(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
