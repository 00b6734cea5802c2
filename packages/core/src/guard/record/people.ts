/** Whom arguments and results name by an address or a number: found with them where they ask what is recorded of them. */
import type { JsonValue } from '../../kernel/index.ts';
import { addressConcern, type Finding, phoneConcern } from '../../model/index.ts';

/** Most people that one body is found under because they are named in it: one row and one HMAC each. */
const MAX_NAMED_PEOPLE = 64;

/** Kinds of findings that name a person in a form that can be looked up. */
const CONCERN_OF: Readonly<Record<string, (text: string) => string | undefined>> = {
  email: addressConcern,
  phone: phoneConcern,
};

/** People named in a value. */
export interface NamedPeople {
  readonly concerns: readonly string[];
  /** How many more there were. */
  readonly cut: number;
}

/** Nobody is named. */
export const NOBODY: NamedPeople = { concerns: [], cut: 0 };

/** The people that `findings` saw in `value`: addresses in lower case, numbers as E.164 writes them as far as they say their country. */
export function peopleIn(value: JsonValue, findings: readonly Finding[]): NamedPeople {
  const concerns = new Set<string>();
  let cut = 0;
  for (const { kind, span } of findings) {
    const concernOf = Object.hasOwn(CONCERN_OF, kind) ? CONCERN_OF[kind] : undefined;
    if (concernOf === undefined) continue;
    const text = textAt(value, span);
    const concern = text === undefined ? undefined : concernOf(text.slice(span.start, span.end));
    if (concern === undefined || concerns.has(concern)) continue;
    if (concerns.size === MAX_NAMED_PEOPLE) cut += 1;
    else concerns.add(concern);
  }
  return { concerns: [...concerns], cut };
}

/** The string that a span lies in; `undefined` where there is none. */
function textAt(value: JsonValue, { pointer, inKey }: Finding['span']): string | undefined {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (inKey === true) return steps.at(-1);
  let at: JsonValue | undefined = value;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string, JsonValue>>)[step];
  }
  return typeof at === 'string' ? at : undefined;
}
