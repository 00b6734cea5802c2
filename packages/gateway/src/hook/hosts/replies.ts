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

/** `output` in its own shape with `reason` in place of all that it says: a host refuses a result of another shape. */
export function emptied(output: JsonValue | undefined, reason: string): JsonValue {
  let isSaid = false;
  const empty = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') {
      if (isSaid) return '';
      isSaid = true;
      return reason;
    }
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map(empty);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, empty(one)]));
  };
  const made = empty(output ?? '');
  return isSaid ? made : reason;
}

/** `output` as a model reads it. */
export function textOf(output: JsonValue): string {
  return typeof output === 'string' ? output : JSON.stringify(output);
}
