/** Turns arguments into what policies judge: exactly, or not at all. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../../kernel/index.ts';
import { isJsonArray } from '../json-array.ts';
import { type CedarRecord, CedarSet, Decimal, newRecord, type Value } from '../value/index.ts';
import type { ArgField, ArgType, RecordType } from './arg-types.ts';

/** Why a value is not among the judged ones. */
export type UnjudgedReason = 'undeclared' | 'untypable' | 'null' | 'inexact' | 'large';

/** A value that no policy sees. `[]` stands for the elements of a list. */
export interface UnjudgedArgument {
  readonly path: readonly string[];
  readonly reason: UnjudgedReason;
}

/** A value outside its declared type. */
export interface RefusedArgument {
  readonly path: readonly string[];
  readonly message: string;
}

/** Arguments for the engine, and what became of the others. */
export interface JudgedArguments {
  /** Holds declared properties only. */
  readonly args: CedarRecord;
  readonly unjudged: readonly UnjudgedArgument[];
  /** The first value outside its type; then nothing may be decided but a denial. */
  readonly refused?: RefusedArgument;
}

/** Largest decimal of Cedar is 922337203685477.5807; integers below this bound and four fractional digits always fit. */
const MAX_DECIMAL = 922_337_203_685_477;
/** Most elements of lists that are judged in one request: the engine takes some microseconds for each. */
const MAX_ELEMENTS = 65_536;
/** Most names that no policy judges; more are refused. */
const MAX_UNJUDGED = 4096;
const DECIMAL_TEXT = /^-?[0-9]+(?:\.([0-9]{1,4}))?$/;

/** Judges `args` by `type`. Never throws: the depth is that of the type, not of the value. */
export function judgeArguments(type: RecordType, args: JsonObject): JudgedArguments {
  const judge = new Judge();
  const value = judge.record(type, args, []);
  const { refused, unjudged } = judge;
  return { args: value, unjudged, ...(refused === undefined ? {} : { refused }) };
}

/** `a.b[].c`, as `context.unjudged_args` names it. */
export function pathName(path: readonly string[]): string {
  return path.reduce(
    (text, step) => (step === '[]' ? `${text}[]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

class Judge {
  readonly unjudged: UnjudgedArgument[] = [];
  refused: RefusedArgument | undefined;
  readonly #named = new Set<string>();
  #elementsLeft = MAX_ELEMENTS;

  record(type: RecordType, value: JsonObject, path: readonly string[]): CedarRecord {
    const members = newRecord();
    for (const name of Object.keys(value)) {
      const field = type.fields.get(name);
      const at = [...path, name];
      if (field === undefined) this.#leaveOut(at, 'undeclared');
      else {
        const judged = this.#field(field, ownProperty(value, name) ?? null, at);
        if (judged !== undefined) members[name] = judged;
      }
    }
    for (const [name, field] of type.fields) {
      if (field.required && !Object.hasOwn(value, name))
        this.#refuse([...path, name], 'is required and missing');
    }
    return members;
  }

  #field(field: ArgField, value: JsonValue, path: readonly string[]): Value | undefined {
    if (value !== null) return this.#value(field.type, value, path);
    if (field.required && !field.nullable && field.type.kind !== 'untypable')
      this.#refuse(path, 'is null and required');
    else this.#leaveOut(path, 'null');
    return undefined;
  }

  #value(type: ArgType, value: JsonValue, path: readonly string[]): Value | undefined {
    switch (type.kind) {
      case 'string':
        if (typeof value !== 'string') return this.#mismatch(value, 'a string', path);
        if (!value.isWellFormed()) return this.#refuse(path, 'holds a lone surrogate');
        return this.#listed(type.values, value, path);
      case 'long':
        if (typeof value !== 'number' || !Number.isInteger(value))
          return this.#mismatch(value, 'an integer', path);
        if (!Number.isSafeInteger(value)) return this.#refuse(path, 'is beyond 2^53 and not exact');
        return this.#listed(type.values, value === 0 ? 0 : value, path);
      case 'decimal':
        return typeof value === 'number'
          ? this.#decimal(value, path)
          : this.#mismatch(value, 'a number', path);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.#mismatch(value, 'a boolean', path);
      case 'set':
        return isJsonArray(value)
          ? this.#set(type.element, value, path)
          : this.#mismatch(value, 'a list', path);
      case 'record':
        return isJsonObject(value)
          ? this.record(type, value, path)
          : this.#mismatch(value, 'an object', path);
      case 'untypable':
        this.#leaveOut(path, 'untypable');
        return undefined;
      default:
        return type satisfies never;
    }
  }

  #set(element: ArgType, values: readonly JsonValue[], path: readonly string[]): Value | undefined {
    this.#elementsLeft -= values.length;
    if (this.#elementsLeft < 0) return this.#leaveOut(path, 'large');
    const judged: Value[] = [];
    const at = [...path, '[]'];
    for (const value of values) {
      const one = this.#value(element, value, at);
      if (one !== undefined) judged.push(one);
    }
    return new CedarSet(judged);
  }

  #decimal(value: number, path: readonly string[]): Value | undefined {
    const text = String(value === 0 ? 0 : value);
    const match = DECIMAL_TEXT.exec(text);
    if (match === null || Math.abs(value) >= MAX_DECIMAL) {
      this.#leaveOut(path, 'inexact');
      return undefined;
    }
    return Decimal.parse(match[1] === undefined ? `${text}.0` : text) ?? this.#refuse(path, 'is no decimal');
  }

  #listed(
    values: ReadonlySet<JsonValue> | undefined,
    value: string | number,
    path: readonly string[],
  ): Value | undefined {
    return values === undefined || values.has(value)
      ? value
      : this.#refuse(path, 'is none of the values its schema lists');
  }

  #mismatch(value: JsonValue, expected: string, path: readonly string[]): undefined {
    const found =
      value === null
        ? 'null'
        : isJsonArray(value)
          ? 'a list'
          : isJsonObject(value)
            ? 'an object'
            : `a ${typeof value}`;
    return this.#refuse(path, `is ${found}, declared as ${expected}`);
  }

  #refuse(path: readonly string[], message: string): undefined {
    this.refused ??= { path, message };
    return undefined;
  }

  #leaveOut(path: readonly string[], reason: UnjudgedReason): undefined {
    const key = JSON.stringify(path);
    if (this.#named.has(key)) return;
    if (this.#named.size >= MAX_UNJUDGED) {
      this.#refuse(path, `is one of more than ${MAX_UNJUDGED} that no policy could judge`);
      return;
    }
    this.#named.add(key);
    this.unjudged.push({ path, reason });
  }
}
