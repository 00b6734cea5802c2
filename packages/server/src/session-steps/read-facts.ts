/** What a node disclosed of a decision that tells of its session. Whoever wrote it may have written anything. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';

/** Longest text, and most items of a list, that are answered with. */
const MAX_TEXT = 512;
const MAX_ITEMS = 64;

/** It; what is absent was not disclosed. */
export interface SessionFacts {
  /** Labels that the session carried when the decision was made; none is an empty list. */
  readonly carried?: readonly string[] | undefined;
  /** Those of them without which the answer would have been milder, as the node tried. */
  readonly becauseOf?: readonly string[] | undefined;
  /** Words of the policies that refused or held it. */
  readonly reasons?: readonly string[] | undefined;
  /** The session that this one is part of. */
  readonly parent?: string | undefined;
}

/** `fields`: JSON, as they were disclosed. */
export function readSessionFacts(fields: string): SessionFacts {
  const { input, reasons, session } = objectOf(JSON.parse(fields) as JsonValue) ?? {};
  const { labels, decidingLabels } = objectOf(input) ?? {};
  const parent = objectOf(session)?.['parent'];
  return {
    ...listed('carried', labels),
    ...listed('becauseOf', decidingLabels),
    ...listed('reasons', reasons),
    ...(typeof parent === 'string' && parent !== '' ? { parent: parent.slice(0, MAX_TEXT) } : {}),
  };
}

function listed(name: 'carried' | 'becauseOf' | 'reasons', value: JsonValue | undefined): SessionFacts {
  if (!Array.isArray(value)) return {};
  const texts = (value as readonly JsonValue[]).filter((one) => typeof one === 'string');
  return { [name]: [...new Set(texts.slice(0, MAX_ITEMS).map((one) => one.slice(0, MAX_TEXT)))] };
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return value !== undefined && isJsonObject(value) ? value : undefined;
}
