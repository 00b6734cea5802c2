/** Fields of what a control plane answers, each looked at before it is believed. */
import { Fault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';

/** The object in `value`. Throws `upstream.protocol`, as all here. */
export function objectIn(value: JsonValue | undefined): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Fault('upstream.protocol', 'the control plane answered no object');
}

export function textIn(object: JsonObject, name: string): string {
  const value = ownProperty(object, name);
  if (typeof value === 'string') return value;
  throw missing(name);
}

export function numberIn(object: JsonObject, name: string): number {
  const value = ownProperty(object, name);
  if (typeof value === 'number') return value;
  throw missing(name);
}

export function textsIn(object: JsonObject, name: string): readonly string[] {
  const value = ownProperty(object, name);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw missing(name);
}

export function objectsIn(object: JsonObject, name: string): readonly JsonObject[] {
  const value = ownProperty(object, name);
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  throw missing(name);
}

/** The text, or nothing where the field is not there. */
export function maybeText(object: JsonObject, name: string): string | undefined {
  return ownProperty(object, name) === undefined ? undefined : textIn(object, name);
}

function missing(name: string): Fault {
  return new Fault('upstream.protocol', `the control plane answered without a usable \`${name}\``);
}
