/** Whose data an action uses. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../kernel/index.ts';
import type { SubjectSource } from './purpose.ts';

const ARGUMENT = /^context\.args((?:\.[A-Za-z_][A-Za-z0-9_-]{0,63}){1,8})$/;
/** Longest name of a person, in UTF-16 units (model). */
const MAX_NAME = 256;

/** Whether `source` is `person`, `none` or a path of the arguments. */
export function isSubjectSource(source: SubjectSource): boolean {
  return source === 'person' || source === 'none' || ARGUMENT.test(source);
}

/** The person whose data it is, by name; `undefined` where that cannot be told. */
export function subjectOf(
  source: SubjectSource,
  person: string | undefined,
  args: JsonObject,
): string | undefined {
  if (source === 'person') return person;
  const [, path] = ARGUMENT.exec(source) ?? [];
  if (path === undefined) return undefined;
  let value: JsonValue | undefined = args;
  for (const step of path.slice(1).split('.'))
    value = isJsonObject(value) ? ownProperty(value, step) : undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME && value.isWellFormed()
    ? value
    : undefined;
}
