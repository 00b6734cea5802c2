/** How two definitions differ, field by field. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';

/** One field that differs. */
export interface DefinitionChange {
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Absent where the field was added. */
  readonly before?: JsonValue;
  /** Absent where the field was removed. */
  readonly after?: JsonValue;
}

/**
 * Every field in which `after` differs from `before`: leaves, and empty objects and lists, in the order of their paths whatever the order of the
 * properties; items of lists by their place. Text is as it stands: whoever shows it makes it visible.
 */
export function diffDefinitions(before: JsonObject, after: JsonObject): readonly DefinitionChange[] {
  return compare('', before, after);
}

function compare(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly DefinitionChange[] {
  const left = membersOf(before);
  const right = membersOf(after);
  const isSameShape =
    before === undefined || after === undefined || Array.isArray(before) === Array.isArray(after);
  if (isBranch(before) && isBranch(after) && isSameShape && left.size + right.size > 0) {
    const all = [...new Set([...left.keys(), ...right.keys()])];
    // Items of lists keep their order; the longer list names them all in it.
    const names = Array.isArray(before) || Array.isArray(after) ? all : all.sort();
    return names.flatMap((name) =>
      compare(`${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, left.get(name), right.get(name)),
    );
  }
  if (before === undefined) return after === undefined ? [] : [{ path, kind: 'added', after }];
  if (after === undefined) return [{ path, kind: 'removed', before }];
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, kind: 'changed', before, after }];
}

/** Whether `value` is looked into; what is not there is, so that each added or removed field stands by itself. */
function isBranch(value: JsonValue | undefined): boolean {
  return value === undefined || (typeof value === 'object' && value !== null);
}

function membersOf(value: JsonValue | undefined): ReadonlyMap<string, JsonValue> {
  if (Array.isArray(value)) return new Map(value.map((item: JsonValue, index) => [String(index), item]));
  return new Map(isJsonObject(value) ? Object.entries(value) : []);
}
