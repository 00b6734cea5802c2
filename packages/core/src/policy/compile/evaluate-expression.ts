/** One expression evaluated by itself: for explanations and coverage, never on the way of a decision. */
import type { Expression } from '../language/index.ts';
import type { Value } from '../value/index.ts';
import type { CedarRequest } from './compiled-set.ts';
import { compileExpression, EvaluationFailure, SharedParts } from './closures/index.ts';
import { absentNode, type EntityStore } from './store.ts';

/** What an expression came to. */
export type Evaluated =
  | { readonly status: 'value'; readonly value: Value }
  /** Cedar's evaluation error, in words for people. */
  | { readonly status: 'error'; readonly message: string };

/** Evaluates `expression` for one request. Compiles it each time. */
export function evaluateExpression(
  expression: Expression,
  { principal, action, resource, context }: CedarRequest,
  store: EntityStore,
): Evaluated {
  const closure = compileExpression(expression, new SharedParts());
  try {
    const value = closure({
      principal: store.find(principal) ?? absentNode(principal),
      action: store.find(action) ?? absentNode(action),
      resource: store.find(resource) ?? absentNode(resource),
      context,
      store,
    });
    return { status: 'value', value };
  } catch (thrown) {
    if (thrown instanceof EvaluationFailure) return { status: 'error', message: thrown.message };
    throw thrown;
  }
}
