/** Judges the arguments of a request part by part, and refuses what a policy would read but cannot be given. */
import { Fault, type JsonObject } from '../../kernel/index.ts';
import type { Policy } from '../language/index.ts';
import { type CedarRecord, EMPTY_RECORD } from '../value/index.ts';
import type { MappedPart } from './mapping.ts';
import {
  actionScope,
  DETAILED_ACTIONS,
  indexByAction,
  judgeArguments,
  NO_ARGUMENTS,
  pathName,
  PLACEHOLDER_TOOL,
  type PolicySchema,
  type RecordType,
  type UnjudgedArgument,
} from '../schema/index.ts';

/** Arguments for each part as values, and names of those that no part judges. */
export interface PartArguments {
  readonly args: readonly CedarRecord[];
  readonly unjudged: readonly string[];
}

/** Judges the arguments of one request. Throws `policy.arguments` with `path` where nothing but a denial is right. */
export type ArgumentJudge = (parts: readonly MappedPart[], args: JsonObject) => PartArguments;

interface Read {
  readonly path: readonly string[];
  readonly presence: boolean;
}

/** An {@link ArgumentJudge} for one set; what policies read of each action is found once. */
export function createArgumentJudge(policies: readonly Policy[], schema: PolicySchema): ArgumentJudge {
  const reads = new Map<string, readonly Read[]>();
  const policiesOf = indexByAction(policies, ({ tree }) => actionScope(tree));
  const readsOf = (action: string): readonly Read[] => {
    // Bounded by the schema: an action that is not in it shares one entry.
    const key = schema.args.has(action) ? action : PLACEHOLDER_TOOL;
    const known = reads.get(key) ?? argumentReads(policiesOf(key));
    reads.set(key, known);
    return known;
  };
  return (parts, args) => {
    // The arguments are those of the call; what the call does besides, other parts say by their resource.
    const bearers = parts.some(({ isToolCall }) => isToolCall)
      ? parts.filter(({ isToolCall }) => isToolCall)
      : parts.filter((part) => part.args === undefined);
    const judged = bearers.map((part) => {
      const type = typeOf(part, schema);
      const one = judgeArguments(type, args);
      if (one.refused !== undefined) {
        const path = pathName(one.refused.path);
        throw new Fault('policy.arguments', `the argument \`${path}\` ${one.refused.message}`, { path });
      }
      for (const unjudged of one.unjudged) refuseIfRead(unjudged, readsOf(part.action));
      return one;
    });
    const ofParts = parts.map((part) =>
      part.args === undefined
        ? (judged[bearers.indexOf(part)]?.args ?? EMPTY_RECORD)
        : ownArguments(part.action, part.args, schema),
    );
    if (judged.every(({ unjudged }) => unjudged.length === 0)) return { args: ofParts, unjudged: [] };
    const names = judged.map(({ unjudged }) => new Set(unjudged.map(({ path }) => pathName(path))));
    const [first, ...others] = names;
    const unjudged = [...(first ?? [])].filter((name) => others.every((other) => other.has(name)));
    return { args: ofParts, unjudged: unjudged.sort() };
  };
}

/** A part that comes without the details its action has is judged without any: a policy that reads one then fails, which never permits. */
function typeOf({ action }: MappedPart, schema: PolicySchema): RecordType {
  if (DETAILED_ACTIONS.has(action)) return NO_ARGUMENTS;
  return schema.args.get(action) ?? schema.args.get(PLACEHOLDER_TOOL) ?? NO_ARGUMENTS;
}

/** INVARIANT: what a face says of one part is judged whole. It is Writ's own to say, so what its action does not declare is a fault. */
function ownArguments(action: string, args: JsonObject, schema: PolicySchema): CedarRecord {
  const one = judgeArguments(schema.args.get(action) ?? NO_ARGUMENTS, args);
  const [odd] = one.unjudged;
  if (one.refused === undefined && odd === undefined) return one.args;
  const path = pathName(one.refused?.path ?? odd?.path ?? []);
  const why = one.refused?.message ?? `cannot be judged (${odd?.reason ?? ''})`;
  throw new Fault('policy.arguments', `\`${path}\` of a part \`${action}\` ${why}`, { path });
}

function argumentReads(policies: readonly Policy[]): readonly Read[] {
  return policies
    .flatMap(({ reads }) => reads.context)
    .filter(({ path }) => path.length === 0 || path[0] === 'args')
    .map(({ path, kind }) => ({ path: path.slice(1), presence: kind === 'presence' }));
}

/** INVARIANT: a policy never decides on arguments other than those that are performed. Null is absent for a policy, and nothing else. */
function refuseIfRead(unjudged: UnjudgedArgument, reads: readonly Read[]): void {
  if (unjudged.reason === 'null') return;
  const isRead = reads.some(({ path, presence }) => {
    const above = isPrefix(unjudged.path, path);
    return presence ? above : above || isPrefix(path, unjudged.path);
  });
  if (!isRead) return;
  const name = pathName(unjudged.path);
  const why = {
    undeclared: 'is not declared by the tool',
    untypable: 'has a type that no policy can judge',
    large: 'is a list with more elements than can be judged',
    inexact: 'has more than four fractional digits or is too large to be judged exactly',
  }[unjudged.reason];
  throw new Fault('policy.arguments', `the argument \`${name}\` ${why}, and a policy reads it`, {
    path: name,
  });
}

function isPrefix(prefix: readonly string[], path: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => step === path[index]);
}
