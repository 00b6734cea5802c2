/** Steps 1 to 7: from the call to its recorded decision. */
import { tookSaid } from '../../../../durations.ts';
import type { Disclosed } from './disclosed.ts';
import { type LineEnd, permits } from './line-end.ts';
import type { CheckMade, RecordedDecision } from './recorded.ts';
import { fact, type Fact, idFact, type Said, type Step, type StepState, TITLES } from './step.ts';

/** What they are told from. */
export interface Before {
  readonly decision: RecordedDecision;
  readonly disclosed: Disclosed;
  readonly end: LineEnd | undefined;
  /** `origin#index`. */
  readonly receipt: string;
  /** Whether the entry commits to `field` and its node did not disclose it. */
  readonly isSealed: (field: string) => boolean;
  /** How long recording took, as the outcome says. */
  readonly recordUs: number | undefined;
}

const RECORD = 7;

export function stepsBefore(of: Before): readonly Step[] {
  const { spentUs } = of.decision;
  return [
    step(1, of, intercepted(of)),
    step(2, of, read(of)),
    // Both are done in one go, and measured as one.
    step(3, of, authenticated(of), spentUs['identify']),
    step(4, of, admitted(of), spentUs['admit']),
    step(5, of, gathered(of), spentUs['facts']),
    step(6, of, decided(of), spentUs['decide']),
    step(RECORD, of, recorded(of), of.recordUs),
  ];
}

/** What is told of one step. */
interface Told {
  readonly said: readonly Said[];
  readonly facts?: readonly Fact[];
  readonly sealed?: readonly string[];
}

function step(number: number, { end }: Before, told: Told, tookUs?: number): Step {
  const { said, facts = [], sealed = [] } = told;
  return {
    number,
    title: TITLES[number - 1] ?? '',
    state: stateOf(number, end),
    said,
    facts,
    sealed,
    ...(tookUs === undefined ? {} : { tookUs }),
  };
}

/** What ended the line is recorded too: step 7 is passed by what ended before it. */
function stateOf(number: number, end: LineEnd | undefined): StepState {
  if (end === undefined || number === 1) return end?.step === number ? 'ended' : 'passed';
  if (number === end.step) return 'ended';
  if (number === RECORD) return 'passed';
  if (number > end.step) return 'not_reached';
  return end.isVague ? 'unknown' : 'passed';
}

function isBeyond(number: number, { end }: Before): boolean {
  return end !== undefined && number > end.step;
}

const FIRST_BY: Readonly<Record<string, string>> = {
  agent: 'An agent',
  server: 'A server, by itself,',
  operator: 'An operator',
};

function intercepted({ decision, disclosed, isSealed }: Before): Told {
  const { method, phase, initiator, parent } = decision;
  const who = FIRST_BY[initiator] ?? 'Somebody';
  return {
    said: [`${who} asked for ${phase === 'list' ? 'a list' : 'this'}; it was stopped before anything ran.`],
    facts: [
      ...fact('Method', [method]),
      ...fact('Came by', [disclosed.face]),
      ...fact('What', disclosed.targets),
      ...idFact('Resumes', parent),
    ],
    sealed: isSealed('target') ? ['what it is for'] : [],
  };
}

function read(of: Before): Told {
  const { decision, disclosed, isSealed } = of;
  if (of.end?.step === 2)
    return { said: ['What came could not be read in one way only.'], facts: codeOf(of) };
  const count = decision.parts;
  return {
    said: [
      of.end?.isVague === true
        ? 'Nothing recorded says whether it could be read.'
        : count === 1
          ? 'It can be read in one way only, and that is what was judged.'
          : `It can be read in one way only; its ${count} parts were judged each by itself.`,
    ],
    facts: idFact('Digest', disclosed.requestedDigest),
    sealed: [
      ...(isSealed('arguments') ? ['arguments'] : []),
      ...(isSealed('requestedDigest') ? ['digest'] : []),
    ],
  };
}

/** By how strong a proof, from 0 to 3. */
const ASSURANCE = ['no proof', 'not proven', 'proven', 'strongly proven'] as const;

function authenticated(of: Before): Told {
  const { decision, disclosed, isSealed } = of;
  const { method, assurance } = decision.authentication;
  const proof = `${method.replaceAll('_', ' ')}, ${ASSURANCE[assurance] ?? 'no proof'} (${assurance} of 3)`;
  if (isBeyond(3, of)) return { said: ['Not reached.'] };
  return {
    said: [
      of.end?.step === 3 ? 'Who asks could not be established.' : 'Who asks, for whom, in which session.',
    ],
    facts: [
      ...(of.end?.step === 3 ? codeOf(of) : []),
      ...fact('Agent', [disclosed.agent]),
      ...fact('For', [disclosed.person]),
      ...fact('Through', disclosed.chain),
      ...fact('Session', [disclosed.session]),
      ...fact('Known by', [proof]),
    ],
    sealed: [
      ...(isSealed('subject') ? ['who asked, and for whom'] : []),
      ...(isSealed('session') ? ['session'] : []),
    ],
  };
}

function admitted(of: Before): Told {
  if (isBeyond(4, of)) return { said: ['Not reached.'] };
  if (of.end?.step === 4) return { said: ['It was not let in, and no policy was asked.'], facts: codeOf(of) };
  const { killEpoch, policyEpoch, spentUs } = of.decision;
  const { wait } = spentUs;
  return {
    said: ['No kill switch, quarantine or check of the guard itself stood against it.'],
    facts: [
      ...fact('Under', [`kill epoch ${killEpoch}, policy epoch ${policyEpoch}`]),
      // For policy to be followed, or for a share of the fleet's limits.
      ...fact('Waited', [wait === undefined ? undefined : tookSaid(wait)]),
    ],
  };
}

function gathered(of: Before): Told {
  const { decision, disclosed, isSealed, end } = of;
  if (isBeyond(5, of))
    return {
      said: ['Not reached.'],
      facts: fact('Not run', decision.checks.filter(isSkipped).map(checkSaid)),
    };
  const { labels, findings, factsMissing, unjudged, purpose } = disclosed;
  const failed = decision.checks.filter(({ status }) => status === 'failed');
  return {
    said: [
      end?.step === 5
        ? 'A check that had to run did not come through.'
        : failed.length > 0
          ? 'Not every check came through; what is missing is a fact that policies see.'
          : decision.checks.length === 0
            ? 'No checks are configured here.'
            : 'Each check that is configured here, and what it came to.',
    ],
    facts: [
      ...(end?.step === 5 ? codeOf(of) : []),
      ...fact('Checks', decision.checks.map(checkSaid)),
      ...fact('Labels', orNone(labels)),
      ...fact('Found', orNone(findings?.map(([kind, count]) => (count === 1 ? kind : `${kind} ×${count}`)))),
      ...fact('Missing', factsMissing),
      ...fact('Not judged', unjudged),
      ...fact('Purpose', [purpose]),
    ],
    sealed: isSealed('input') ? ['labels', 'what the checks found'] : [],
  };
}

function decided(of: Before): Told {
  const { decision, disclosed, end } = of;
  if (isBeyond(6, of)) return { said: ['Not reached: no policy was asked.'] };
  const { mode, would, errors, shadow } = decision;
  return {
    said: decidedWords(of),
    facts: [
      ...(end?.step === 6 ? codeOf(of) : []),
      ...(mode === 'strict' ? [] : fact('Mode', [mode])),
      ...fact('Enforced it would be', [would?.replace('_', ' ')]),
      ...fact('Obligations', decision.obligations.map(obligationSaid)),
      ...fact('Could not be evaluated', errorsSaid(errors, disclosed)),
      ...fact('Candidate set', [shadow === undefined ? undefined : shadowSaid(shadow)]),
    ],
    sealed: errors.length > 0 && disclosed.errors === undefined ? ['why they could not be evaluated'] : [],
  };
}

function decidedWords({ decision, end }: Before): readonly Said[] {
  const { verdict, would, source, determiningCount } = decision;
  if (end?.isVague === true) return ['Something broke before there was a decision; what breaks is refused.'];
  if (source !== 'policy' && end !== undefined && end.step === 6)
    return ['Policies were asked; the guard refused what would have had to be done.'];
  const policies = determiningCount === 1 ? 'one policy' : `${determiningCount} policies`;
  if (verdict === 'deny')
    return [determiningCount === 0 ? 'No policy permits it.' : `Refused by ${policies}.`];
  if (verdict === 'step_up') return [`Held by ${policies} until people agree.`];
  if (verdict === 'defer') return [`Put off by ${policies} until context comes that is missing.`];
  const isRelaxed = would !== undefined && would !== verdict;
  if (isRelaxed) return ['Let through, because it is only watched here.'];
  return [
    determiningCount === 0
      ? 'Let through, though no policy permits it: the mode does.'
      : `Permitted by ${policies}, and forbidden by none.`,
  ];
}

function recorded(of: Before): Told {
  const { decision, receipt, end } = of;
  if (end?.step === RECORD)
    return { said: ['It could not be recorded as permitted, so it was refused.'], facts: codeOf(of) };
  const used = decision.approvals.map(
    ({ hold, keyIds }) =>
      `of ${hold}, signed by ${keyIds.length === 1 ? 'one key' : `${keyIds.length} keys`}`,
  );
  return {
    said: [
      permits(decision)
        ? 'Written into the log of its node, durably, before anything ran.'
        : 'Written into the log of its node; nothing ran.',
    ],
    facts: [...idFact('Receipt', receipt), ...fact('Approval used up', used)],
  };
}

function codeOf({ decision }: Before): readonly Fact[] {
  return fact('Code', [decision.code]);
}

function isSkipped({ status }: CheckMade): boolean {
  return status === 'skipped';
}

function checkSaid({ id, version, status, reason, mode }: CheckMade): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${id} ${version} ${status}${why}${mode === 'block' && status === 'failed' ? ' (must run)' : ''}`;
}

function obligationSaid({
  type,
  names,
}: {
  readonly type: string;
  readonly names: readonly string[];
}): string {
  return names.length === 0 ? type : `${type} ${names.join(', ')}`;
}

function errorsSaid(errors: RecordedDecision['errors'], { errors: told = [] }: Disclosed): readonly string[] {
  return errors.map(({ policy, code }) => {
    const message = told.find(([of]) => of === policy)?.[1];
    return message === undefined ? `${policy} (${code})` : `${policy}: ${message}`;
  });
}

function shadowSaid({ status, verdict }: NonNullable<RecordedDecision['shadow']>): string {
  if (status === 'same') return 'would have said the same';
  return status === 'failed'
    ? 'broke, and says nothing'
    : `would have said ${verdict?.replace('_', ' ') ?? 'something else'}`;
}

/** That there is nothing is a fact too, where it was disclosed. */
function orNone(values: readonly string[] | undefined): readonly string[] | undefined {
  return values === undefined || values.length > 0 ? values : ['none'];
}
