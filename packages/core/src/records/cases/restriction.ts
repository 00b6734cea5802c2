/** Processing that a person had restricted, or objected to (GDPR articles 18 and 21): records that purposes are judged by, written with the case that asks for them. */
import { isJsonObject, type JsonValue } from '../../kernel/index.ts';
import type { StateEffect, StateReader } from '../../model/index.ts';
import { restrictionKeys, spellingsOf } from '../../privacy/index.ts';
import type { StandingCase, SubjectCase } from './subject-case.ts';

type RestrictionState = Pick<StateReader, 'record' | 'tags'>;

/** Whether `purpose` is restricted for the person `subject`: by any case, under any tag. */
export function isRestricted(state: RestrictionState, subject: string, purpose: string): boolean {
  return spellingsOf(subject)
    .flatMap((name) => state.tags(name))
    .flatMap((tag) => restrictionKeys(tag, purpose))
    .some((key) => state.record('consents', key) !== undefined);
}

/** What changes of the person's restrictions when `before` becomes `after`. A restriction that two cases ask for stays until both let go. */
export function restrictionEffects(
  before: StandingCase,
  after: SubjectCase,
  state: RestrictionState,
): readonly StateEffect[] {
  const was = before.isRestricting ? keysOf(before, state, 'all') : [];
  const is = after.isRestricting ? keysOf(after, state, 'present') : [];
  return [
    ...is.filter((key) => !was.includes(key)).map((key) => ask(key, after.id, state)),
    ...was.filter((key) => !is.includes(key)).flatMap((key) => letGo(key, before.id, state)),
  ];
}

function keysOf(
  { subject, purposes }: SubjectCase,
  state: RestrictionState,
  which: 'all' | 'present',
): string[] {
  const tags = subject
    .flatMap(spellingsOf)
    .flatMap((name) => (which === 'all' ? state.tags(name) : state.tags(name).slice(0, 1)));
  const keys = tags.flatMap((tag) =>
    purposes === undefined
      ? [restrictionKeys(tag, '')[0]]
      : purposes.map((one) => restrictionKeys(tag, one)[1]),
  );
  return [...new Set(keys)];
}

function ask(key: string, id: string, state: RestrictionState): StateEffect {
  const present = state.record('consents', key);
  const cases = [...new Set([...casesIn(present?.value), id])];
  return {
    type: 'put_record',
    collection: 'consents',
    key,
    value: { cases },
    expects: present?.index ?? null,
  };
}

function letGo(key: string, id: string, state: RestrictionState): readonly StateEffect[] {
  const present = state.record('consents', key);
  if (present === undefined) return [];
  const at = { collection: 'consents', key, expects: present.index } as const;
  const others = casesIn(present.value).filter((one) => one !== id);
  if (others.length > 0) return [{ type: 'put_record', ...at, value: { cases: others } }];
  return [{ type: 'delete_record', ...at }];
}

function casesIn(value: JsonValue | undefined): readonly string[] {
  const cases = isJsonObject(value) ? value['cases'] : undefined;
  return Array.isArray(cases) ? cases.filter((one) => typeof one === 'string') : [];
}
