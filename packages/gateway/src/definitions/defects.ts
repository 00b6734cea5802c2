/** What no definition may be, whoever accepts it. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import type { Concern } from './concern.ts';
import { headerAnnotations } from './header-annotations.ts';
import { schemasIn } from './schema-walk.ts';

/** Largest definition, in UTF-16 units of its JSON. */
export const MAX_DEFINITION_LENGTH = 131_072;
/** How deep a definition may be nested. */
export const MAX_DEFINITION_DEPTH = 64;
/** How often `allOf`, `anyOf`, `oneOf`, `not`, `if` may stand within each other. */
export const MAX_COMPOSITIONS = 16;
/** Most schemas of one definition. */
export const MAX_SCHEMAS = 4_096;
/** Most tools of one server that are pinned. */
export const MAX_TOOLS_PER_SERVER = 2_048;
/** How much all definitions of one server may come to, in UTF-16 units of JSON. */
export const MAX_LISTING_LENGTH = 4_194_304;

const SCHEMAS = ['inputSchema', 'outputSchema'] as const;
/** Keywords that refer to another schema; only one within the same schema is ever followed. */
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'] as const;

/**
 * The first thing that makes `definition` unusable: past a bound, a reference to a schema elsewhere (none is ever fetched), a header annotation
 * that is not valid. `undefined` where it is usable.
 */
export function defectOf(definition: JsonObject): Concern | undefined {
  if (depthOf(definition, MAX_DEFINITION_DEPTH + 1) > MAX_DEFINITION_DEPTH) {
    return malformed(`it is nested more than ${MAX_DEFINITION_DEPTH} deep`);
  }
  if (JSON.stringify(definition).length > MAX_DEFINITION_LENGTH) {
    return malformed(`it is longer than ${MAX_DEFINITION_LENGTH} characters`);
  }
  for (const name of SCHEMAS) {
    const schema = ownProperty(definition, name);
    if (schema === undefined) continue;
    if (!isJsonObject(schema)) return malformed(`its \`${name}\` is no object`);
    const defect = schemaDefect(name, schema);
    if (defect !== undefined) return defect;
  }
  const headers = headerAnnotations(definition);
  return 'problem' in headers ? { kind: 'invalid-header-annotation', message: headers.problem } : undefined;
}

function schemaDefect(name: string, root: JsonObject): Concern | undefined {
  let count = 0;
  for (const { schema, path, compositions } of schemasIn(root)) {
    count += 1;
    if (count > MAX_SCHEMAS) return malformed(`its \`${name}\` holds more than ${MAX_SCHEMAS} schemas`);
    if (compositions > MAX_COMPOSITIONS) {
      return malformed(`its \`${name}\` is composed more than ${MAX_COMPOSITIONS} deep`);
    }
    for (const keyword of REFERENCES) {
      const reference = ownProperty(schema, keyword);
      if (reference === undefined || (typeof reference === 'string' && reference.startsWith('#'))) continue;
      const at = [name, ...path, keyword].join('/');
      return { kind: 'remote-reference', message: `\`${at}\` refers to a schema outside of the definition` };
    }
  }
  return undefined;
}

function malformed(message: string): Concern {
  return { kind: 'malformed-definition', message };
}

/** How deep `value` is nested, counted no further than `limit`. */
function depthOf(value: JsonValue, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit === 0) return 1;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, limit - 1));
  return deepest + 1;
}
