/** Reads the fields of one JSON object, each once, and refuses the rest by path. */
import { Fault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../kernel/index.ts';
import { isJsonArray } from './json-array.ts';
import { didYouMean } from './language/index.ts';

/** RFC 3339 with a zone; what `Date.parse` makes of other forms differs by place. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A `request.invalid` fault about `path`. */
export function invalidField(path: string, problem: string, hint?: string): Fault {
  const data = { path, ...(hint === undefined ? {} : { hint }) };
  const advice = hint === undefined ? '' : ` (${hint})`;
  return new Fault('request.invalid', `\`${path === '' ? 'the request' : path}\` ${problem}${advice}`, data);
}

/** One object of a request. Each method throws `request.invalid` for a value of another type. */
export class FieldReader {
  readonly #object: JsonObject;
  readonly #path: string;
  readonly #asked = new Set<string>();

  constructor(value: JsonValue | undefined, path: string) {
    if (!isJsonObject(value)) {
      throw invalidField(path, value === undefined ? 'is missing' : 'is not an object');
    }
    this.#object = value;
    this.#path = path;
  }

  has(name: string): boolean {
    this.#asked.add(name);
    return Object.hasOwn(this.#object, name);
  }

  object(name: string): FieldReader {
    return new FieldReader(this.#read(name), this.#at(name));
  }

  /** The object, or an empty one where it is absent. */
  optionalObject(name: string): FieldReader {
    return new FieldReader(this.#read(name) ?? {}, this.#at(name));
  }

  /** Any object, its fields left alone. */
  optionalJson(name: string): JsonObject | undefined {
    const value = this.#read(name);
    if (value === undefined || isJsonObject(value)) return value;
    throw invalidField(this.#at(name), 'is not an object');
  }

  string(name: string): string {
    const value = this.optionalString(name);
    if (value === undefined) throw invalidField(this.#at(name), 'is missing');
    if (value === '') throw invalidField(this.#at(name), 'is empty');
    return value;
  }

  optionalString(name: string): string | undefined {
    const value = this.#read(name);
    if (value === undefined || typeof value === 'string') return value;
    throw invalidField(this.#at(name), 'is not a text');
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#read(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw invalidField(this.#at(name), 'is neither true nor false');
  }

  optionalInteger(name: string): number | undefined {
    const value = this.#read(name);
    if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
    throw invalidField(this.#at(name), 'is not an integer');
  }

  /** RFC 3339 text, or milliseconds since 1970. */
  optionalTime(name: string): number | undefined {
    const value = this.#read(name);
    if (typeof value !== 'string') return this.optionalInteger(name);
    const time = RFC_3339.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) throw invalidField(this.#at(name), 'is no time such as 2026-01-31T12:00:00Z');
    return time;
  }

  /** The list, or an empty one where it is absent. */
  list(name: string): readonly JsonValue[] {
    const value = this.#read(name) ?? [];
    if (isJsonArray(value)) return value;
    throw invalidField(this.#at(name), 'is not a list');
  }

  /** Texts, sorted and unique; none where the field is absent. */
  strings(name: string): readonly string[] {
    const texts = this.list(name).map((value, index) => {
      if (typeof value === 'string') return value;
      throw invalidField(`${this.#at(name)}[${index}]`, 'is not a text');
    });
    return [...new Set(texts)].sort();
  }

  /** Refuses every field that was not asked for. */
  finish(): void {
    for (const name of Object.keys(this.#object)) {
      if (!this.#asked.has(name))
        throw invalidField(this.#at(name), 'is not a known field', didYouMean(name, this.#asked));
    }
  }

  #read(name: string): JsonValue | undefined {
    this.#asked.add(name);
    return ownProperty(this.#object, name);
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}
