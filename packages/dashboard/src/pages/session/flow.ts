/** How labels flow through a session: from the call that brought each, down the calls that were judged under it, to those that were refused because of it. */
import type { operations } from '../../api/index.ts';

/** As the API lists it. */
export type SessionStep =
  operations['listSessionSteps']['responses'][200]['content']['application/json']['items'][number];

/** A label within a session. */
export interface Flow {
  readonly label: string;
  /** The step that brought it; absent where none of these did: it was carried before, or what brought it is not told. */
  readonly source?: number;
  /** Where its line begins and ends. */
  readonly first: number;
  readonly last: number;
}

/** One step of a session. Places are counted from 0, the oldest first. */
export interface FlowStep {
  readonly at: number;
  readonly step: SessionStep;
  /** Absent where it was not disclosed. */
  readonly carried?: readonly string[];
  /** Labels that the session carries since, and did not before. */
  readonly brought: readonly string[];
  /** Labels that it carried already, and would carry by this step alone. */
  readonly again: readonly string[];
  /** Labels that it carried, and that no step before it is known to have brought. */
  readonly unexplained: readonly string[];
  /** Of what was refused or held: labels that this is owed to, each with the step that brought it. */
  readonly owed: readonly { readonly label: string; readonly source?: number }[];
}

/** All of it. */
export interface SessionFlow {
  readonly steps: readonly FlowStep[];
  /** In the order in which they came. */
  readonly flows: readonly Flow[];
}

/** What a line does beside a step. */
export type Mark = 'source' | 'judged' | 'sink' | 'passes';

/** The flow of `given`, the oldest first. */
export function flowOf(given: readonly SessionStep[]): SessionFlow {
  const known = new Map<string, { first: number; last: number; source?: number }>();
  const steps = given.map((step, at): FlowStep => {
    const { carried } = step;
    const unexplained: string[] = [];
    for (const label of carried ?? []) {
      const flow = known.get(label);
      if (flow === undefined) {
        unexplained.push(label);
        known.set(label, { first: at, last: at });
      } else flow.last = at;
    }
    const owed = (step.becauseOf ?? []).map((label) => ({ label, ...sourceOf(known.get(label)) }));
    const given = givenBy(step);
    const brought = given.filter((label) => !known.has(label));
    for (const label of brought) known.set(label, { first: at, last: at, source: at });
    return {
      at,
      step,
      ...(carried === undefined ? {} : { carried }),
      brought,
      again: given.filter((label) => !brought.includes(label)),
      unexplained,
      owed,
    };
  });
  return { steps, flows: [...known].map(([label, flow]) => ({ label, ...flow })) };
}

function sourceOf(flow: { readonly source?: number } | undefined): { readonly source?: number } {
  return flow?.source === undefined ? {} : { source: flow.source };
}

/** Labels that the session carries because of it: by itself, or by its outcome. */
function givenBy({ gives = [], became }: SessionStep): readonly string[] {
  return [...new Set([...gives, ...(became?.gives ?? [])])];
}

/** What the line of `flow` does beside `step`; absent where it is not there. */
export function markOf(flow: Flow, { at, carried, owed }: FlowStep): Mark | undefined {
  if (at < flow.first || at > flow.last) return undefined;
  if (owed.some(({ label }) => label === flow.label)) return 'sink';
  if (flow.source === at) return 'source';
  return carried?.includes(flow.label) === true ? 'judged' : 'passes';
}

/** What stands at a step, that one included. */
export interface StateAt {
  readonly labels: readonly Flow[];
  /** By verdict. */
  readonly counts: Readonly<Record<string, number>>;
  /** Steps of which it is not known what they were judged under. */
  readonly undisclosed: number;
}

export function stateAt({ steps, flows }: SessionFlow, at: number): StateAt {
  const counts: Record<string, number> = {};
  let undisclosed = 0;
  for (const { step, carried } of steps.slice(0, at + 1)) {
    if (step.verdict !== undefined) counts[step.verdict] = (counts[step.verdict] ?? 0) + 1;
    if (carried === undefined) undisclosed += 1;
  }
  return { labels: flows.filter(({ first }) => first <= at), counts, undisclosed };
}

const CODE_OF_A = 65;
const LETTERS = 26;

/** Names the column at `place` in the picture: `A`, `B`, …, `A2`. */
export function letterOf(place: number): string {
  const round = Math.floor(place / LETTERS);
  return `${String.fromCharCode(CODE_OF_A + (place % LETTERS))}${round === 0 ? '' : round + 1}`;
}
