/** Every text of a definition that a model may be shown, with its place. */
import type { JsonValue } from '@writ/core';

/** A text and the JSON Pointer (RFC 6901) of where it stands; of a property's name, the pointer of the property. */
export interface DefinitionText {
  readonly pointer: string;
  readonly text: string;
}

/** All strings of `value`, names of properties included, in order. */
export function textsIn(value: JsonValue, pointer = ''): readonly DefinitionText[] {
  if (typeof value === 'string') return [{ pointer, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string, JsonValue])[] = Array.isArray(value)
    ? value.map((item: JsonValue, index) => [String(index), item])
    : Object.entries(value);
  return entries.flatMap(([name, inner]) => {
    const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return Array.isArray(value)
      ? textsIn(inner, place)
      : [{ pointer: place, text: name }, ...textsIn(inner, place)];
  });
}
