/** Headers of a modern request, always made from the body that is sent, so that the two cannot disagree. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import type { HeaderAnnotation } from '../../../definitions/index.ts';

/** Longest value that is mirrored, in characters once encoded; servers refuse headers of 16 KB as a whole. */
const MAX_VALUE_LENGTH = 8_192;
const ENCODED_START = '=?base64?';
const ENCODED_END = '?=';
/** Visible ASCII with single spaces and tabs inside (RFC 9110 §5.5). */
const PLAIN = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/** Which parameter `Mcp-Name` mirrors, by method (MCP 2026-07-28; the tasks extension). */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

/** Names and values in turn, or why the request cannot be sent. */
export type HeaderPairs = string[] | { readonly problem: string };

/** The headers that mirror `method` and `params`; `mirrored` are the annotations of the tool that is called. */
export function requestHeaders(
  method: string,
  params: JsonObject,
  version: string,
  mirrored: readonly HeaderAnnotation[],
): HeaderPairs {
  // A method may be of any characters, and a header may not; the encoding is that of `Mcp-Name`.
  const pairs = ['mcp-protocol-version', version, 'mcp-method', encodeHeaderValue(method)];
  const field = NAMED_BY.get(method);
  const name = field === undefined ? undefined : ownProperty(params, field);
  if (typeof name === 'string') pairs.push('mcp-name', encodeHeaderValue(name));
  if (mirrored.length > 0) {
    const args = ownProperty(params, 'arguments');
    for (const { path, header } of mirrored) {
      const text = textOf(valueAt(args, path));
      if (text !== undefined) pairs.push(`mcp-param-${header}`, encodeHeaderValue(text));
    }
  }
  return pairs.some((value) => value.length > MAX_VALUE_LENGTH)
    ? { problem: `a value that is mirrored in a header is longer than ${MAX_VALUE_LENGTH} characters` }
    : pairs;
}

/** `text` as the value of a header: as it is where every reader reads it so, else as `=?base64?…?=` of its UTF-8. */
export function encodeHeaderValue(text: string): string {
  const isPlain = PLAIN.test(text) && !(text.startsWith(ENCODED_START) && text.endsWith(ENCODED_END));
  return isPlain ? text : `${ENCODED_START}${Buffer.from(text, 'utf8').toString('base64')}${ENCODED_END}`;
}

function valueAt(root: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let value = root;
  for (const key of path) value = isJsonObject(value) ? ownProperty(value, key) : undefined;
  return value;
}

/** Absent and `null` values have no header, and neither have values of another type: the server judges those by the body. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && !(Number.isInteger(value) && !Number.isSafeInteger(value)))
    return String(value);
  return undefined;
}
