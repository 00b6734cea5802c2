/** Data minimisation (GDPR article 5, paragraph 1, point c): arguments without what a purpose does not need. Pure. */
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/index.ts';
import type { AllowedFields } from './purpose.ts';

/** Most fields of one rule. */
export const MAX_FIELDS = 256;
/** Most steps of a path. */
const MAX_STEPS = 16;
const STEP = /^([A-Za-z0-9_$@:/ -]{1,128})((?:\[\])*)$/;

/** What may stay of one value: all of it, or these of its members, or this of each of its items. */
interface Allowed {
  readonly members: Map<string, Allowed>;
  isWhole: boolean;
  items?: Allowed;
}

/** Whether `path` is one of the arguments: names joined by `.`, `[]` for each item of a list. */
export function isFieldPath(path: string): boolean {
  return stepsOf(path) !== undefined;
}

/**
 * `args` with nothing but what `fields` allow, and whether that is less. A list where the path has no `[]`, and text where it goes on, is not what was
 * allowed and goes; objects and lists on the way stay, empty if need be. Throws nothing: a path that is none allows nothing.
 */
export function minimise(
  args: JsonObject,
  fields: AllowedFields,
): { readonly args: JsonObject; readonly isChanged: boolean } {
  if (fields === 'everything') return { args, isChanged: false };
  const kept = keptOf(args, compile(fields));
  if (kept === args) return { args, isChanged: false };
  return { args: isJsonObject(kept) ? kept : {}, isChanged: true };
}

function compile(fields: readonly string[]): Allowed {
  const root = nothing();
  for (const field of fields) {
    let at = root;
    for (const { name, lists } of stepsOf(field) ?? []) {
      const next = at.members.get(name) ?? nothing();
      at.members.set(name, next);
      at = next;
      for (let depth = 0; depth < lists; depth += 1) at = at.items ??= nothing();
    }
    // A path without steps is the root itself: nothing was named.
    if (at !== root) at.isWhole = true;
  }
  return root;
}

/** The value itself where all of it stays; `undefined` where nothing may. */
function keptOf(value: JsonValue, allowed: Allowed): JsonValue | undefined {
  if (allowed.isWhole) return value;
  if (isList(value)) return allowed.items === undefined ? undefined : keptItems(value, allowed.items);
  if (!isJsonObject(value)) return undefined;
  // The root without a rule is an object of nothing; below it, an object that only lists were allowed of goes.
  if (allowed.members.size === 0 && allowed.items !== undefined) return undefined;
  return keptMembers(value, allowed.members);
}

function keptItems(list: readonly JsonValue[], allowed: Allowed): JsonValue {
  const kept = list.flatMap((item) => {
    const left = keptOf(item, allowed);
    return left === undefined ? [] : [left];
  });
  const isSame = kept.length === list.length && kept.every((item, index) => item === list[index]);
  return isSame ? list : kept;
}

function keptMembers(object: JsonObject, allowed: ReadonlyMap<string, Allowed>): JsonObject {
  const before = Object.entries(object);
  const kept = before.flatMap(([name, value]): [string, JsonValue][] => {
    const rule = allowed.get(name);
    const left = rule === undefined ? undefined : keptOf(value, rule);
    return left === undefined ? [] : [[name, left]];
  });
  const isSame =
    kept.length === before.length && kept.every(([, value], index) => value === before[index]?.[1]);
  return isSame ? object : Object.fromEntries(kept);
}

function stepsOf(path: string): readonly { readonly name: string; readonly lists: number }[] | undefined {
  const steps = path.split('.').map((step) => STEP.exec(step));
  if (steps.length > MAX_STEPS) return undefined;
  const named = steps.flatMap((match) =>
    match?.[1] === undefined ? [] : [{ name: match[1], lists: (match[2] ?? '').length / 2 }],
  );
  return named.length === steps.length ? named : undefined;
}

function nothing(): Allowed {
  return { members: new Map(), isWhole: false };
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
