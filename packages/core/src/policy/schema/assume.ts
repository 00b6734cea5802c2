/** The schema where no server is at hand: tools that policies name are taken as given. */
import type { PolicyReads, PolicyTree } from '../language/index.ts';
import { type ArgField, NO_ARGUMENTS, type RecordType } from './arg-types.ts';
import { BASE_ACTIONS, TOOL_CALLS } from './base.ts';
import { buildSchema, isMethodPrefix, PLACEHOLDER_TOOL, type PolicySchema } from './generate.ts';
import { inferArguments } from './infer.ts';
import { actionScope, indexByAction } from './scope.ts';

/** A schema of assumptions. */
export interface AssumedSchema {
  readonly schema: PolicySchema;
  /** Tools taken as given, sorted. */
  readonly tools: readonly string[];
  /** Tools whose arguments the policies use in contradictory ways; policies that read them are not type-checked. */
  readonly contradictory: ReadonlySet<string>;
}

/** A policy as far as assumptions need it. */
export interface AssumingPolicy {
  readonly tree: PolicyTree;
  readonly reads: PolicyReads;
}

/** The schema that `policies` imply, beside the tools that are `listed`. `servers`: only their tools are taken as given; absent means everybody's. */
export function assumeSchema(
  policies: readonly AssumingPolicy[],
  listed?: PolicySchema,
  servers?: ReadonlySet<string>,
): AssumedSchema {
  const named = new Set<string>();
  for (const { reads } of policies) {
    for (const { type, id } of reads.entities) {
      if (type !== 'Action' || !isToolName(id) || listed?.tools.has(id) === true) continue;
      if (servers?.has(id.slice(0, id.indexOf('/'))) ?? true) named.add(id);
    }
  }
  const contradictory = new Set<string>();
  const types = new Map<string, RecordType>();
  const readersOf = indexByAction(
    policies
      .filter(({ reads }) => reads.context.some(({ path }) => path[0] === 'args'))
      .map(({ tree }) => tree),
    actionScope,
  );
  for (const id of listed?.tools ?? []) types.set(id, listed?.args.get(id) ?? NO_ARGUMENTS);
  for (const id of [...named, PLACEHOLDER_TOOL]) {
    const inferred = inferArguments(readersOf(id));
    if (inferred === undefined) contradictory.add(id);
    types.set(id, inferred ?? NO_ARGUMENTS);
  }
  const schema = buildSchema(types, {
    excluded: listed?.excluded ?? new Set(),
    oddities: listed?.oddities ?? [],
    hints: listed?.hints ?? new Map(),
    limits: listed?.limits ?? [],
  });
  const args = new Map(schema.args);
  for (const id of [...named, PLACEHOLDER_TOOL]) args.set(id, optionalFields(types.get(id) ?? NO_ARGUMENTS));
  return { schema: { ...schema, args }, tools: [...named].sort(), contradictory };
}

/** For checking, an implied argument is there, so that reading it without `has` is no error; in a request it need not be. */
function optionalFields(type: RecordType): RecordType {
  const fields = [...type.fields].map(([name, field]): readonly [string, ArgField] => {
    const inner = field.type.kind === 'record' ? optionalFields(field.type) : field.type;
    return [name, { type: inner, required: false, nullable: field.nullable }];
  });
  return { kind: 'record', fields: new Map(fields) };
}

function isToolName(id: string): boolean {
  const slash = id.indexOf('/');
  return slash > 0 && !BASE_ACTIONS.has(id) && id !== TOOL_CALLS && !isMethodPrefix(id.slice(0, slash));
}
