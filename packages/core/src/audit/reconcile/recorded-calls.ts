/** Tool calls that the log says were performed, or may have been. */
import { isFault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../../kernel/index.ts';
import type { LogReader, Outcome } from '../../model/index.ts';
import { correlationOf } from './json-lines.ts';

/** One call that the log permitted and closed, or left open. */
export interface RecordedCall {
  /** Index of the decision. */
  readonly index: number;
  readonly receipt: string;
  /** Name of the tool, without its server. */
  readonly tool: string;
  /** When it was decided, and when it was closed, which an open one may be until the end of the period; milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** `open`: it is under way, or its node ended and nobody came back yet. */
  readonly outcome: Exclude<Outcome, 'not_performed'> | 'open';
  /** The receipt, and the trace id of the call where it had one. */
  readonly correlations: readonly string[];
}

/** Calls of `server` in `reader`, and how many decisions could not be read because their bodies are erased or sealed with another key. */
export interface RecordedCalls {
  readonly calls: readonly RecordedCall[];
  readonly unknown: number;
}

/** Reads them between two instants, both included. Throws `log.*` where the log itself is not readable. */
export function readRecordedCalls(
  reader: Pick<LogReader, 'origin' | 'size' | 'entry' | 'body'>,
  server: string,
  { from, to }: { readonly from: number; readonly to: number },
): RecordedCalls {
  const open = new Map<number, RecordedCall>();
  const calls: RecordedCall[] = [];
  let unknown = 0;
  for (let index = 0; index < reader.size(); index += 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'outcome') {
      const call = open.get(entry.decisionOf);
      open.delete(entry.decisionOf);
      if (call !== undefined && entry.outcome !== 'not_performed')
        calls.push({ ...call, to: Math.max(call.from, entry.time), outcome: entry.outcome });
      continue;
    }
    if (entry.kind !== 'decision' || entry.decision.method !== 'tools/call') continue;
    const { verdict, phase } = entry.decision;
    if (phase !== 'call' || (verdict !== 'allow' && verdict !== 'modify')) continue;
    if (entry.time > to || entry.time < from) continue;
    const body = bodyOf(reader, index);
    if (body === undefined) unknown += 1;
    else {
      const tool = toolOf(body, server);
      const receipt = `${reader.origin}#${index}`;
      const trace = correlationOf(ownProperty(objectAt(body, 'input'), 'trace'));
      const told = receipt.toLowerCase();
      const correlations = trace === undefined ? [told] : [told, trace];
      if (tool !== undefined)
        open.set(index, {
          index,
          receipt,
          tool,
          from: entry.time,
          // Whatever became of it, the server may have served it at any time after.
          to,
          outcome: 'open',
          correlations,
        });
    }
  }
  return { calls: [...calls, ...open.values()].sort((one, other) => one.index - other.index), unknown };
}

function bodyOf(reader: Pick<LogReader, 'body'>, index: number): JsonObject | undefined {
  try {
    return reader.body(index);
  } catch (fault) {
    if (isFault(fault, 'log.body-erased') || isFault(fault, 'key.missing')) return undefined;
    throw fault;
  }
}

/** The tool of `server` that was called, or `undefined` for one of another server. */
function toolOf(body: JsonObject, server: string): string | undefined {
  const target = ownProperty(objectAt(body, 'fields'), 'target');
  const parts: readonly JsonValue[] = Array.isArray(target) ? target : [];
  for (const part of parts) {
    // A part is recorded as action, type, id and server.
    const [, type, id] = Array.isArray(part) ? (part as readonly JsonValue[]) : [];
    if (type === 'tool' && typeof id === 'string' && id.startsWith(`${server}/`))
      return id.slice(server.length + 1);
  }
  return undefined;
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = ownProperty(object, name);
  return isJsonObject(value) ? value : {};
}
