/** Takes the transport's part out of a method's parameters, and puts it back. */
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
  type Performance,
  type TraceContext,
} from '@writ/core';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Of the protocol: a date. */
const VERSION = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
/** What a modern request says of its client in any case (MCP 2026-07-28). */
const ENVELOPE: ReadonlySet<string> = new Set([
  'io.modelcontextprotocol/protocolVersion',
  'io.modelcontextprotocol/clientInfo',
  'io.modelcontextprotocol/clientCapabilities',
  'io.modelcontextprotocol/logLevel',
]);
/** W3C Trace Context §3.3.1.5: what has to be propagated at least, in characters. */
const MAX_TRACESTATE = 512;

/** Parameters without `_meta`: what is governed. And `_meta` as it came, where it came. */
export interface SplitParams {
  readonly args: JsonObject;
  readonly meta: JsonObject | undefined;
}

/** Splits `params`. A `_meta` that is no object stays among the governed ones. */
export function splitParams(params: JsonObject | undefined): SplitParams {
  const meta = params === undefined ? undefined : ownProperty(params, '_meta');
  if (params === undefined || !isJsonObject(meta)) return { args: params ?? {}, meta: undefined };
  const { _meta, ...args } = params;
  return { args, meta };
}

/** The parameters to send: what was judged, and `_meta` as it came. `undefined` where there is nothing and nothing came. */
export function joinParams(args: JsonObject, { meta }: SplitParams, had: boolean): JsonObject | undefined {
  if (meta !== undefined) return { ...args, _meta: meta };
  return had || Object.keys(args).length > 0 ? args : undefined;
}

/**
 * `split` as it may be sent: with `_meta` as it came, or, where a rule of a purpose names what may be received, with what of it the protocol needs. Words that
 * a client and a server have for each other are nothing that a purpose was asked about.
 */
export function sendable(split: SplitParams, { isMinimised }: Pick<Performance, 'isMinimised'>): SplitParams {
  return isMinimised === true ? { ...split, meta: bareMeta(split.meta) } : split;
}

/** What of `meta` a server needs to understand a request: who speaks which version, a number by which progress is told, and the id of a trace. */
export function bareMeta(meta: JsonObject | undefined): JsonObject | undefined {
  if (meta === undefined) return undefined;
  return Object.fromEntries(Object.entries(meta).filter(([key, value]) => isOfProtocol(key, value)));
}

function isOfProtocol(key: string, value: JsonValue): boolean {
  return ENVELOPE.has(key) || isPlain(key, value);
}

/** The W3C trace context in `meta`, where it is well-formed. */
export function traceOf(meta: JsonObject | undefined): TraceContext | undefined {
  const traceparent = meta === undefined ? undefined : ownProperty(meta, 'traceparent');
  if (meta === undefined || typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent))
    return undefined;
  const tracestate = ownProperty(meta, 'tracestate');
  if (typeof tracestate !== 'string' || tracestate.length > MAX_TRACESTATE) return { traceparent };
  return { traceparent, tracestate };
}

/**
 * What of `meta` is looked at by the checks although no policy reads it: all but a version, a number by which progress is told, and the id of a trace,
 * each in its own form alone. `undefined` where nothing is left.
 */
export function besideOf(meta: JsonObject | undefined, more: JsonObject = {}): JsonObject | undefined {
  const said = Object.entries(meta ?? {}).filter(([key, value]) => !isPlain(key, value));
  if (said.length === 0 && Object.keys(more).length === 0) return undefined;
  return { ...more, ...(said.length === 0 ? {} : { _meta: Object.fromEntries(said) }) };
}

function isPlain(key: string, value: JsonValue): boolean {
  switch (key) {
    case 'io.modelcontextprotocol/protocolVersion':
      return typeof value === 'string' && VERSION.test(value);
    case 'progressToken':
      return typeof value === 'number';
    case 'traceparent':
      return typeof value === 'string' && TRACEPARENT.test(value);
    default:
      return false;
  }
}
