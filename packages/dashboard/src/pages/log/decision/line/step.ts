/** A step of the straight line, as a page draws it. */

/** `unknown`: nothing recorded says. */
export type StepState = 'passed' | 'ended' | 'not_reached' | 'unknown';

/** A piece of a sentence: words of this page, or text that somebody else chose. */
export type Said = string | { readonly quoted: string };

/** What a step produced. Values may be anybody's words. */
export interface Fact {
  readonly name: string;
  readonly values: readonly string[];
  /** They are digests or receipts, to be copied. */
  readonly isId?: boolean;
}

/** One of the twelve. */
export interface Step {
  readonly number: number;
  readonly title: string;
  readonly state: StepState;
  /** One sentence: what happened there. */
  readonly said: readonly Said[];
  readonly facts: readonly Fact[];
  /** What it produced that stays sealed at its node. */
  readonly sealed: readonly string[];
  /** Time spent in it, in microseconds; absent where nobody measured. */
  readonly tookUs?: number;
}

export const TITLES = [
  'Intercept',
  'Read strictly',
  'Authenticate',
  'Admit',
  'Gather facts',
  'Decide',
  'Record the decision',
  'Look again',
  'Perform',
  'Judge the result',
  'Record the outcome',
  'Return',
] as const;
/** How many steps there are. */
export const STEPS: number = TITLES.length;

/** A fact with values, or none. */
export function fact(name: string, values: readonly (string | undefined)[] | undefined): readonly Fact[] {
  const told = (values ?? []).filter((value) => value !== undefined);
  return told.length === 0 ? [] : [{ name, values: told }];
}

/** The same of an id. */
export function idFact(name: string, value: string | undefined): readonly Fact[] {
  return value === undefined ? [] : [{ name, values: [value], isId: true }];
}
