/** Whom a breach concerns, and what of theirs: counted from the bodies between two instants. */
import type { LogReader } from '../../model/index.ts';
import { actionsBetween, isResult, type RecordedAction } from '../actions/index.ts';

/** What was open to whom: everything in the period that matches all that is named. */
export interface BreachScope {
  /** From, and up to without; milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly agent?: string;
  readonly server?: string;
  /** `server/tool`. */
  readonly tool?: string;
}

/** What the record says of it. Lower bounds: who is not named in a body as a person is not counted. */
export interface BreachSurvey {
  readonly scope: BreachScope;
  /** Actions that were permitted, and so may have carried data. */
  readonly actions: number;
  /** Names of people (ids, and addresses and numbers that detectors saw: one person may have several) with the entries that concern them, at most {@link MAX_PEOPLE}. */
  readonly people: ReadonlyMap<string, number>;
  /** Whether there were more people than are listed. */
  readonly isCut: boolean;
  /** Entries by kind of finding: categories of data as detectors saw them. */
  readonly categories: Readonly<Record<string, number>>;
  readonly purposes: Readonly<Record<string, number>>;
  readonly agents: Readonly<Record<string, number>>;
  readonly targets: Readonly<Record<string, number>>;
  /** Entries whose body was erased or cannot be opened here: whom they concern is not known any more. */
  readonly unread: number;
}

/** Most people that are listed by name. */
export const MAX_PEOPLE = 100_000;

/** Reads every entry of the period once. `reader` opens bodies: whoever holds no key counts nobody, and is told so by `unread`. */
export function surveyBreach(reader: LogReader, scope: BreachScope): BreachSurvey {
  const people = new Map<string, number>();
  const fresh = (): Map<string, number> => new Map();
  const counts = { categories: fresh(), purposes: fresh(), agents: fresh(), targets: fresh() };
  const matched = new Set<number>();
  let [actions, unread, isCut] = [0, 0, false];
  const concern = (names: readonly string[]): void => {
    for (const name of names) {
      if (people.size >= MAX_PEOPLE && !people.has(name)) isCut = true;
      else count(people, name);
    }
  };
  for (const one of actionsBetween(reader, scope.from, scope.to)) {
    if (isResult(one)) {
      if (!matched.has(one.decisionOf)) continue;
    } else {
      // What nobody can read any more may have matched.
      if (one.isPermitted && (one.isUnread || matches(one, scope))) matched.add(one.index);
      else continue;
      actions += 1;
      if (one.purpose !== undefined) count(counts.purposes, one.purpose);
      if (one.agent !== undefined) count(counts.agents, one.agent);
      for (const target of one.targets) count(counts.targets, target);
    }
    if (one.isUnread) unread += 1;
    for (const kind of one.kinds) count(counts.categories, kind);
    concern(one.concerns);
  }
  return {
    scope,
    actions,
    people,
    isCut,
    categories: sorted(counts.categories),
    purposes: sorted(counts.purposes),
    agents: sorted(counts.agents),
    targets: sorted(counts.targets),
    unread,
  };
}

function matches({ agent, targets }: RecordedAction, scope: BreachScope): boolean {
  if (scope.agent !== undefined && agent !== scope.agent) return false;
  if (scope.tool !== undefined && !targets.includes(scope.tool)) return false;
  return scope.server === undefined || targets.some((target) => target.startsWith(`${scope.server}/`));
}

function count(into: Map<string, number>, name: string): void {
  into.set(name, (into.get(name) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}
