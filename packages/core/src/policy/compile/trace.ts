/** One policy evaluated slowly, to say where it stopped: for explanations and for coverage, never for deciding. */
import { childrenOf, type Expression, type PolicyTree, type Span } from '../language/index.ts';
import type { Value } from '../value/index.ts';
import type { CedarRequest } from './compiled-set.ts';
import {
  compileExpression,
  compileTest,
  type Environment,
  EvaluationFailure,
  pathOf,
  SharedParts,
} from './closures/index.ts';
import { actionKeys, satisfiedKeys, scopeKey } from './scope.ts';
import { absentNode, type EntityStore } from './store.ts';

/** Where a policy stopped. */
export type TraceStop =
  | { readonly part: 'principal' | 'action' | 'resource'; readonly span: Span }
  | {
      readonly part: 'condition';
      readonly kind: 'when' | 'unless';
      /** Which conjunct of all conditions, from 0. */
      readonly conjunct: number;
      /** The conjunct that was not as the policy needs it. */
      readonly expression: Expression;
      /** Why it could not be evaluated; absent where it could. */
      readonly error?: string;
    };

/** What became of a policy. */
export interface PolicyTrace {
  readonly outcome: 'satisfied' | 'unsatisfied' | 'error';
  /** The first thing that stopped it; absent where it is satisfied. */
  readonly stop?: TraceStop;
  /** Conjuncts that were reached and how each ended, in order. */
  readonly reached: readonly { readonly expression: Expression; readonly result: boolean | 'error' }[];
  /** How many conjuncts all conditions have. */
  readonly conjuncts: number;
  /** Paths read on the way, each once: `['context', 'args', 'amount']`, with what was there; absent values are left out. */
  readonly reads: readonly { readonly path: readonly string[]; readonly value?: Value }[];
}

/** Traces `policy` on `request`. Never throws for a static policy. */
export function tracePolicy(policy: PolicyTree, request: CedarRequest, store: EntityStore): PolicyTrace {
  const environment = environmentOf(request, store);
  const conditions = conjunctsOf(policy);
  const scope = scopeStop(policy, environment);
  if (scope !== undefined)
    return { outcome: 'unsatisfied', stop: scope, reached: [], conjuncts: conditions.length, reads: [] };
  const parts = new SharedParts();
  const reached: { expression: Expression; result: boolean | 'error' }[] = [];
  const reads = new Map<string, { path: readonly string[]; value?: Value }>();
  for (const [conjunct, { kind, expression }] of conditions.entries()) {
    collectReads(expression, environment, reads);
    const base = { part: 'condition', kind, conjunct, expression } as const;
    const ended = { reached, conjuncts: conditions.length, reads: [...reads.values()] };
    try {
      const result = compileTest(expression, parts)(environment);
      reached.push({ expression, result });
      if (result !== (kind === 'when')) return { outcome: 'unsatisfied', stop: base, ...ended };
    } catch (thrown) {
      if (!(thrown instanceof EvaluationFailure)) throw thrown;
      reached.push({ expression, result: 'error' });
      return { outcome: 'error', stop: { ...base, error: thrown.message }, ...ended };
    }
  }
  return { outcome: 'satisfied', reached, conjuncts: conditions.length, reads: [...reads.values()] };
}

/** The value of one expression on one request; `undefined` where it cannot be evaluated. */
export function valueOf(
  expression: Expression,
  request: CedarRequest,
  store: EntityStore,
): Value | undefined {
  return evaluate(expression, environmentOf(request, store));
}

/** One part of the conditions of a policy. */
export interface Conjunct {
  readonly kind: 'when' | 'unless';
  readonly expression: Expression;
}

/** The conjuncts of every condition of `policy`, in the order they are evaluated; the body of an `unless` is one. */
export function conjunctsOf(policy: PolicyTree): readonly Conjunct[] {
  return policy.conditions.flatMap(({ kind, body }): readonly Conjunct[] => {
    if (kind === 'unless') return [{ kind, expression: body }];
    const found: Expression[] = [];
    let at = body;
    while (at.kind === 'and') {
      found.push(at.right);
      at = at.left;
    }
    return [at, ...found.reverse()].map((expression) => ({ kind, expression }));
  });
}

function environmentOf(
  { principal, action, resource, context }: CedarRequest,
  store: EntityStore,
): Environment {
  return {
    principal: store.find(principal) ?? absentNode(principal),
    action: store.find(action) ?? absentNode(action),
    resource: store.find(resource) ?? absentNode(resource),
    context,
    store,
  };
}

const EVERY_KEY = { has: (): boolean => true };

function scopeStop(policy: PolicyTree, { principal, action, resource }: Environment): TraceStop | undefined {
  const ofAction = satisfiedKeys(action, EVERY_KEY);
  if (!actionKeys(policy.action).some((key) => ofAction.includes(key)))
    return { part: 'action', span: policy.action };
  if (!satisfiedKeys(principal, EVERY_KEY).includes(scopeKey(policy.principal)))
    return { part: 'principal', span: policy.principal };
  if (!satisfiedKeys(resource, EVERY_KEY).includes(scopeKey(policy.resource)))
    return { part: 'resource', span: policy.resource };
  return undefined;
}

function collectReads(
  expression: Expression,
  environment: Environment,
  into: Map<string, { path: readonly string[]; value?: Value }>,
): void {
  const path = pathOf(expression);
  if (path !== undefined) {
    const value = evaluate(expression, environment);
    into.set(JSON.stringify(path), value === undefined ? { path } : { path, value });
    return;
  }
  for (const child of childrenOf(expression)) collectReads(child, environment, into);
}

function evaluate(expression: Expression, environment: Environment): Value | undefined {
  try {
    return compileExpression(expression, new SharedParts())(environment);
  } catch (thrown) {
    if (thrown instanceof EvaluationFailure) return undefined;
    throw thrown;
  }
}
