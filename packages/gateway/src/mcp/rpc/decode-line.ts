/** One line in, one message or one clear refusal out. */
import { Fault, type FaultCode, fromUtf8, isFault, type JsonValue, parseStrictJson } from '@writ/core';
import { INVALID_REQUEST, PARSE_ERROR } from './error-codes.ts';
import { type RpcId, type RpcMessage, readMessage, requestIdOf } from './message.ts';
import { outlineOf } from './outline.ts';

/** A line that is no message. */
export interface MalformedLine {
  readonly kind: 'malformed';
  readonly code: FaultCode;
  /** What to answer, with the place. */
  readonly error: { readonly code: number; readonly message: string };
  /** Whether it was an answer to a request of ours (`response`), where that can be known safely. */
  readonly of: 'call' | 'response' | 'unknown';
  /** The id, where it can be known safely. */
  readonly id: RpcId | null;
  /** The same in words of ours alone, for everybody but its sender: names of keys are the sender's words, and nobody judged them. */
  readonly problem: string;
}

const BLANK = /^[ \t\r]*$/;

/** The message in a line of UTF-8 `bytes`; `undefined` for a blank line. Never throws for what a peer wrote. */
export function decodeLine(bytes: Uint8Array): RpcMessage | MalformedLine | undefined {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (thrown) {
    return malformedLine(thrown, undefined);
  }
  return decodeText(text);
}

/** The message in `text`, as {@link decodeLine}; for transports whose framing is text. */
export function decodeText(text: string): RpcMessage | MalformedLine | undefined {
  if (BLANK.test(text)) return undefined;
  let value: JsonValue;
  try {
    value = parseStrictJson(text);
  } catch (thrown) {
    return malformedLine(thrown, text);
  }
  try {
    return readMessage(value);
  } catch (thrown) {
    const id = requestIdOf(value);
    return { ...malformedLine(thrown, undefined), id: id ?? null, of: id === undefined ? 'unknown' : 'call' };
  }
}

/** What is wrong with text that is not read, by code. */
const PROBLEMS: Readonly<Partial<Record<FaultCode, string>>> = {
  'json.syntax': 'it is not JSON',
  'json.duplicate-key': 'a key stands twice in one object',
  'json.lone-surrogate': 'it has a lone surrogate',
  'json.inexact-integer': 'it has an integer that cannot be held exactly',
  'json.too-deep': 'it is nested too deep',
  'json.too-large': 'it is too long',
};

function problemOf({ code, data, message }: Fault): string {
  if (!code.startsWith('json.')) return message;
  const { line, column } = data;
  const place = line === undefined ? '' : ` at line ${Number(line)}, column ${Number(column)}`;
  return `${PROBLEMS[code] ?? 'it cannot be read'}${place}`;
}

/** The answer to a line past the bound of `maxBytes`. */
export function tooLongLine(maxBytes: number): MalformedLine {
  const message = `a line is longer than ${maxBytes} bytes, its bytes were discarded`;
  return malformedLine(new Fault('rpc.too-large', message), undefined);
}

function malformedLine(thrown: unknown, text: string | undefined): MalformedLine {
  if (!isFault(thrown)) throw thrown;
  const isText = thrown.code === 'json.syntax' || thrown.code === 'bytes.encoding';
  // JSON-RPC 2.0 §5: text that does not parse has no id; a refusal of well-formed text may know it.
  const outline = isText || text === undefined ? undefined : outlineOf(text);
  return {
    kind: 'malformed',
    code: thrown.code,
    error: { code: isText ? PARSE_ERROR : INVALID_REQUEST, message: thrown.message },
    of: outline === undefined ? 'unknown' : outline.isCall ? 'call' : 'response',
    id: outline?.id ?? null,
    problem: problemOf(thrown),
  };
}
