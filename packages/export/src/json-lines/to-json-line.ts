/** One event on one line. */
import { type JsonObject, visibleInJson } from '@writ/core';

/** Media type of a file of such lines. */
export const JSON_LINES_TYPE = 'application/x-ndjson';

/**
 * `value` as JSON and a line feed. Line separators, control and invisible characters are JSON's own escapes: it parses to the same value, and no reader sees more than one line.
 */
export function toJsonLine(value: JsonObject): string {
  return `${visibleInJson(JSON.stringify(value))}\n`;
}
