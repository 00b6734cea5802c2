/** Forgets a person in the state beside the log: who asked for held actions, who answered, why something was stopped, what they agreed to and were shown. */
import { canonicalJson, isJsonObject } from '../../kernel/index.ts';
import type { EraseEffect, ErasureCause, Hold, StateEffect } from '../../model/index.ts';
import { casesOf, forgetInCases } from '../cases/index.ts';
import { holdsOn } from './holds-on.ts';
import type { PersonNames } from './person/index.ts';
import { recordsDraft, type RecordsLog } from '../records-log.ts';

/** Most rows that one entry changes. */
const MAX_EFFECTS = 256;
/** How often it is looked again because somebody else changed what was to be forgotten. */
const MAX_LOOKS = 16;

/** What of the state was forgotten, and what was not. */
export interface ForgottenState {
  readonly entries: readonly number[];
  /** Legal holds that keep something of it. */
  readonly held: readonly string[];
  /** Decisions that wait for people. */
  readonly waiting: readonly number[];
  readonly pins: readonly string[];
  /** Whether the last look found nothing more that may be forgotten. */
  readonly isThrough: boolean;
}

type Erasing = Required<Pick<EraseEffect, 'requesters' | 'answers' | 'kills'>>;

/**
 * Forgets what is over. Consent that was given, and notices that were shown, go: the next use asks again. Consent that was withdrawn, and restrictions, stay under
 * the person's tag: without them their data would be used again.
 */
export async function forgetState(
  log: RecordsLog,
  person: PersonNames,
  cause: ErasureCause,
): Promise<ForgottenState> {
  const tags = [...new Set(person.concerns.flatMap((one) => log.state.tags(one)))];
  const entries: number[] = [];
  for (let looks = 1; ; looks += 1) {
    const { portions: found, ...left } = lookOver(log, person, tags);
    let refusals = 0;
    for (const { deletions, ...erasing } of found) {
      const effects: readonly StateEffect[] = [{ type: 'erase', bodies: [], tags, ...erasing }, ...deletions];
      const erasure = { cause, destroyed: [], resealed: [], bodies: 0 };
      const result = await log.writer.append(recordsDraft(log, { kind: 'erasure', erasure }, { effects }));
      // Refused: somebody answered, let go or agreed meanwhile, and nothing of the portion was forgotten. It is looked for anew.
      if (result.status === 'committed') entries.push(result.index);
      else refusals += 1;
    }
    const isThrough = refusals === 0;
    if (isThrough || looks === MAX_LOOKS)
      return { entries, ...left, pins: pinsNaming(log, person), isThrough };
  }
}

/** What of the state names the person and may be forgotten, and what is left on purpose. */
function lookOver(
  log: RecordsLog,
  person: PersonNames,
  tags: readonly string[],
): Pick<ForgottenState, 'held' | 'waiting'> & { readonly portions: Iterable<Portion> } {
  const held = new Set<string>();
  const waiting: number[] = [];
  const { requesters, answers } = fromHolds(log, person, { tags, held, waiting });
  const kills = log.state
    .kills()
    .filter(({ reason }) => person.isIn(reason))
    .map((kill) => ({ ...kill, reason: person.cut(kill.reason) }));
  const records = [...recordsOf(log, tags), ...forgottenCases(log, person)];
  return { held: [...held], waiting, portions: portions({ requesters, answers, kills }, records) };
}

function pinsNaming({ state }: RecordsLog, person: PersonNames): readonly string[] {
  return state
    .pins()
    .filter((pin) => person.isIn(canonicalJson([pin.definition, pin.accepted?.definition ?? null])))
    .map(({ server, tool }) => `${server}/${tool}`);
}

interface Noted {
  readonly tags: readonly string[];
  readonly held: Set<string>;
  readonly waiting: number[];
}

function fromHolds(
  log: RecordsLog,
  person: PersonNames,
  { tags, held, waiting }: Noted,
): Pick<Erasing, 'requesters' | 'answers'> {
  const requesters: Erasing['requesters'][number][] = [];
  const answers: Erasing['answers'][number][] = [];
  for (const hold of log.state.holds()) {
    const remaining = hold.requesters.filter((one) => !person.isIn(one));
    const given = hold.answers.filter(({ approver, statement }) => person.isIn(`${approver}\n${statement}`));
    if (remaining.length === hold.requesters.length && given.length === 0) continue;
    const keeping = holdsOn(log, { index: hold.index, time: hold.created, tags });
    for (const id of keeping) held.add(id);
    if (keeping.length > 0) continue;
    if (isOpen(log, hold)) {
      waiting.push(hold.index);
      continue;
    }
    if (remaining.length < hold.requesters.length) requesters.push({ hold: hold.index, remaining });
    for (const { keyId } of given) answers.push({ hold: hold.index, keyId });
  }
  return { requesters, answers };
}

function isOpen({ state }: RecordsLog, { status, expires }: Hold): boolean {
  return status === 'waiting' && expires >= state.timeFloor();
}

/** Consent that stands and notices, under any tag of the person. */
function recordsOf({ state }: RecordsLog, tags: readonly string[]): readonly StateEffect[] {
  const isOf = (key: string, what: string): boolean => tags.some((tag) => key.startsWith(`${tag}.${what}.`));
  const consents = state
    .records('consents')
    .filter(({ key, value }) => isOf(key, 'consent') && isJsonObject(value) && value['state'] === 'given');
  const notices = state.records('notices').filter(({ key }) => isOf(key, 'notice'));
  const deletion = (collection: 'consents' | 'notices', key: string, expects: number): StateEffect => ({
    type: 'delete_record',
    collection,
    key,
    expects,
  });
  return [
    ...consents.map(({ key, index }) => deletion('consents', key, index)),
    ...notices.map(({ key, index }) => deletion('notices', key, index)),
  ];
}

/** Cases of the person that are over keep what was done. One that is not needs the name until it is. */
function forgottenCases({ state }: RecordsLog, { concerns }: PersonNames): readonly StateEffect[] {
  const pending = new Set(
    casesOf(state, concerns)
      .filter(({ status }) => status !== 'closed')
      .map(({ id }) => id),
  );
  return forgetInCases(state, concerns).filter(
    (effect) => !(effect.type === 'put_record' && pending.has(effect.key)),
  );
}

/** What one entry forgets. */
interface Portion extends Erasing {
  readonly deletions: readonly StateEffect[];
}

/** All of it, a bounded number of rows at a time. */
function* portions(erasing: Erasing, records: readonly StateEffect[]): Generator<Portion> {
  const most = Math.max(...Object.values(erasing).map(({ length }) => length), records.length);
  for (let at = 0; at < most; at += MAX_EFFECTS) {
    const end = at + MAX_EFFECTS;
    yield {
      requesters: erasing.requesters.slice(at, end),
      answers: erasing.answers.slice(at, end),
      kills: erasing.kills.slice(at, end),
      deletions: records.slice(at, end),
    };
  }
}
