/** Whose data an action uses. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../kernel/index.ts';
import type { SubjectSource } from './purpose.ts';

const ARGUMENT = /^context\.args((?:\.[A-Za-z_][A-Za-z0-9_-]{0,63}){1,8})$/;
/** What nobody sees in a name. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
/** Longest name of a person, in UTF-16 units (model). */
const MAX_NAME = 256;

/** Whether `source` is `person`, `none` or a path of the arguments. */
export function isSubjectSource(source: SubjectSource): boolean {
  return source === 'person' || source === 'none' || ARGUMENT.test(source);
}

/**
 * `name`, and what many spellings of it have in common: a restriction is of a person, and who calls chooses how to write the name. Not recognised: other
 * numbers and addresses of the same person.
 */
export function spellingsOf(name: string): readonly string[] {
  const common = name.normalize('NFKC').replace(UNSEEN, '').trim().toLowerCase();
  return common === name || common === '' ? [name] : [name, common];
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
