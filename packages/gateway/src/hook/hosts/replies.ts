/** What replies have in common. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import type { HookReply } from '../types.ts';

/** Says nothing: the host goes on as it would, with its own questions to its user. */
export const SILENT: HookReply = { stdout: '', stderr: '', exitCode: 0 };

/** One object on standard output, and a good end. */
export function said(value: JsonObject): HookReply {
  return { stdout: `${JSON.stringify(value)}\n`, stderr: '', exitCode: 0 };
}

/** A denial: the host's own words, its blocking exit code, and the reason for those who read only that. */
export function refused(value: JsonObject, reason: string, exitCode: number): HookReply {
  return { stdout: `${JSON.stringify(value)}\n`, stderr: `${reason}\n`, exitCode };
}

/** What a shape is told by, and no reader's text. */
const SHAPE = new Set(['type', 'kind', 'resultType', 'status', 'role', 'mimeType', 'media_type']);
/** Where models read. */
const TEXT = new Set(['textResultForLlm', 'content', 'text', 'stdout', 'output', 'llmContent', 'result']);

/** `output` in its own shape with `reason` in place of what it says: a host refuses a result of another shape. */
export function emptied(output: JsonValue | undefined, reason: string): JsonValue {
  const [made, isSaid] = withReason(output ?? '', reason, (key) => TEXT.has(key));
  if (isSaid) return made;
  const [other, isSaidElsewhere] = withReason(output ?? '', reason, (key) => !SHAPE.has(key));
  return isSaidElsewhere ? other : reason;
}

/** All texts taken out but those of the shape, the first one whose key `mayHold` replaced; and whether there was one. */
function withReason(
  output: JsonValue,
  reason: string,
  mayHold: (key: string) => boolean,
): readonly [JsonValue, boolean] {
  let isSaid = false;
  const empty = (value: JsonValue, key: string): JsonValue => {
    if (typeof value === 'string') {
      if (SHAPE.has(key) && value.length <= 64) return value;
      if (isSaid || !mayHold(key)) return '';
      isSaid = true;
      return reason;
    }
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((member) => empty(member, key));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, empty(one, name)]));
  };
  const made = empty(output, '');
  return [made, isSaid];
}

/** `output` as a model reads it. */
export function textOf(output: JsonValue): string {
  return typeof output === 'string' ? output : JSON.stringify(output);
}
