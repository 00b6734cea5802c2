/** What is left of a body once a person was erased from it. */
import { ERASED_FIELDS } from '../../audit/index.ts';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { cutFrom, type PersonNames } from './person/index.ts';

/** Names what was erased where no field was: the person was named among those whom the body concerns. */
const CONCERNS = 'concerns';

/** Whom `body` concerns, as it says. */
export function concernsOfBody(body: JsonObject): readonly string[] {
  const { concerns } = body;
  return Array.isArray(concerns) ? concerns.map(String) : [];
}

/**
 * The text of `body` to seal in its place; `undefined` where it concerns nobody else, and all of it goes. Fields that hold one of the person's names lose their
 * salt and with it their proof: what is left of them stands under `redacted`, and `erased` names them.
 */
export function stripBody(body: JsonObject, person: PersonNames): string | undefined {
  const others = concernsOfBody(body).filter((one) => !person.isIn(one));
  if (others.length === 0) return undefined;
  const fields = { ...objectAt(body, 'fields') };
  const salts = { ...objectAt(body, 'salts') };
  const redacted = { ...(cutFrom(objectAt(body, 'redacted'), person) as JsonObject) };
  const erased = new Set(Array.isArray(body[ERASED_FIELDS]) ? body[ERASED_FIELDS].map(String) : []);
  const { input } = body;
  let left = input;
  const take = (name: string, value: JsonValue): boolean => {
    const rest = cutFrom(value, person);
    if (rest === value) return false;
    redacted[name] = rest;
    delete salts[name];
    erased.add(name);
    return true;
  };
  for (const [name, value] of Object.entries(fields)) if (take(name, value)) delete fields[name];
  if (input !== undefined && take('input', input)) left = undefined;
  if (erased.size === 0) erased.add(CONCERNS);
  return canonicalJson({
    fields,
    salts,
    ...(left === undefined ? {} : { input: left }),
    concerns: others,
    ...(Object.keys(redacted).length === 0 ? {} : { redacted }),
    [ERASED_FIELDS]: [...erased].toSorted(),
  });
}

function objectAt(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  return isJsonObject(value) ? value : {};
}
