/** Values of JSON without the names of a person. */
import type { JsonValue } from '../../../kernel/index.ts';
import { ERASED, type PersonNames } from './person-names.ts';

/** `value` without the names, in values and in names of properties; `value` itself where there is none. */
export function cutFrom(value: JsonValue, person: PersonNames): JsonValue {
  if (typeof value === 'string') return person.cut(value);
  if (typeof value === 'number') return isNumberOf(value, person) ? ERASED : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const cut = items.map((item) => cutFrom(item, person));
    return cut.every((item, at) => item === items[at]) ? (value as JsonValue) : cut;
  }
  const members = Object.entries(value) as readonly (readonly [string, JsonValue])[];
  const cut = members.map(([name, member]) => [person.cut(name), cutFrom(member, person)] as const);
  if (cut.every(([name, member], at) => name === members[at]?.[0] && member === members[at]?.[1]))
    return value;
  return named(cut);
}

/** A number is a name as a whole alone: digits of one stand in many others. */
function isNumberOf(value: number, { concerns }: PersonNames): boolean {
  return concerns.includes(String(value)) || concerns.includes(`+${value}`);
}

/** INVARIANT: two names that become one stay two properties. */
function named(members: readonly (readonly [string, JsonValue])[]): JsonValue {
  const seen = new Set<string>();
  return Object.fromEntries(
    members.map(([name, member]) => {
      let own = name;
      for (let count = 2; seen.has(own); count += 1) own = `${name} ${count}`;
      seen.add(own);
      return [own, member];
    }),
  );
}
