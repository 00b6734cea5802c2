/** What a shell holds between two commands. Never changed in place. */
import type { Function as FunctionNode } from 'unbash';
import type { UnresolvedCode } from '../codes.ts';
import { Refusal } from './budget.ts';
import { joinValues, type Scalar, UNKNOWN_OUTSIDE, type Value } from './values.ts';

/** What standard input is. */
export type Stdin =
  | { readonly kind: 'inherited' | 'pipe' | 'unknown' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'text'; readonly text: Scalar };

/** Bodies that a function name may have; `maybe` where it may also have none. */
export interface Functions {
  readonly bodies: readonly FunctionNode['body'][];
  readonly maybe: boolean;
}

/** A link that the text itself makes. */
export interface MadeLink {
  readonly path: string;
  readonly target: string;
  readonly unresolved: readonly UnresolvedCode[];
}

export interface State {
  readonly variables: ReadonlyMap<string, Value>;
  readonly exported: ReadonlySet<string>;
  /** Names whose assignment does something else than store a text: read-only, integer, upper case, a reference. */
  readonly odd: ReadonlySet<string>;
  /** Folders it may be in, the likely one first; undefined where unknown. */
  readonly cwds: readonly string[] | undefined;
  readonly oldCwds: readonly string[] | undefined;
  readonly folders: readonly (readonly string[] | undefined)[];
  /** Positional parameters; undefined where unknown. */
  readonly params: readonly Scalar[] | undefined;
  readonly functions: ReadonlyMap<string, Functions>;
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly links: readonly MadeLink[];
  readonly stdin: Stdin;
  /** Whether the last command of a pipeline may change the shell itself. */
  readonly lastPipe: boolean;
  /** Codes that concern every later command: `path-changed`. */
  readonly lasting: readonly UnresolvedCode[];
}

/** Most variables, functions and aliases of one text. */
const MAX_NAMES = 2000;
/** Most links that one text makes. */
const MAX_LINKS = 64;
/** Most folders a shell may be in at once, before they count as unknown. */
const MAX_FOLDERS = 4;

/** What follows a command: the states after success and after failure; neither where nothing follows. */
export interface Outcome {
  readonly success?: State | undefined;
  readonly failure?: State | undefined;
}

export function both(state: State): Outcome {
  return { success: state, failure: state };
}

/** The state after `outcome` whatever its result, or undefined where nothing follows. */
export function after({ success, failure }: Outcome): State | undefined {
  if (success === undefined) return failure;
  return failure === undefined ? success : join(success, failure);
}

export function valueOf(state: State, name: string): Value {
  return state.variables.get(name) ?? UNKNOWN_OUTSIDE;
}

export function withEntry<Key, Item>(map: ReadonlyMap<Key, Item>, key: Key, item: Item): Map<Key, Item> {
  const copy = new Map(map).set(key, item);
  if (copy.size > MAX_NAMES) throw new Refusal('too-complex');
  return copy;
}

export function withLink(state: State, link: MadeLink): State {
  if (state.links.length >= MAX_LINKS) throw new Refusal('too-complex');
  return { ...state, links: [...state.links, link] };
}

/** The least state of which both are instances. */
export function join(a: State, b: State): State {
  if (a === b) return a;
  return {
    variables: joinMaps(a.variables, b.variables, (left = UNKNOWN_OUTSIDE, right = UNKNOWN_OUTSIDE) =>
      joinValues(left, right),
    ),
    exported: new Set([...a.exported].filter((name) => b.exported.has(name))),
    odd: new Set([...a.odd, ...b.odd]),
    cwds: joinFolders(a.cwds, b.cwds),
    oldCwds: joinFolders(a.oldCwds, b.oldCwds),
    folders: same(a.folders, b.folders) ? a.folders : [undefined],
    params: same(a.params, b.params) ? a.params : undefined,
    functions: joinMaps(a.functions, b.functions, (left, right) => ({
      bodies: [...new Set([...(left?.bodies ?? []), ...(right?.bodies ?? [])])],
      maybe: left === undefined || right === undefined || left.maybe || right.maybe,
    })),
    aliases: joinMaps(a.aliases, b.aliases, (left = [], right = []) => [...new Set([...left, ...right])]),
    links: a.links === b.links ? a.links : [...new Set([...a.links, ...b.links])],
    stdin: same(a.stdin, b.stdin) ? a.stdin : { kind: 'unknown' },
    lastPipe: a.lastPipe || b.lastPipe,
    lasting: [...new Set([...a.lasting, ...b.lasting])],
  };
}

/** Whether `next` allows nothing that `state` does not. */
export function isCoveredBy(next: State, state: State): boolean {
  return same(describe(join(state, next)), describe(state));
}

function describe(state: State): unknown {
  return {
    ...state,
    variables: [...state.variables].sort(byName),
    exported: [...state.exported].sort(),
    odd: [...state.odd].sort(),
    functions: [...state.functions]
      .map(([name, { bodies, maybe }]) => [name, bodies.length, maybe])
      .sort(byName),
    aliases: [...state.aliases].sort(byName),
  };
}

function byName(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function joinFolders(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return undefined;
  const joined = [...new Set([...a, ...b])];
  return joined.length > MAX_FOLDERS ? undefined : joined;
}

function joinMaps<Item>(
  a: ReadonlyMap<string, Item>,
  b: ReadonlyMap<string, Item>,
  joinItems: (left: Item | undefined, right: Item | undefined) => Item,
): ReadonlyMap<string, Item> {
  if (a === b) return a;
  const joined = new Map<string, Item>();
  for (const name of new Set([...a.keys(), ...b.keys()]))
    joined.set(name, joinItems(a.get(name), b.get(name)));
  return joined;
}
