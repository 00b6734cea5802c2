/** Reading `context.args.path` and the like: the variable and the names below it, in one function. */
import type { Expression } from '../../language/index.ts';
import { isRecord, type Value } from '../../value/index.ts';
import { readAttribute, readNode } from './access.ts';
import type { Closure, Environment } from './environment.ts';
import type { EntityNode } from '../store.ts';

/** A variable and at least one name below it. */
export type Path = readonly [variable: string, name: string, ...names: string[]];

type NodeName = 'principal' | 'action' | 'resource';

/** The node of a variable that is an entity. */
export const NODE: Readonly<Record<NodeName, (environment: Environment) => EntityNode>> = {
  principal: ({ principal }) => principal,
  action: ({ action }) => action,
  resource: ({ resource }) => resource,
};

/** The path of reads below a variable; `undefined` for anything else. */
export function pathOf(expression: Expression): Path | undefined {
  const names: string[] = [];
  let at = expression;
  while (at.kind === 'get') {
    names.push(at.attribute);
    at = at.target;
  }
  if (at.kind !== 'variable' || names.length === 0) return undefined;
  return [at.name, ...names.reverse()] as unknown as Path;
}

/** The value at a path. */
export function compilePath([variable, ...names]: Path): Closure {
  if (variable !== 'context') return compileNodePath(variable as NodeName, names);
  const slow = (environment: Environment): Value =>
    names.reduce((at: Value, name) => readAttribute(at, name, environment), environment.context);
  const [first, second = '', third = ''] = names;
  if (names.length === 1) return (environment) => environment.context[first] ?? slow(environment);
  if (names.length === 2)
    return (environment) => {
      const record = environment.context[first];
      return (isRecord(record) ? record[second] : undefined) ?? slow(environment);
    };
  if (names.length === 3)
    return (environment) => {
      const record = environment.context[first];
      const inner = isRecord(record) ? record[second] : undefined;
      return (isRecord(inner) ? inner[third] : undefined) ?? slow(environment);
    };
  return slow;
}

function compileNodePath(variable: NodeName, [first = '', ...names]: readonly string[]): Closure {
  const node = NODE[variable];
  const slow = (environment: Environment): Value =>
    names.reduce(
      (at: Value, name) => readAttribute(at, name, environment),
      readNode(node(environment), node(environment).uid, first),
    );
  return names.length === 0 ? (environment) => node(environment).attrs[first] ?? slow(environment) : slow;
}
