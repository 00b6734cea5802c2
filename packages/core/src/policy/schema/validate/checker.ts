/** The checking of one policy in one environment: problems, and what is known to be there. */
import { type Expression, expressionToJson, type Span } from '../../language/index.ts';
import { printExactJson } from '../../value/index.ts';
import type { CedarSchema } from '../model/index.ts';
import type { RequestEnvironment, TypeProblem, TypeProblemCode } from './environment.ts';
import { type CheckedType, printType, unify } from './types.ts';

/** Attributes and tags that are known to be there: what `has` and `hasTag` before it have tested. */
export type Capabilities = ReadonlySet<string>;

export const NO_CAPABILITIES: Capabilities = new Set();

/** What an expression is; no type where it holds a problem. `known` holds where it is true. */
export interface Checked {
  readonly type: CheckedType | undefined;
  readonly known: Capabilities;
}

/** Collects problems and answers what all rules ask. */
export class Checker {
  readonly schema: CedarSchema;
  readonly environment: RequestEnvironment;
  readonly problems: TypeProblem[] = [];

  constructor(schema: CedarSchema, environment: RequestEnvironment) {
    this.schema = schema;
    this.environment = environment;
  }

  /** Notes a problem; there is no type then. */
  fail(
    code: TypeProblemCode,
    { start, end }: Span,
    message: string,
    more: Partial<TypeProblem> = {},
  ): undefined {
    this.problems.push({ code, message, start, end, ...more });
    return undefined;
  }

  /** `type` where it is of one of `kinds`; a problem otherwise. */
  expect(
    type: CheckedType | undefined,
    isFit: (type: CheckedType) => boolean,
    expected: string,
    span: Span,
  ): CheckedType | undefined {
    if (type === undefined || isFit(type)) return type;
    return this.fail(
      'unexpected-type',
      span,
      `unexpected type: expected ${expected}, found ${printType(type)}`,
    );
  }

  /** The type that two have in common; a problem where they have none. */
  unify(left: CheckedType, right: CheckedType, span: Span): CheckedType | undefined {
    const type = unify(left, right);
    if (type !== undefined) return type;
    const names = `${printType(left)} and ${printType(right)}`;
    return this.fail('incompatible-types', span, `the types ${names} are not compatible`);
  }
}

/** The name under which it is known that `target` has the attribute `name`. */
export function attributeCapability(target: Expression, name: string): string {
  return `attribute ${nameOf(target)}.${JSON.stringify(name)}`;
}

/** The name under which it is known that `target` has the tag that `key` is. */
export function tagCapability(target: Expression, key: Expression): string {
  return JSON.stringify(['tag', nameOf(target), nameOf(key)]);
}

/** The same for two expressions only where they are the same. A chain is its steps: these are named most, and JSON forms of them cost most. */
function nameOf(expression: Expression): string {
  if (expression.kind === 'variable') return expression.name;
  if (expression.kind === 'get')
    return `${nameOf(expression.target)}.${JSON.stringify(expression.attribute)}`;
  return printExactJson(expressionToJson(expression));
}

export function union(left: Capabilities, right: Capabilities): Capabilities {
  if (left.size === 0) return right;
  return right.size === 0 ? left : new Set([...left, ...right]);
}

export function intersection(left: Capabilities, right: Capabilities): Capabilities {
  return new Set([...left].filter((one) => right.has(one)));
}
