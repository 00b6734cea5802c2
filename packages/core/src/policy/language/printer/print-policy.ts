/** Policies as text. */
import type { EntityUid } from '../names.ts';
import type {
  ActionScopeTree,
  ConditionTree,
  EntityOrSlot,
  EntityScope,
  Expression,
  PolicyTree,
} from '../tree.ts';
import { printExpression } from './print-expression.ts';
import { quote } from './quote.ts';

/** The longest line where a line can be broken. */
const MAX_LINE = 100;
const INDENT = '  ';

/** Policies, an empty line between them, a line end behind the last. */
export function printPolicies(policies: readonly PolicyTree[]): string {
  return policies.length === 0 ? '' : `${policies.map(printPolicy).join('\n\n')}\n`;
}

/** One policy or template: annotations, scope and conditions each on lines of their own. Parsing gives the same tree, spans aside. */
export function printPolicy(policy: PolicyTree): string {
  const annotations = policy.annotations.map(
    ({ name, value }) => `@${name}${value === null ? '' : `(${quote(value)})`}\n`,
  );
  const parts = [
    printScope('principal', policy.principal),
    printAction(policy.action),
    printScope('resource', policy.resource),
  ];
  const line = `${policy.effect}(${parts.join(', ')})`;
  const head =
    line.length <= MAX_LINE
      ? line
      : `${policy.effect}(\n${parts.map((part) => INDENT + part).join(',\n')}\n)`;
  const conditions = policy.conditions.map((condition) => `\n${printCondition(condition)}`);
  return `${annotations.join('')}${head}${conditions.join('')};`;
}

function printCondition({ kind, body }: ConditionTree): string {
  const text = printExpression(body);
  const line = `${kind} { ${text} }`;
  if (line.length <= MAX_LINE) return line;
  const lines = breakChain(body) ?? [text];
  return `${kind} {\n${lines.map((one) => INDENT + one).join('\n')}\n}`;
}

/** The operands of the outermost `&&` or `||`, each on its line. */
function breakChain(expression: Expression): readonly string[] | undefined {
  if (expression.kind !== 'and' && expression.kind !== 'or') return undefined;
  const mark = expression.kind === 'and' ? '&&' : '||';
  const operands: Expression[] = [];
  let at: Expression = expression;
  while (at.kind === expression.kind) {
    operands.push(at.right);
    at = at.left;
  }
  const all = [at, ...operands.reverse()];
  return all.map((operand, index) => {
    const needsParentheses =
      operand.kind === 'if' || operand.kind === 'or' || (index > 0 && operand.kind === expression.kind);
    const text = needsParentheses ? `(${printExpression(operand)})` : printExpression(operand);
    return index === all.length - 1 ? text : `${text} ${mark}`;
  });
}

function printScope(name: 'principal' | 'resource', scope: EntityScope): string {
  switch (scope.op) {
    case 'all':
      return name;
    case '==':
    case 'in':
      return `${name} ${scope.op} ${printEntity(scope.entity)}`;
    case 'is':
      return `${name} is ${scope.entityType}${scope.ancestor === undefined ? '' : ` in ${printEntity(scope.ancestor)}`}`;
    default:
      return scope satisfies never;
  }
}

function printAction(scope: ActionScopeTree): string {
  switch (scope.op) {
    case 'all':
      return 'action';
    case '==':
      return `action == ${printUid(scope.entity)}`;
    case 'in': {
      const entities = scope.entities.map(printUid).join(', ');
      return scope.listed ? `action in [${entities}]` : `action in ${entities}`;
    }
    default:
      return scope satisfies never;
  }
}

function printEntity(entity: EntityOrSlot): string {
  return 'slot' in entity ? entity.slot : printUid(entity);
}

function printUid({ type, id }: EntityUid): string {
  return `${type}::${quote(id)}`;
}
