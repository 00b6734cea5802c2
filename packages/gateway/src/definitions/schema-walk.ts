/** Walks a JSON Schema by its keywords, so that a property that is called like a keyword is not taken for one. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';

/** Keywords that hold schemas by name. */
const NAMED = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
  'dependencies',
]);
/** Keywords that hold data, whatever it looks like. */
const DATA = new Set(['const', 'enum', 'default', 'examples', 'example', 'required', 'dependentRequired']);
/** Keywords by which a schema is composed of others. */
const COMPOSING = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else']);

/** A schema within a schema. */
export interface SchemaPlace {
  readonly schema: JsonObject;
  /** Names of properties and keywords from the root. */
  readonly path: readonly string[];
  /** Names of properties where only `properties` lead here; absent elsewhere. */
  readonly properties?: readonly string[];
  /** How many composing keywords lead here. */
  readonly compositions: number;
}

/** Every schema in `root`, the root first. What is no known keyword is taken for one that holds schemas. */
export function* schemasIn(root: JsonObject): Generator<SchemaPlace> {
  const waiting: SchemaPlace[] = [{ schema: root, path: [], properties: [], compositions: 0 }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    yield place;
    const inner: SchemaPlace[] = [];
    for (const [keyword, value] of Object.entries(place.schema)) {
      if (DATA.has(keyword)) continue;
      for (const [steps, schema] of schemasOf(keyword, value)) {
        const isProperty = keyword === 'properties' && place.properties !== undefined;
        inner.push({
          schema,
          path: [...place.path, ...steps],
          ...(isProperty ? { properties: [...(place.properties ?? []), steps[1] ?? ''] } : {}),
          compositions: place.compositions + (COMPOSING.has(keyword) ? 1 : 0),
        });
      }
    }
    waiting.push(...inner.reverse());
  }
}

function schemasOf(keyword: string, value: JsonValue): readonly (readonly [readonly string[], JsonObject])[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, index) =>
      isJsonObject(item) ? [[[keyword, String(index)], item] as const] : [],
    );
  }
  if (!isJsonObject(value)) return [];
  if (!NAMED.has(keyword)) return [[[keyword], value]];
  return Object.entries(value).flatMap(([name, schema]) =>
    isJsonObject(schema) ? [[[keyword, name], schema] as const] : [],
  );
}
