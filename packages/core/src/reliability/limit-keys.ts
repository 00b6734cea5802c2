/** Which accounts a call counts for: one for each agent of its chain and each part that a limit tells apart. */
import {
  canonicalJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
} from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';
import {
  type ActionRequest,
  type AgentIdentity,
  type LimitFact,
  type LimitKey,
  MAX_RESERVATIONS,
  type Part,
} from '../model/index.ts';
import type { CompiledLimit } from './compiled-limit.ts';

/** A call as limits see it. */
export interface LimitedCall {
  readonly request: Pick<
    ActionRequest,
    'tenant' | 'subject' | 'initiator' | 'initiatingServer' | 'session' | 'parts' | 'purpose'
  >;
  /** The arguments that would be performed. */
  readonly args: JsonObject;
}

/** One account, and how many parts of the call count for it. */
export interface CountedKey {
  readonly key: string;
  readonly parts: number;
}

/** The accounts of a call, or the fact that is missing to tell which they are. */
export type LimitKeys =
  | { readonly status: 'known'; readonly keys: readonly CountedKey[] }
  | { readonly status: 'missing'; readonly fact: LimitFact }
  | { readonly status: 'too_many' };

type Value = string | number | boolean;

/** The accounts that `parts` of `call` count for. Agents and parts that share one count for it together. */
export function keysOf(limit: CompiledLimit, call: LimitedCall, parts: readonly Part[]): LimitKeys {
  const { key } = limit.declaration;
  const agents = key.some(isOfAgent) ? agentsOf(call) : [undefined];
  const counted = new Map<string, { count: number; part: Part | undefined }>();
  for (const part of parts) {
    const told = key.some(isOfPart) ? canonicalJson([toolOf(part) ?? null, serverOf(part) ?? null]) : '';
    const group = counted.get(told) ?? { count: 0, part };
    group.count += 1;
    counted.set(told, group);
  }
  if (agents.length * counted.size > MAX_RESERVATIONS) return { status: 'too_many' };
  const keys = new Map<string, number>();
  for (const agent of agents) {
    // Agents that share an account, as those of one team do, are one caller of it.
    const ofAgent = new Map<string, number>();
    for (const { part, count } of counted.values()) {
      const values: Value[] = [];
      for (const fact of key) {
        const value = valueOf(fact, call, agent, part);
        if (value === undefined) return { status: 'missing', fact };
        values.push(value);
      }
      const hash = sha256Hex(canonicalJson([...limit.keyed, call.request.tenant, ...values]));
      ofAgent.set(hash, (ofAgent.get(hash) ?? 0) + count);
    }
    for (const [hash, count] of ofAgent) keys.set(hash, Math.max(count, keys.get(hash) ?? 0));
  }
  return { status: 'known', keys: [...keys].map(([hash, count]) => ({ key: hash, parts: count })) };
}

/** Who acts: every agent of the chain, or the server that started it by itself. */
interface Acting {
  readonly id: string;
  readonly agent?: AgentIdentity;
}

function agentsOf({ request }: LimitedCall): readonly Acting[] {
  if (request.initiator === 'server') return [{ id: `server:${request.initiatingServer ?? ''}` }];
  const { agent, chain } = request.subject;
  return [...chain, agent].map((one) => ({ id: `agent:${one.id}`, agent: one }));
}

function isOfAgent(key: LimitKey): boolean {
  return key === 'principal' || key === 'team' || key === 'org';
}

function isOfPart(key: LimitKey): boolean {
  return key === 'tool' || key === 'server';
}

function valueOf(
  key: LimitKey,
  { request, args }: LimitedCall,
  acting: Acting | undefined,
  part: Part | undefined,
): Value | undefined {
  switch (key) {
    case 'principal':
      return acting?.id;
    case 'team':
      return acting?.agent?.team;
    case 'org':
      return acting?.agent?.org;
    case 'person':
    case 'context.user.id':
      return request.subject.person?.id;
    case 'tool':
      return part === undefined ? undefined : toolOf(part);
    case 'server':
      return part === undefined ? undefined : serverOf(part);
    case 'session':
    case 'context.session.id':
      return request.session.id;
    case 'context.purpose':
      return request.purpose;
    default:
      return argumentAt(args, key.split('.').slice(2));
  }
}

/** A part that is no tool counts by what it acts on. */
function toolOf({ action, resource }: Part): string | undefined {
  return resource.type === 'tool' ? resource.id : `${action.name} ${resource.type}:${resource.id}`;
}

function serverOf({ resource }: Part): string | undefined {
  if (resource.server !== undefined) return resource.server;
  if (resource.type === 'server') return resource.id;
  if (resource.type !== 'tool' && resource.type !== 'prompt') return undefined;
  const slash = resource.id.indexOf('/');
  return slash < 1 ? undefined : resource.id.slice(0, slash);
}

function argumentAt(args: JsonObject, path: readonly string[]): Value | undefined {
  let value: JsonValue | undefined = args;
  for (const step of path) value = isJsonObject(value) ? ownProperty(value, step) : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}
