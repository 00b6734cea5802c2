/** What would have changed the answer, in sentences, out of what stands in the clear and what was disclosed. */
import { refusalWords } from './code-words.ts';
import type { Disclosed } from './disclosed.ts';
import { lineEnd, permits } from './line-end.ts';
import type { PolicyNamed, RecordedDecision } from './recorded.ts';
import type { Said } from './step.ts';
import type { OutcomeKnown } from './steps-after.ts';

/** One thing that, otherwise, would have changed it. */
export interface Change {
  readonly said: readonly Said[];
  /** Whether something of it stays sealed at the node: said after it. */
  readonly sealed?: string;
}

/** Forbids of limits are named by them. */
const LIMIT = 'limit:';
/** What the guard itself holds. */
const UNRESOLVED = 'writ.unresolved-outcome';
/** Policies that are named in one sentence. */
const MOST_NAMED = 5;

export function whatWouldChange(
  decision: RecordedDecision,
  disclosed: Disclosed,
  outcome: Pick<OutcomeKnown, 'outcome' | 'code'> | undefined,
): readonly Change[] {
  if (permits(decision)) return [...ofPermitted(decision), ...ofOutcome(outcome)];
  if (decision.source !== 'policy') return ofRefused(decision);
  switch (decision.verdict) {
    case 'step_up':
      return decision.held.map((held) => ofHeld(held, decision, disclosed));
    case 'defer':
      return [ofDeferred(decision, disclosed)];
    default:
      return ofDenied(decision, disclosed);
  }
}

function ofPermitted(decision: RecordedDecision): readonly Change[] {
  const { would, verdict, determining, approvals, mode } = decision;
  if (would !== undefined && would !== verdict)
    return [
      {
        said: [
          mode === 'audit'
            ? 'Policies are only watched here (mode audit). '
            : 'Some of its policies are only watched. ',
          `Enforced, the answer would have been ${worded(would)}`,
          ...(determining.length === 0 || mode !== 'audit' ? [] : [', because of ', ...named(decision)]),
          '.',
        ],
      },
    ];
  return [
    ...approvals.map(({ hold }) => ({
      said: [
        'Without the approval of ',
        { quoted: hold },
        ', which is used up now, it would wait for people.',
      ],
    })),
    determining.length === 0
      ? {
          said: [
            mode === 'permissive'
              ? 'No policy permits it: the mode permissive does. In mode strict it would be denied.'
              : 'No policy is named that permits it.',
          ],
        }
      : {
          said: [
            determining.length === 1 && decision.determiningCount === 1 ? 'If ' : 'If none of ',
            ...named(decision),
            determining.length === 1 && decision.determiningCount === 1
              ? ' had not applied, nothing would have permitted it.'
              : ' had applied, nothing would have permitted it.',
          ],
        },
  ];
}

function ofOutcome(outcome: Pick<OutcomeKnown, 'outcome' | 'code'> | undefined): readonly Change[] {
  const code = outcome?.code;
  if (code === undefined || outcome?.outcome === 'performed' || outcome?.outcome === 'failed') return [];
  return [{ said: refusalWords(code) }];
}

function ofRefused(decision: RecordedDecision): readonly Change[] {
  const { code = '', checks } = decision;
  const failed = checks.filter(({ status, mode }) => status === 'failed' && mode === 'block');
  return [
    { said: refusalWords(code) },
    ...failed.map(({ id }) => ({
      said: [
        'The check ',
        { quoted: id },
        ' has to run here, and failed. Had it come through, policies would have been asked.',
      ],
    })),
    ...(lineEnd(decision)?.isVague === true
      ? [
          {
            said: [
              'Nothing is known to be wrong with what was asked: the same call may be answered otherwise.',
            ],
          },
        ]
      : []),
  ];
}

function ofHeld(
  { contentHash, quorum }: RecordedDecision['held'][number],
  decision: RecordedDecision,
  disclosed: Disclosed,
): Change {
  const id = decision.determining.find((one) => one.contentHash === contentHash)?.id;
  const policy: Said = id === undefined ? 'a policy that is not named here' : { quoted: id };
  if (id === UNRESOLVED)
    return {
      said: [
        'An approval by one person: an earlier run of exactly this call ended, and nobody knows what it did.',
      ],
    };
  const people = quorum === 1 ? 'one person' : `${quorum} different people`;
  const asked = disclosed.held?.find((one) => one.contentHash === contentHash)?.approvers;
  if (asked === undefined)
    return { said: [`An approval by ${people}, as `, policy, ' asks.'], sealed: 'whom it asks' };
  return {
    said: [
      `An approval by ${people}`,
      ...(asked.length === 0
        ? [', any of the approvers,']
        : [' of ', ...listed(asked.map((quoted) => ({ quoted })))]),
      ', as ',
      policy,
      ' asks. Nobody who asked for it counts.',
    ],
  };
}

function ofDeferred(decision: RecordedDecision, { needs }: Disclosed): Change {
  if (needs === undefined || needs.length === 0)
    return {
      said: ['Context that is missing, as ', ...named(decision), ' asks.'],
      ...(needs === undefined ? { sealed: 'which it is' } : {}),
    };
  return {
    said: [
      'A call that comes with ',
      ...listed(needs.map((quoted) => ({ quoted }))),
      ' is judged anew; ',
      ...named(decision),
      decision.determiningCount === 1 ? ' waits for that.' : ' wait for that.',
    ],
  };
}

function ofDenied(decision: RecordedDecision, disclosed: Disclosed): readonly Change[] {
  const { determining, determiningCount, errors } = decision;
  if (determiningCount === 0 && errors.length === 0)
    return [
      {
        said: [
          'A policy that permits ',
          ...whatIn(decision, disclosed),
          ...(disclosed.agent === undefined ? [] : [' for ', { quoted: disclosed.agent }]),
          '. There is none that applies, and what nothing permits is denied. No approval helps.',
        ],
        ...(disclosed.targets === undefined ? { sealed: 'what was asked for' } : {}),
      },
    ];
  const broken = new Set(errors.map(({ policy }) => policy));
  const limits = determining.filter(({ id }) => id.startsWith(LIMIT));
  const forbids = determining.filter(({ id }) => !broken.has(id) && !id.startsWith(LIMIT));
  const more = determiningCount - determining.length;
  const isOne = forbids.length === 1 && more === 0;
  return [
    ...(forbids.length === 0
      ? []
      : [
          {
            said: [
              isOne ? 'If ' : 'If none of ',
              ...namedOf(forbids, more),
              isOne
                ? ' had not applied: one of its conditions, marked below, would have to come out otherwise. No approval lifts it; only then would it count what permits the call.'
                : ' had applied: of each, one of the conditions marked below would have to come out otherwise. No approval lifts them; only then would it count what permits the call.',
            ],
          },
        ]),
    ...limits.map(({ id }) => ({
      said: [
        'Room under the limit ',
        { quoted: id.slice(LIMIT.length) },
        ': it was used up, and fills again with time.',
      ],
    })),
    ...errors.map(({ policy }) => ({
      said: [
        'If ',
        { quoted: policy },
        ' could have been evaluated: what fails where it could apply denies.',
      ],
      ...(disclosed.errors === undefined ? { sealed: 'why it failed' } : {}),
    })),
  ];
}

function whatIn({ method }: RecordedDecision, { targets = [] }: Disclosed): readonly Said[] {
  return targets.length === 0 ? [{ quoted: method }] : listed(targets.map((quoted) => ({ quoted })));
}

function named({ determining, determiningCount }: RecordedDecision): readonly Said[] {
  return namedOf(determining, determiningCount - determining.length);
}

function namedOf(policies: readonly PolicyNamed[], notNamed: number): readonly Said[] {
  const shown = policies.slice(0, MOST_NAMED).map(({ id }): Said => ({ quoted: id }));
  const more = policies.length - shown.length + notNamed;
  return listed(more > 0 ? [...shown, `${more} more`] : shown);
}

/** `a, b and c`. */
function listed(items: readonly Said[]): readonly Said[] {
  return items.flatMap((item, at): readonly Said[] =>
    at === 0 ? [item] : [at === items.length - 1 ? ' and ' : ', ', item],
  );
}

function worded(verdict: string): string {
  return verdict.replace('_', ' ');
}
