/** The AuthZEN evaluation API (OpenID Authorization API 1.0): one question, or several with what they share. */
import {
  Fault,
  type InterceptedAction,
  isFault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseAuthZenRequest,
  type Resource,
} from '@writ/core';
import { normalHost, urlHost } from '../network/index.ts';
import { ask, type Asker, type AuthzPorts, type Verdict } from './asker.ts';

/** Most questions of one request. */
const MAX_EVALUATIONS = 128;
/** What a gateway may say of the surroundings; everything else in a context is the node's own to know. */
const TOLD_CONTEXT: ReadonlySet<string> = new Set(['args', 'user', 'purpose']);
const SHARED = ['subject', 'action', 'resource', 'context'] as const;
const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const;
const DOT_SEGMENT = /(?:^|[\\/])\.{1,2}(?:[\\/]|$)/;
type Semantic = (typeof SEMANTICS)[number];

/** Answers one question. Throws `request.invalid` for one that is not. */
export function evaluate(ports: AuthzPorts, asker: Asker, json: JsonValue): Promise<Verdict> {
  return ask(ports, actionOf(json, asker, ports.now()));
}

/** Answers several; a question that is none is denied by itself. Throws `request.invalid` where the request is none. */
export async function evaluateAll(ports: AuthzPorts, asker: Asker, json: JsonValue): Promise<JsonObject> {
  const { evaluations, options, ...shared } = envelopeOf(json);
  // Without a list it is one question (AuthZEN §7.1).
  if (evaluations === undefined || evaluations.length === 0) {
    const { decision, context } = await evaluate(ports, asker, shared);
    return { decision, context };
  }
  const semantic = semanticOf(options);
  const answerTo = (one: JsonValue): Promise<Verdict> =>
    answerSafely(ports, asker, isJsonObject(one) ? { ...shared, ...one } : one);
  if (semantic === 'execute_all') return { evaluations: plain(await Promise.all(evaluations.map(answerTo))) };
  const answers: Verdict[] = [];
  for (const one of evaluations) {
    const answer = await answerTo(one);
    answers.push(answer);
    if (answer.decision === (semantic === 'permit_on_first_permit')) break;
  }
  return { evaluations: plain(answers) };
}

/** What a client finds out about the service (AuthZEN §9). */
export function metadata(url: string): JsonObject {
  return {
    policy_decision_point: url,
    access_evaluation_endpoint: `${url}/access/v1/evaluation`,
    access_evaluations_endpoint: `${url}/access/v1/evaluations`,
  };
}

async function answerSafely(ports: AuthzPorts, asker: Asker, json: JsonValue): Promise<Verdict> {
  try {
    return await evaluate(ports, asker, json);
  } catch (fault) {
    if (!isFault(fault, 'request.invalid')) throw fault;
    ports.guard.countRefusal('authz.request');
    return { decision: false, context: { error: { status: 400, message: fault.message } } };
  }
}

function plain(answers: readonly Verdict[]): JsonObject[] {
  return answers.map(({ decision, context }) => ({ decision, context }));
}

interface Envelope extends JsonObject {
  readonly evaluations?: JsonValue[];
  readonly options?: JsonValue;
}

function envelopeOf(json: JsonValue): Envelope {
  if (!isJsonObject(json)) throw invalid('', 'is not an object');
  for (const name of Object.keys(json))
    if (name !== 'evaluations' && name !== 'options' && !(SHARED as readonly string[]).includes(name))
      throw invalid(name, 'is not a field');
  const { evaluations, options, ...shared } = json;
  if (evaluations !== undefined && !isList(evaluations)) throw invalid('evaluations', 'is not a list');
  if (evaluations !== undefined && evaluations.length > MAX_EVALUATIONS)
    throw invalid('evaluations', `has more than ${MAX_EVALUATIONS} questions`);
  return {
    ...shared,
    ...(evaluations === undefined ? {} : { evaluations }),
    ...(options === undefined ? {} : { options }),
  };
}

function isList(value: JsonValue): value is JsonValue[] {
  return Array.isArray(value);
}

function semanticOf(options: JsonValue | undefined): Semantic {
  if (options === undefined) return 'execute_all';
  const named = isJsonObject(options) ? (options['evaluations_semantic'] ?? 'execute_all') : undefined;
  const semantic = SEMANTICS.find((one) => one === named);
  if (semantic === undefined)
    throw invalid('options.evaluations_semantic', `is none of ${SEMANTICS.join(', ')}`);
  return semantic;
}

function actionOf(json: JsonValue, asker: Asker, now: number): InterceptedAction {
  const { query, entities } = parseAuthZenRequest(withoutOddities(json), now);
  if (entities.length > 0)
    throw invalid(
      'subject.properties',
      'says what only the operator can: trust, ring, owner, verified, roles and groups are entities of the node',
    );
  const { subject, initiator, initiatingServer, phase, parts, context } = query;
  for (const { resource } of parts) requireOneForm(resource);
  if (phase === 'result')
    throw invalid('action.name', 'is about a result, of which this node performed nothing');
  return {
    face: 'authz',
    initiator,
    ...(initiatingServer === undefined ? {} : { initiatingServer }),
    phase,
    method: parts[0]?.action.name ?? '',
    // Who it is, the gateway that asks vouches for: its credential stands in the record.
    caller: {
      agent: subject.agent,
      chain: subject.chain,
      ...(subject.person === undefined ? {} : { person: subject.person }),
      authentication: asker.authentication,
    },
    parts,
    args: context.args ?? {},
    ...(context.purpose === undefined ? {} : { purpose: context.purpose }),
  };
}

/** Policies compare texts: what is written in two ways would be forbidden in one and permitted in the other. */
function requireOneForm({ type, id }: Resource): void {
  if (type === 'host' && normalHost(urlHost(id)) !== id)
    throw invalid(
      'resource.id',
      'is no host as policies name it: small letters, punycode, no dot at the end',
    );
  if (type === 'file' && DOT_SEGMENT.test(id))
    throw invalid('resource.id', 'has dot segments, which policies do not resolve');
}

/** A question as the policies take it: facts that detectors, limits and approvals supply are not a gateway's to tell. */
function withoutOddities(json: JsonValue): JsonValue {
  const context = isJsonObject(json) ? json['context'] : undefined;
  if (!isJsonObject(context)) return json;
  for (const name of Object.keys(context))
    if (!TOLD_CONTEXT.has(name))
      throw invalid(
        `context.${name}`,
        `is the node’s own to know; ${[...TOLD_CONTEXT].join(', ')} are taken`,
      );
  return json;
}

function invalid(path: string, problem: string): Fault {
  return new Fault('request.invalid', `\`${path === '' ? 'the request' : path}\` ${problem}`, { path });
}
