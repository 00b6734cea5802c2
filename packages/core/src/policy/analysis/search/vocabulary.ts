/** The words two sets speak: agents, tools, resources and policies that a request can be made of. */
import type { EntityUid, PolicyLevel, PolicyTree } from '../../language/index.ts';

import {
  type ArgType,
  BASE_ACTIONS,
  OTHER_METHOD,
  PLACEHOLDER_TOOL,
  type RecordType,
} from '../../schema/index.ts';
import type { DraftAgent } from './draft.ts';
import type { ComparedSet } from './set.ts';

/** A policy that requests are aimed at. */
export interface Aim {
  readonly contentHash: string;
  readonly tree: PolicyTree;
  readonly level: PolicyLevel;
}

/** Everything that requests are made of. */
export interface Vocabulary {
  readonly agents: readonly DraftAgent[];
  readonly teams: readonly string[];
  /** Ids of tools, `server/tool`; never empty. */
  readonly tools: readonly string[];
  /** Ids of entities by type, as policies and entities name them. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** Policies of both sets; those that only one of them has come first. */
  readonly aims: readonly Aim[];
  /** How many of `aims` only one set has. */
  readonly changed: number;
  readonly argsOf: (action: string) => RecordType;
  /** Parents of an entity, by `type::id`. */
  readonly members: ReadonlyMap<string, readonly EntityUid[]>;
  /** Content hashes of the forbids of both sets that an approval lifts. */
  readonly approvable: readonly string[];
  /** Instants at which something ends. */
  readonly instants: readonly number[];
}

/** An agent and a tool that no policy names: what holds for everybody must hold for them. */
const STRANGER = 'someone-else';
const STRANGE_TOOL = 'unlisted/tool';

/** The vocabulary of two sets. */
export function vocabularyOf(one: ComparedSet, other: ComparedSet): Vocabulary {
  const both = [one, other];
  const named = both.flatMap(({ policies }) => policies.flatMap(({ reads }) => reads.entities));
  const held = both.flatMap(({ entities }) => entities);
  const ids = new Map<string, Set<string>>();
  const add = ({ type, id }: EntityUid): void => {
    const known = ids.get(type) ?? new Set<string>();
    ids.set(type, known.add(id));
  };
  for (const uid of named) add(uid);
  for (const { uid, parents } of held) for (const each of [uid, ...parents]) add(each);
  for (const { policies } of both) {
    for (const { level } of policies) {
      if (level.kind === 'team') add({ type: 'Team', id: level.team });
      if (level.kind === 'agent') add({ type: 'Agent', id: level.agent });
    }
  }
  const tools = new Set(both.flatMap(({ schema }) => [...schema.tools]));
  const hashes = both.map(({ policies }) => new Set(policies.map(keyOf)));
  const isShared = (policy: ComparedSet['policies'][number]): boolean =>
    hashes.every((known) => known.has(keyOf(policy)));
  const all = both.flatMap(({ policies }) => policies);
  const changed = all.filter((policy) => !isShared(policy));
  const shared = one.policies.filter(isShared);
  const names = (type: string): readonly string[] => [...(ids.get(type) ?? [])].sort();
  return {
    agents: [...names('Agent'), STRANGER].map((id) => ({ id })),
    teams: names('Team'),
    tools: [...[...tools].sort(), ...strangeTools([...tools, ...names('Server').map((id) => `${id}/`)])],
    ids: new Map([...ids.keys()].sort().map((type) => [type, names(type)])),
    aims: [...changed, ...shared].map(({ contentHash, tree, level }) => ({ contentHash, tree, level })),
    changed: changed.length,
    argsOf: (action) => argsOf(both, action),
    members: new Map(held.map(({ uid, parents }) => [`${uid.type}::${uid.id}`, parents])),
    approvable: [...changed, ...shared].flatMap(({ verdict, contentHash }) =>
      verdict === 'step_up' ? [contentHash] : [],
    ),
    instants: both.flatMap(({ auditUntil }) => (auditUntil === undefined ? [] : [auditUntil])),
  };
}

/** A tool that nobody lists, of every server and of an unknown one. */
function strangeTools(tools: readonly string[]): readonly string[] {
  const servers = new Set(
    tools.map((tool) => tool.slice(0, tool.indexOf('/'))).filter((server) => server !== ''),
  );
  return [...[...servers].sort().map((server) => `${server}/unlisted`), STRANGE_TOOL];
}

/** The methods a request can have, tool calls aside. */
export const METHODS: readonly string[] = [...BASE_ACTIONS.keys()].filter((id) => id !== OTHER_METHOD);

function keyOf({ contentHash, level }: ComparedSet['policies'][number]): string {
  return JSON.stringify([contentHash, level]);
}

/** Argument types of both sets together: a request must be able to say what either of them reads. */
function argsOf(sets: readonly ComparedSet[], action: string): RecordType {
  const types = sets.map(({ schema }) => schema.args.get(action) ?? schema.args.get(PLACEHOLDER_TOOL));
  const fields = new Map<string, { type: ArgType; required: boolean; nullable: boolean }>();
  for (const type of types) {
    for (const [name, field] of type?.fields ?? []) {
      const known = fields.get(name);
      fields.set(name, known === undefined || known.type.kind === 'untypable' ? field : known);
    }
  }
  return { kind: 'record', fields };
}
