/** Access logs of one JSON object a line, by the names that loggers and proxies commonly use. */
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
  parseStrictJson,
} from '../../kernel/index.ts';
import { type AccessLog, type AccessRecord, readLines, shownLine } from './access-record.ts';

const TIME = ['time', 'timestamp', '@timestamp', 'ts', 'date', 'datetime'];
const TOOL = ['tool', 'tool_name', 'toolName', 'mcp.tool.name', 'gen_ai.tool.name', 'rpc.method'];
const CORRELATION = ['receipt', 'trace_id', 'traceId', 'traceparent', 'trace.id'];
/** Below this a number is seconds since 1970, above it milliseconds: the year 2286 in the one, 1970 in the other. */
const MILLISECONDS_FROM = 10_000_000_000;
/** Farthest instant from 1970 that can be shown (ECMA-262, Time Values and Time Range). */
const LAST_TIME_MS = 8.64e15;

/** Reads `text`. A line without a time that can be understood is told as unreadable. */
export function readJsonLines(text: string): AccessLog {
  return readLines(text, readLine);
}

function readLine(line: string, at: number): AccessRecord | { readonly reason: string } {
  let value: JsonValue;
  try {
    value = parseStrictJson(line);
  } catch {
    return { reason: 'not JSON' };
  }
  if (!isJsonObject(value)) return { reason: 'not a JSON object' };
  const time = timeOf(first(value, TIME));
  if (time === undefined) return { reason: `no time: expected one of ${TIME.join(', ')}` };
  const tool = first(value, TOOL);
  const correlation = correlationOf(first(value, CORRELATION));
  return {
    time,
    line: at,
    text: shownLine(line),
    ...(typeof tool === 'string' && tool !== '' ? { tool } : {}),
    ...(correlation === undefined ? {} : { correlation }),
  };
}

/** The first member that is there; a name with dots is also looked up inside. */
function first(object: JsonObject, names: readonly string[]): JsonValue | undefined {
  for (const name of names) {
    const found = ownProperty(object, name) ?? within(object, name.split('.'));
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

function within(object: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of path) value = isJsonObject(value) ? ownProperty(value, step) : undefined;
  return value;
}

function timeOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  if (Number.isFinite(number) && value !== '') {
    const time = Math.round(number < MILLISECONDS_FROM ? number * 1000 : number);
    return Math.abs(time) <= LAST_TIME_MS ? time : undefined;
  }
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** The trace id of a W3C `traceparent`, a bare trace id, or any other text as it is. */
export function correlationOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i.exec(value);
  return (traceparent?.[1] ?? value).toLowerCase();
}
