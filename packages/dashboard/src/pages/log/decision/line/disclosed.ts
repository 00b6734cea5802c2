/** What a node disclosed of a decision beyond its entry, member by member. Everything in it was chosen by somebody else. */
import { listOf, membersOf, some, textOf, textsOf } from './recorded.ts';

/** A forbid that waits for people, with whom it asks. */
export interface HeldForbid {
  readonly contentHash: string;
  readonly approvers: readonly string[];
}

/** What is known of what is sealed otherwise. Absent is not disclosed; empty is disclosed, and nothing. */
export interface Disclosed {
  readonly face?: string;
  readonly agent?: string;
  readonly person?: string;
  readonly chain?: readonly string[];
  readonly session?: string;
  readonly targets?: readonly string[];
  readonly requestedDigest?: string;
  readonly performedDigest?: string;
  readonly labels?: readonly string[];
  /** Kinds of what was found, each with how often. */
  readonly findings?: readonly (readonly [kind: string, count: number])[];
  readonly factsMissing?: readonly string[];
  readonly needs?: readonly string[];
  readonly unjudged?: readonly string[];
  /** Policy and message. */
  readonly errors?: readonly (readonly [policy: string, message: string])[];
  readonly purpose?: string;
  readonly held?: readonly HeldForbid[];
  /** Sentences for the caller. */
  readonly reasons?: readonly string[];
}

/** Of `fields`, by their names as entries commit to them. */
export function disclosedIn(fields: Readonly<Record<string, unknown>> | undefined): Disclosed {
  if (fields === undefined) return {};
  return {
    ...subjectOf(fields['subject']),
    ...some('session', textOf(membersOf(fields['session'])['id'])),
    ...some('targets', targetsOf(fields['target'])),
    ...some('requestedDigest', textOf(fields['requestedDigest'])),
    ...some('performedDigest', textOf(fields['performedDigest'])),
    ...inputOf(fields['input']),
    ...('reasons' in fields ? { reasons: textsOf(fields['reasons']) } : {}),
  };
}

function subjectOf(value: unknown): Disclosed {
  if (value === undefined) return {};
  const { agent, person, chain } = membersOf(value);
  return {
    ...some('agent', textOf(membersOf(agent)['id'])),
    ...some('person', textOf(membersOf(person)['id'])),
    chain: listOf(chain).flatMap((one) => textOf(one['id']) ?? []),
  };
}

function targetsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return (value as readonly unknown[]).flatMap((one) =>
    Array.isArray(one) && typeof one[2] === 'string' ? [one[2]] : [],
  );
}

function inputOf(value: unknown): Disclosed {
  if (value === undefined) return {};
  const input = membersOf(value);
  const { labels, findings, factsMissing, needs, unjudgedArgs, errors, asked } = input;
  const answers = listOf(asked).map((one) => membersOf(one['answer']));
  return {
    ...some('face', textOf(input['face'])),
    ...('labels' in input ? { labels: textsOf(labels) } : {}),
    ...('findings' in input ? { findings: counted(findings) } : {}),
    ...('factsMissing' in input ? { factsMissing: textsOf(factsMissing) } : {}),
    ...('needs' in input ? { needs: textsOf(needs) } : {}),
    ...('unjudgedArgs' in input ? { unjudged: textsOf(unjudgedArgs) } : {}),
    ...('errors' in input ? { errors: pairsOf(errors) } : {}),
    ...some('purpose', textOf(input['purpose'])),
    ...(answers.length === 0 ? {} : { held: answers.flatMap(({ held }) => listOf(held).map(heldOf)) }),
  };
}

function heldOf(one: Readonly<Record<string, unknown>>): HeldForbid {
  return { contentHash: textOf(one['contentHash']) ?? '', approvers: textsOf(one['approvers']) };
}

/** How often each kind was found; a finding is a list that begins with its kind. */
function counted(value: unknown): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const one of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    const kind: unknown = Array.isArray(one) ? one[0] : undefined;
    if (typeof kind === 'string') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts];
}

function pairsOf(value: unknown): readonly (readonly [string, string])[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : []).flatMap((one) => {
    const [policy, message] = textsOf(one);
    return policy === undefined || message === undefined ? [] : [[policy, message] as const];
  });
}
