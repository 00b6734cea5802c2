/** Reads what a host wrote. A field that Writ needs has its type or the call is refused; hosts add fields of their own with each version. */
import { isAbsolute } from 'node:path';
import { Fault, isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from '@writ/core';

/** One object of a payload. Each method throws `request.invalid` with the field's name. */
export class Fields {
  readonly #object: JsonObject;
  readonly #host: string;

  constructor(value: JsonValue, host: string) {
    if (!isJsonObject(value)) throw invalid(host, 'the payload', 'is no object');
    this.#object = value;
    this.#host = host;
  }

  get(name: string): JsonValue | undefined {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') throw invalid(this.#host, name, 'is missing');
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw invalid(this.#host, name, 'is no text');
    return value;
  }

  /** An object, or the JSON text of one: hosts write both. Empty where it is absent. */
  object(name: string): JsonObject {
    const value = this.get(name) ?? {};
    const read = typeof value === 'string' ? parsed(value, this.#host, name) : value;
    if (!isJsonObject(read)) throw invalid(this.#host, name, 'is no object');
    return read;
  }

  /** Absolute paths; others are left out. */
  folders(name: string): readonly string[] {
    const value = this.get(name);
    if (!Array.isArray(value)) return [];
    return (value as readonly JsonValue[]).filter(
      (one): one is string => typeof one === 'string' && isAbsolute(one),
    );
  }

  /** The folder that the host names, or else the one that its hook runs in. */
  folder(name: string, otherwise: string): string {
    const named = this.optionalText(name);
    if (named === undefined || named === '') return otherwise;
    if (!isAbsolute(named)) throw invalid(this.#host, name, 'is no absolute path');
    return named;
  }
}

function parsed(text: string, host: string, name: string): JsonValue {
  if (text === '') return {};
  try {
    return parseStrictJson(text);
  } catch {
    throw invalid(host, name, 'is no JSON');
  }
}

/** What is wrong with `name`; never what stands in it. */
export function invalid(host: string, name: string, problem: string): Fault {
  return new Fault(
    'request.invalid',
    `what ${host} says of the call cannot be read: \`${name}\` ${problem}`,
    {
      path: name,
    },
  );
}
