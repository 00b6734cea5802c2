/** Steps 8 to 12: from the recorded decision to the answer. */
import { tookSaid } from '../../../../durations.ts';
import { type LineEnd, permits } from './line-end.ts';
import { deliveryIn, type RecordedDecision, redactionsIn, spentIn } from './recorded.ts';
import { fact, type Fact, idFact, type Said, type Step, type StepState, TITLES } from './step.ts';

/** What became of a permitted action, as far as it is known. */
export interface OutcomeKnown {
  /** `origin#index`. */
  readonly receipt: string;
  readonly outcome?: string | undefined;
  readonly code?: string | undefined;
  /** Since the decision was recorded, in microseconds. */
  readonly tookUs?: number | undefined;
  /** Its entry, once it was read. */
  readonly entry?: Readonly<Record<string, unknown>> | undefined;
}

/** What they are told from. */
export interface After {
  readonly decision: RecordedDecision;
  readonly end: LineEnd | undefined;
  readonly outcome: OutcomeKnown | undefined;
}

const LOOK_AGAIN = 8;

export function stepsAfter(of: After): readonly Step[] {
  const { outcome } = of;
  const spentUs = spentIn(outcome?.entry ?? {});
  const [looked, performed, judged, closed] = statesOf(of);
  return [
    step(LOOK_AGAIN, looked, lookedAgain(of, looked)),
    step(9, performed, performedSaid(of, performed), spentUs['perform']),
    step(10, judged, judgedSaid(of, judged), spentUs['inspect']),
    step(11, closed, closedSaid(of, closed)),
    step(12, closed === 'unknown' ? 'unknown' : 'passed', { said: returned(of) }),
  ];
}

type States = readonly [looked: StepState, performed: StepState, judged: StepState, closed: StepState];

const NONE: States = ['not_reached', 'not_reached', 'not_reached', 'not_reached'];
/** By what became of it. */
const STATES: Readonly<Record<string, States>> = {
  performed: ['passed', 'passed', 'passed', 'passed'],
  failed: ['passed', 'passed', 'passed', 'passed'],
  withheld: ['passed', 'passed', 'ended', 'passed'],
  unknown: ['passed', 'ended', 'not_reached', 'passed'],
  not_performed: ['ended', 'not_reached', 'not_reached', 'passed'],
};

function statesOf({ decision, end, outcome }: After): States {
  if (!permits(decision)) return end?.step === LOOK_AGAIN ? ['ended', ...NONE_AFTER] : NONE;
  if (decision.phase === 'list') return ['passed', ...NONE_AFTER];
  if (outcome === undefined) return ['unknown', 'unknown', 'unknown', 'unknown'];
  return STATES[outcome.outcome ?? ''] ?? ['unknown', 'unknown', 'unknown', 'unknown'];
}
const NONE_AFTER = ['not_reached', 'not_reached', 'not_reached'] as const;

interface Told {
  readonly said: readonly Said[];
  readonly facts?: readonly Fact[];
}

function step(number: number, state: StepState, { said, facts = [] }: Told, tookUs?: number): Step {
  return {
    number,
    title: TITLES[number - 1] ?? '',
    state,
    said,
    facts,
    sealed: [],
    ...(tookUs === undefined ? {} : { tookUs }),
  };
}

const NOT_REACHED: Told = { said: ['Not reached.'] };
const NOT_KNOWN: Told = { said: ['No outcome is recorded yet.'] };

function lookedAgain({ outcome, decision }: After, state: StepState): Told {
  if (state === 'not_reached') return NOT_REACHED;
  if (state === 'unknown') return NOT_KNOWN;
  if (state === 'passed')
    return { said: ['Kill switches and policies were still those that it was decided under.'] };
  return {
    said: ['It was permitted, and not performed after all.'],
    facts: fact('Code', [outcome?.code ?? decision.code]),
  };
}

function performedSaid({ decision, outcome }: After, state: StepState): Told {
  if (state === 'not_reached')
    return decision.phase === 'list' && permits(decision)
      ? { said: ['A list is shown, not performed.'] }
      : NOT_REACHED;
  if (state === 'unknown') return NOT_KNOWN;
  const facts = fact('Outcome', [outcome?.outcome?.replaceAll('_', ' ')]);
  if (state === 'ended')
    return {
      said: ['It was cut off, and nobody knows whether it took effect. It is never repeated by itself.'],
      facts: [...facts, ...fact('Code', [outcome?.code])],
    };
  return {
    said: [
      outcome?.outcome === 'failed'
        ? 'It ran once, and says that it failed.'
        : 'It ran once, with exactly what was judged.',
    ],
    facts,
  };
}

function judgedSaid({ outcome }: After, state: StepState): Told {
  if (state === 'not_reached') return NOT_REACHED;
  if (state === 'unknown') return NOT_KNOWN;
  const entry = outcome?.entry;
  if (entry === undefined) return { said: ['How its result was judged stands in the entry of its outcome.'] };
  const delivery = deliveryIn(entry);
  if (delivery === undefined)
    return {
      said: [
        state === 'ended'
          ? 'Something broke after it ran, and its result was withheld.'
          : 'Nothing came back that would be delivered again: what flowed was judged before.',
      ],
      facts: fact('Code', [outcome?.code]),
    };
  return {
    said: [
      state === 'ended' ? 'Its result was withheld.' : 'Its result was judged by itself, and delivered.',
    ],
    facts: [
      ...fact('Verdict', [delivery.verdict.replace('_', ' ')]),
      ...fact(
        'Policies',
        delivery.determining.map(({ id }) => id),
      ),
      ...fact('Code', [delivery.code ?? outcome?.code]),
      ...fact(
        'Taken out',
        redactionsIn(entry).map(([kind, count]) => `${kind} ×${count}`),
      ),
      ...fact(
        'Obligations',
        delivery.obligations.map(({ type, names }) => [type, ...names].join(' ')),
      ),
      ...fact(
        'Checks',
        delivery.checks.map(({ id, status }) => `${id} ${status}`),
      ),
    ],
  };
}

function closedSaid({ decision, outcome }: After, state: StepState): Told {
  if (state === 'not_reached')
    return {
      said: [
        decision.phase === 'list'
          ? 'A list has no outcome of its own.'
          : 'Nothing ran, so there is no outcome.',
      ],
    };
  if (state === 'unknown')
    return {
      said: ['None yet: it runs, or its node has not sent it. After a crash it becomes `unknown`.'],
    };
  return {
    said: ['Written into the log before a byte of the result left.'],
    facts: [
      ...idFact('Receipt', outcome?.receipt),
      ...fact('Since decided', [outcome?.tookUs === undefined ? undefined : tookSaid(outcome.tookUs)]),
    ],
  };
}

function returned({ decision, end, outcome }: After): readonly Said[] {
  if (permits(decision)) {
    if (decision.phase === 'list') return ['The list, as far as it may be seen.'];
    switch (outcome?.outcome) {
      case 'withheld':
        return [
          'The caller is told that it was performed, that its result is withheld, and not to try again.',
        ];
      case 'unknown':
        return ['The caller is told that nobody knows what became of it.'];
      case 'not_performed':
        return ['The caller is told that it did not run, or it was judged anew.'];
      case undefined:
        return ['Not yet.'];
      default:
        return ['The result goes to the caller, with this receipt.'];
    }
  }
  if (decision.verdict === 'step_up')
    return ['Waiting ends the trip: once people agree it is judged anew, as a decision of its own.'];
  if (decision.verdict === 'defer')
    return ['Waiting ends the trip: with what is missing it is judged anew, as a decision of its own.'];
  return [
    end?.isVague === true
      ? 'The caller is told that it was refused because something broke.'
      : 'The caller is told that it was refused, why, and this receipt.',
  ];
}
