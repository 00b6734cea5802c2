/** Statuses of a purpose that a policy asks for and that there are none of. */
import { isPurposeStatus } from '../../model/index.ts';
import { childrenOf, type Expression, type PolicyTree } from '../language/index.ts';

/** The first text that `tree` compares `context.purpose_status` with although no purpose is ever of that status. */
export function unknownStatus(tree: PolicyTree): string | undefined {
  for (const { body } of tree.conditions) {
    const found = inExpression(body);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inExpression(expression: Expression): string | undefined {
  if (expression.kind === 'binary' && (expression.operator === '==' || expression.operator === '!=')) {
    const { left, right } = expression;
    const text = isStatus(left) ? right : isStatus(right) ? left : undefined;
    if (text?.kind === 'string' && !isPurposeStatus(text.value)) return text.value;
  }
  for (const child of childrenOf(expression)) {
    const found = inExpression(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isStatus(expression: Expression): boolean {
  return expression.kind === 'get' && expression.attribute === 'purpose_status';
}
