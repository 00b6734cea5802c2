/** Labels that a session carries from an entry on. Their names are of policies, and stand in the clear. */
import { isJsonObject, isPermitting, type JsonObject, type JsonValue, VERDICTS } from '@writ/core';

/** Longest name of a label that is listed, and most of one entry. */
const MAX_NAME = 128;
const MAX_GIVEN = 64;

/** Those of a decision by itself: a list shows what it lists at once, and has no outcome. */
export function givenByDecision(decision: JsonObject | undefined): readonly string[] {
  return decision?.['phase'] === 'list' && permits(decision) ? bounded(labelsOf(decision)) : [];
}

/** Those of the action that `outcome` closes: of the call and of its result. None where nobody saw anything of it. */
export function givenByOutcome(outcome: JsonObject, entry: JsonObject | undefined): readonly string[] {
  const decision = objectOf(entry?.['decision']);
  const delivery = objectOf(outcome['delivery']);
  const ended = outcome['outcome'];
  // What flowed while it was performed was seen, and was judged by nobody afterwards.
  if (delivery === undefined && ended !== 'performed' && ended !== 'failed') return [];
  return bounded([...labelsOf(decision), ...labelsOf(delivery)]);
}

function permits({ verdict }: JsonObject): boolean {
  const known = VERDICTS.find((one) => one === verdict);
  return known !== undefined && isPermitting(known);
}

function labelsOf(judged: JsonObject | undefined): readonly string[] {
  const obligations = judged?.['obligations'];
  if (!Array.isArray(obligations)) return [];
  return (obligations as readonly JsonValue[]).flatMap((one) => {
    const { type, names } = isJsonObject(one) ? one : {};
    if (type !== 'label' || !Array.isArray(names)) return [];
    return (names as readonly JsonValue[]).filter((name) => typeof name === 'string' && name !== '');
  }) as readonly string[];
}

function bounded(labels: readonly string[]): readonly string[] {
  return [...new Set(labels.map((label) => label.slice(0, MAX_NAME)))].sort().slice(0, MAX_GIVEN);
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return value !== undefined && isJsonObject(value) ? value : undefined;
}
