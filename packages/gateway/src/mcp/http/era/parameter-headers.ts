/** `Mcp-Param-*`: arguments that a client repeats in headers must be those of the body (MCP 2026-07-28, Streamable HTTP, "Server validation"). */
import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import { type HeaderAnnotation, headerAnnotations } from '../../../definitions/index.ts';
import { HEADER_MISMATCH, type RpcErrorObject } from '../../rpc/index.ts';
import { decodeHeaderValue, headerValue } from './header-value.ts';

/** A number as a header may write it; `42.0` is 42. */
const DECIMAL = /^-?[0-9]{1,40}(?:\.[0-9]{1,40})?$/;

/**
 * What is wrong with the headers of a call of the tool `definition` with `args`; `undefined` where nothing is. An argument that is annotated and
 * not null needs its header; a header for an argument that did not come says nothing.
 */
export function parameterProblem(
  headers: IncomingHttpHeaders,
  definition: JsonObject,
  args: JsonObject,
): RpcErrorObject | undefined {
  const read = headerAnnotations(definition);
  if ('problem' in read) return undefined; // Such a tool is not served at all.
  for (const annotation of read.annotations) {
    const value = valueAt(args, annotation.path);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
    const name = `Mcp-Param-${annotation.header}`;
    const sent = headerValue(headers[name.toLowerCase()]);
    if (sent === undefined) return mismatch(`the \`${name}\` header is missing`);
    const decoded = decodeHeaderValue(sent);
    if (decoded === undefined) return mismatch(`the \`${name}\` header is no Base64 of UTF-8`);
    if (!isSame(annotation, decoded, value)) {
      return mismatch(
        `the \`${name}\` header says something else than \`arguments.${annotation.path.join('.')}\``,
      );
    }
  }
  return undefined;
}

function isSame({ type }: HeaderAnnotation, text: string, value: string | number | boolean): boolean {
  if (type === 'integer' && typeof value === 'number') return DECIMAL.test(text) && Number(text) === value;
  return text === String(value);
}

function valueAt(args: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = args;
  for (const key of path) value = isJsonObject(value) ? ownProperty(value, key) : undefined;
  return value;
}

function mismatch(message: string): RpcErrorObject {
  return { code: HEADER_MISMATCH, message };
}
