/** Evaluates a policy set with the official engine, preparsed. */
import type { Context, Entities, StatefulAuthorizationCall } from '@cedar-policy/cedar-wasm/nodejs';
import { Fault, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import type { Effect, EngineRequest, Evaluation, Evaluator } from './types.ts';
import { type CedarWasm, cedarWasm, runGuarded } from './wasm.ts';

/** A policy as the evaluator takes it. */
export interface EvaluatedPolicy {
  readonly effect: Effect;
  readonly text: string;
  /** Offset in `text` of the word that names the effect. */
  readonly effectStart: number;
}

/**
 * An evaluator over `policies`. `name` is the content address of the set: sets of one name share what the engine keeps,
 * which it never lets go of within a process.
 *
 * The engine names determining policies only for the side that wins. It is therefore given every policy as a permit and asked once:
 * whether a policy is satisfied does not depend on its effect, and which effect follows is for the verdict algebra to say.
 */
export function createEvaluator(name: string, policies: readonly EvaluatedPolicy[]): Evaluator {
  let prepared = prepare(name, policies);
  return {
    evaluate(request) {
      assertExact(request as unknown as JsonValue, 0);
      if (policies.length === 0) return { satisfied: [], errors: [] };
      // An instance that trapped, in whatever call, was replaced: the set moves to the new one.
      if (prepared !== cedarWasm()) prepared = prepare(name, policies);
      return ask(prepared, name, request);
    },
  };
}

/** Has the engine parse the set; the answer is the instance that knows it now. */
function prepare(name: string, policies: readonly EvaluatedPolicy[]): CedarWasm {
  const engine = cedarWasm();
  const staticPolicies = Object.fromEntries(
    policies.map((policy, index) => [String(index), asPermit(policy)]),
  );
  const answer = runGuarded(engine, 'policy.syntax', () =>
    engine.preparsePolicySet(name, { staticPolicies }),
  );
  if (answer.type === 'success') return engine;
  throw new Fault(
    'policy.syntax',
    `the engine refuses the policy set: ${answer.errors[0]?.message ?? 'no reason given'}`,
  );
}

/** The text of `policy` with the effect of a permit; annotations and conditions stay as they are. */
function asPermit({ effect, text, effectStart }: EvaluatedPolicy): string {
  if (!text.startsWith(effect, effectStart)) {
    throw new Fault('policy.syntax', `a policy does not say \`${effect}\` where it should`);
  }
  return `${text.slice(0, effectStart)}permit${text.slice(effectStart + effect.length)}`;
}

function ask(engine: CedarWasm, name: string, request: EngineRequest): Evaluation {
  const call: StatefulAuthorizationCall = {
    principal: request.principal,
    action: request.action,
    resource: request.resource,
    context: request.context as unknown as Context,
    entities: request.entities as unknown as Entities,
    preparsedPolicySetId: name,
    validateRequest: false,
  };
  const answer = runGuarded(engine, 'policy.evaluation', () => engine.statefulIsAuthorized(call));
  if (answer.type === 'failure') {
    throw new Fault(
      'policy.evaluation',
      `the engine refuses the request: ${answer.errors[0]?.message ?? 'no reason given'}`,
    );
  }
  const { reason, errors } = answer.response.diagnostics;
  return {
    satisfied: reason.map(Number),
    errors: errors.map(({ policyId, error }) => ({ policy: Number(policyId), message: error.message })),
  };
}

/** Deepest request that is handed over; the types of the schema are far shallower. */
const MAX_DEPTH = 64;

/** INVARIANT: the engine sees exactly what was given: no lone surrogate that would become another character, no rounded integer. */
function assertExact(value: JsonValue, depth: number): void {
  if (depth > MAX_DEPTH) throw new Fault('policy.query', 'the request is nested too deeply');
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      throw new Fault('policy.query', 'a text of the request holds a lone surrogate');
  } else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value))
      throw new Fault('policy.query', `the number \`${value}\` is not an exact integer`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value as JsonObject)) {
      if (!key.isWellFormed())
        throw new Fault('policy.query', 'a name of the request holds a lone surrogate');
      assertExact(member, depth + 1);
    }
  }
}
