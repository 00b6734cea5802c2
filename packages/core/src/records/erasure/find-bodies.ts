/** Bodies in which a person is named, one by one, with what decides over each. */
import { BoundedMap, isFault, isJsonObject, type JsonObject } from '../../kernel/index.ts';
import type { BodyRef, Entry, ErasedBody } from '../../model/index.ts';
import type { PersonNames } from './person/index.ts';
import type { RecordsLog } from '../records-log.ts';
import { concernsOfBody } from './strip-body.ts';

/** Sessions of decisions that are remembered: their outcomes follow soon. */
const REMEMBERED_SESSIONS = 1_024;

/** A body, opened, and what legal holds ask of it. */
export interface FoundBody {
  readonly about: Omit<ErasedBody, 'dropped' | 'resealed'>;
  readonly dropped: readonly string[];
  readonly entry: Entry;
  readonly ref: BodyRef;
  readonly body: JsonObject;
  /** What stood for the body before it was opened. */
  readonly wrapping: string;
}

/** Indexes of all bodies that concern the person, rising. */
export function bodiesConcerning(
  { reader }: Pick<RecordsLog, 'reader'>,
  person: PersonNames,
): readonly number[] {
  const indexes = new Set<number>();
  for (const concern of person.concerns) for (const index of reader.concerning(concern)) indexes.add(index);
  return [...indexes].sort((left, right) => left - right);
}

/** Opens bodies in turn. */
export class BodyFinder {
  readonly #log: RecordsLog;
  readonly #person: PersonNames;
  readonly #sessions = new BoundedMap<number, string>(REMEMBERED_SESSIONS);

  constructor(log: RecordsLog, person: PersonNames) {
    this.#log = log;
    this.#person = person;
  }

  /** The body of entry `index`; `undefined` where it is gone already. Throws `key.missing` and `log.corrupt` as reading it does. */
  find(index: number): FoundBody | undefined {
    const { reader, state } = this.#log;
    const { entry } = reader.entry(index);
    const wrapping = reader.wrapping(index);
    let body: JsonObject;
    try {
      body = reader.body(index);
    } catch (fault) {
      if (isFault(fault, 'log.body-erased') || isFault(fault, 'log.missing')) return undefined;
      throw fault;
    }
    if (entry.body === undefined) return undefined;
    const concerns = concernsOfBody(body);
    const tagsOf = (some: readonly string[]): readonly string[] => [
      ...new Set(some.flatMap((one) => state.tags(one))),
    ];
    const session = this.#sessionOf(entry, index, body);
    return {
      about: {
        index,
        time: entry.time,
        tags: tagsOf(concerns),
        ...(session === undefined ? {} : { session }),
      },
      dropped: tagsOf([...this.#person.concerns, ...concerns.filter((one) => this.#person.isIn(one))]),
      entry,
      ref: entry.body,
      body,
      wrapping,
    };
  }

  /** That of a decision, and of the decision that an outcome closes. */
  #sessionOf(entry: Entry, index: number, body: JsonObject): string | undefined {
    if (entry.kind === 'decision') {
      const session = sessionIn(body);
      if (session !== undefined) this.#sessions.set(index, session);
      return session;
    }
    if (entry.kind !== 'outcome') return undefined;
    const known = this.#sessions.get(entry.decisionOf);
    if (known !== undefined) return known;
    try {
      return sessionIn(this.#log.reader.body(entry.decisionOf));
    } catch {
      // Erased before: no hold kept the decision, and its outcome goes with it.
      return undefined;
    }
  }
}

function sessionIn({ fields }: JsonObject): string | undefined {
  const session = isJsonObject(fields) ? fields['session'] : undefined;
  const id = isJsonObject(session) ? session['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
