/** Facts that a policy read while it was judged. */
import { childrenOf, type Expression } from '../language/index.ts';
import type { ExactJson } from '../value/index.ts';
import { valueToJson } from '../value/index.ts';
import { type Asking, textOf, valueOf } from './asking.ts';

/** One fact: `context.args.amount` is 730. It may hold a secret: for the operator's eyes only. */
export interface FactRead {
  readonly path: string;
  /** In Cedar's JSON form; absent where there is none. */
  readonly value?: ExactJson;
}

/** The facts that `expressions` read, each once, in the order of the policy. */
export function factsRead(asking: Asking, expressions: readonly Expression[]): readonly FactRead[] {
  const facts = new Map<string, FactRead>();
  const walk = (expression: Expression): void => {
    if (expression.kind === 'variable' || expression.kind === 'get') {
      if (isPath(expression)) return note(expression);
    }
    if (expression.kind === 'has' && isPath(expression.target)) {
      const { target, path, start, end } = expression;
      return note(
        path.reduce<Expression>(
          (at, attribute) => ({ kind: 'get', target: at, attribute, start, end }),
          target,
        ),
      );
    }
    for (const child of childrenOf(expression)) walk(child);
  };
  const note = (expression: Expression): void => {
    const path = textOf(asking, expression);
    if (facts.has(path)) return;
    const found = valueOf(asking, expression);
    facts.set(path, found.status === 'value' ? { path, value: valueToJson(found.value) } : { path });
  };
  for (const expression of expressions) walk(expression);
  return [...facts.values()];
}

function isPath(expression: Expression): boolean {
  let at = expression;
  while (at.kind === 'get') at = at.target;
  return at.kind === 'variable';
}
