/** OpenTelemetry spans in the JSON form of OTLP, one export request in the file or one a line. */
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
  parseStrictJson,
} from '../../kernel/index.ts';
import { type AccessLog, type AccessRecord, shownLine } from './access-record.ts';

/** Attributes that name the tool (OpenTelemetry semantic conventions for generative AI and MCP). */
const TOOL = ['gen_ai.tool.name', 'mcp.tool.name'];
/** `SPAN_KIND_SERVER`, as a number and as a word. */
const SERVER_KINDS: ReadonlySet<JsonValue> = new Set<JsonValue>([2, 'SPAN_KIND_SERVER']);

/** Reads server spans from `text`; spans of other kinds, and server spans of methods other than tool calls, are no calls. */
export function readOtlpSpans(text: string): AccessLog {
  const records: AccessRecord[] = [];
  const unreadable: { readonly line: number; readonly reason: string }[] = [];
  for (const { value, line } of documents(text)) {
    if (!isJsonObject(value)) {
      unreadable.push({ line, reason: 'not JSON of OTLP' });
      continue;
    }
    for (const span of spansOf(value)) {
      const found = readSpan(span, line);
      if (found !== undefined && 'reason' in found) unreadable.push({ line, reason: found.reason });
      else if (found !== undefined) records.push(found);
    }
  }
  return { records, unreadable };
}

function* documents(
  text: string,
): Generator<{ readonly value: JsonValue | undefined; readonly line: number }> {
  const whole = parsed(text);
  if (whole !== undefined) {
    yield { value: whole, line: 1 };
    return;
  }
  let line = 0;
  for (const one of text.split('\n')) {
    line += 1;
    if (one.trim() !== '') yield { value: parsed(one), line };
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseStrictJson(text, { maxLength: 256 * 1024 * 1024, maxDepth: 64 });
  } catch {
    return undefined;
  }
}

function spansOf(document: JsonObject): readonly JsonObject[] {
  return objects(document['resourceSpans'])
    .flatMap((resource) => objects(resource['scopeSpans']))
    .flatMap((scope) => objects(scope['spans']));
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

function readSpan(span: JsonObject, line: number): AccessRecord | { readonly reason: string } | undefined {
  if (!SERVER_KINDS.has(ownProperty(span, 'kind') ?? null)) return undefined;
  const attributes = new Map(
    objects(span['attributes']).map((one) => [ownProperty(one, 'key'), textOf(ownProperty(one, 'value'))]),
  );
  const method = attributes.get('mcp.method.name');
  if (method !== undefined && method !== 'tools/call') return undefined;
  const started = ownProperty(span, 'startTimeUnixNano');
  if (typeof started !== 'string' || !/^\d{1,20}$/.test(started)) return { reason: 'a span has no start' };
  const time = Number(BigInt(started) / 1_000_000n);
  const tool = TOOL.map((name) => attributes.get(name)).find((name) => name !== undefined);
  const [trace, name] = [ownProperty(span, 'traceId'), ownProperty(span, 'name')];
  return {
    time,
    line,
    text: shownLine(typeof name === 'string' ? name : 'span'),
    ...(tool === undefined ? {} : { tool }),
    ...(typeof trace === 'string' && trace !== '' ? { correlation: trace.toLowerCase() } : {}),
  };
}

function textOf(value: JsonValue | undefined): string | undefined {
  const text = isJsonObject(value) ? ownProperty(value, 'stringValue') : undefined;
  return typeof text === 'string' ? text : undefined;
}
