/** Evaluates a policy set with the official engine: preparsed, and forbids apart from permits. */
import type { Context, Entities, StatefulAuthorizationCall } from '@cedar-policy/cedar-wasm/nodejs';
import { Fault, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import type { Effect, EngineRequest, Evaluation, Evaluator } from './types.ts';
import { type CedarWasm, cedarWasm, runGuarded } from './wasm.ts';

/** A policy as the evaluator takes it. */
export interface EvaluatedPolicy {
  readonly effect: Effect;
  readonly text: string;
}

/**
 * An evaluator over `policies`. `name` is the content address of the set: sets of one name share what the engine keeps,
 * which it never lets go of within a process.
 *
 * The engine names determining policies only for the side that wins; forbids and permits are therefore asked apart.
 */
export function createEvaluator(name: string, policies: readonly EvaluatedPolicy[]): Evaluator {
  let prepared = prepareSides(name, policies);
  return {
    evaluate(request) {
      assertExact(request as unknown as JsonValue, 0);
      // An instance that trapped, in whatever call, was replaced: the set moves to the new one.
      if (prepared.engine !== cedarWasm()) prepared = prepareSides(name, policies);
      const satisfied: number[] = [];
      const errors: { policy: number; message: string }[] = [];
      for (const side of prepared.sides) {
        const answer = ask(prepared.engine, side, request);
        satisfied.push(...answer.satisfied);
        errors.push(...answer.errors);
      }
      return { satisfied, errors };
    },
  };
}

interface PreparedSides {
  readonly engine: CedarWasm;
  readonly sides: readonly string[];
}

function prepareSides(name: string, policies: readonly EvaluatedPolicy[]): PreparedSides {
  const engine = cedarWasm();
  const sides = (['forbid', 'permit'] as const)
    .map((effect) => prepare(engine, `${name}/${effect}`, effect, policies))
    .filter((side) => side !== undefined);
  return { engine, sides };
}

function prepare(
  engine: CedarWasm,
  id: string,
  effect: Effect,
  policies: readonly EvaluatedPolicy[],
): string | undefined {
  const staticPolicies: Record<string, string> = {};
  for (const [index, policy] of policies.entries()) {
    if (policy.effect === effect) staticPolicies[String(index)] = policy.text;
  }
  if (Object.keys(staticPolicies).length === 0) return undefined;
  const answer = runGuarded(engine, 'policy.syntax', () => engine.preparsePolicySet(id, { staticPolicies }));
  if (answer.type === 'success') return id;
  throw new Fault(
    'policy.syntax',
    `the engine refuses the policy set: ${answer.errors[0]?.message ?? 'no reason given'}`,
  );
}

function ask(engine: CedarWasm, side: string, request: EngineRequest): Evaluation {
  const call: StatefulAuthorizationCall = {
    principal: request.principal,
    action: request.action,
    resource: request.resource,
    context: request.context as unknown as Context,
    entities: request.entities as unknown as Entities,
    preparsedPolicySetId: side,
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
