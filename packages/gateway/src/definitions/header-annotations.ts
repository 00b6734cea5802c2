/** `x-mcp-header`: arguments that a Streamable HTTP client also sends as headers `Mcp-Param-…` (MCP 2026-07-28). */
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import { schemasIn } from './schema-walk.ts';

/** The keyword of a property's schema. */
const KEYWORD = 'x-mcp-header';
/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Types whose values have one text; `number` is not among them in the specification. */
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

/** One argument that is sent as a header too. */
export interface HeaderAnnotation {
  /** Where the argument stands in `arguments`, from the outside in; at least one name. */
  readonly path: readonly string[];
  /** What follows `Mcp-Param-` in the header's name, as annotated. */
  readonly header: string;
  readonly type: 'string' | 'integer' | 'boolean';
}

/** The annotations of a definition, or the first thing that makes the whole definition invalid. */
export type HeaderAnnotations =
  | { readonly annotations: readonly HeaderAnnotation[] }
  | { readonly problem: string };

/**
 * The header annotations of `definition`. Each is a token, unique whatever its case, on a property of a primitive type that is reached by `properties`
 * alone, at any depth; one that stands anywhere else, behind `items`, `anyOf`, `$defs`, … makes the definition invalid.
 */
export function headerAnnotations(definition: JsonObject): HeaderAnnotations {
  const known = READ.get(definition);
  if (known !== undefined) return known;
  const read = readAnnotations(definition);
  READ.set(definition, read);
  return read;
}

/** Of definitions as they were read, which nobody changes: each call asks. Gone with them. */
const READ = new WeakMap<JsonObject, HeaderAnnotations>();

function readAnnotations(definition: JsonObject): HeaderAnnotations {
  const schema = ownProperty(definition, 'inputSchema');
  if (!isJsonObject(schema)) return { annotations: [] };
  const annotations: HeaderAnnotation[] = [];
  const seen = new Set<string>();
  for (const place of schemasIn(schema)) {
    if (!Object.hasOwn(place.schema, KEYWORD)) continue;
    const header = ownProperty(place.schema, KEYWORD);
    const type = ownProperty(place.schema, 'type');
    const at = place.path.length === 0 ? 'the schema itself' : `\`${place.path.join('/')}\``;
    if (place.properties === undefined || place.properties.length === 0) {
      return { problem: `\`${KEYWORD}\` at ${at} is not on a property that \`properties\` alone lead to` };
    }
    if (typeof header !== 'string' || !TOKEN.test(header)) {
      return { problem: `\`${KEYWORD}\` at ${at} is no name of a header (RFC 9110 token)` };
    }
    if (!TYPES.has(type)) {
      return { problem: `\`${KEYWORD}\` at ${at} is on a type other than string, integer and boolean` };
    }
    if (seen.has(header.toLowerCase())) {
      return { problem: `\`${KEYWORD}\` at ${at} names the header \`${header}\` a second time` };
    }
    seen.add(header.toLowerCase());
    annotations.push({ path: place.properties, header, type: type as HeaderAnnotation['type'] });
  }
  return { annotations };
}
