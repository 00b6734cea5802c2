/** One environment: what is in force, what is on its way, what nodes counted under each, and the next step. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { answered, answeredTagged, api, ifMatch } from '../../../api/index.ts';
import { AgentText, Button, ConfirmDialog, Id, Time, useToast } from '../../../ui/index.ts';
import { Part } from '../parts.tsx';
import {
  type Bundle,
  NODES,
  type PolicyVersion,
  type Rollout,
  usePersonName,
  usePolicyRights,
} from '../policy-data.ts';
import { trackSaid } from '../standing.ts';
import { type Figures, figuresOf, shareSaid, waysBack } from './figures.ts';

type Asked = 'shadow' | 'canary' | 'full' | 'stop';

export function Track({
  rollout,
  version,
  bundles,
}: {
  readonly rollout: Rollout;
  readonly version: PolicyVersion;
  readonly bundles: readonly Bundle[];
}): ReactNode {
  const { data: nodes = [] } = useQuery(NODES);
  const nameOf = usePersonName();
  const { canRollOut, canWork, id: me } = usePolicyRights();
  const [asked, setAsked] = useState<Asked>();
  const of = (id: string | undefined): Bundle | undefined => bundles.find((one) => one.id === id);
  const { candidate, stopped } = rollout;
  const stable = of(rollout.stable);
  const onItsWay = of(candidate?.bundle);
  const isOwn = onItsWay?.policyVersion === version.id;
  const newest = Math.max(stable?.version ?? 0, onItsWay?.version ?? 0);
  const ready = bundles.findLast(
    (one) =>
      one.policyVersion === version.id &&
      one.environment === rollout.environment &&
      one.team === rollout.team &&
      one.version > newest,
  );
  const subject = candidate === undefined ? ready : isOwn ? onItsWay : undefined;
  const isAuthor = me !== undefined && version.authors.includes(me);
  const since = candidate?.since ?? 0;
  return (
    <Part title={`Roll out: ${trackSaid(rollout)}`}>
      <ol className="flex flex-wrap gap-x-2 gap-y-1 text-sm" aria-label="Stages">
        {(['shadow', 'canary', 'full'] as const).map((stage) => {
          const isHere = isOwn
            ? candidate?.stage === stage
            : stage === 'full' && stable?.policyVersion === version.id;
          return (
            <li
              key={stage}
              aria-current={isHere ? 'step' : undefined}
              className="rounded-md border border-line px-3 py-1 text-ink-3 aria-[current]:border-accent aria-[current]:bg-accent-ground aria-[current]:font-medium aria-[current]:text-accent"
            >
              {stage === 'full' ? 'everywhere' : stage}
              {isHere && stage === 'canary' && ` ${candidate?.share} %`}
            </li>
          );
        })}
      </ol>
      <div
        className="mt-3 overflow-x-auto rounded-lg border border-line bg-panel"
        role="region"
        aria-label="Figures"
        tabIndex={0}
      >
        <table className="w-full text-left text-sm">
          <thead className="text-xs text-ink-3">
            <tr className="*:px-3 *:py-2 *:font-medium">
              <th scope="col">Bundle</th>
              {['Nodes', 'Decisions', 'Denied or held', 'Errors'].map((name) => (
                <th key={name} scope="col" className="text-right">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Row name="In force" bundle={stable} figures={figuresOf(rollout, stable, nodes, since)} />
            {onItsWay !== undefined && (
              <Row name="On its way" bundle={onItsWay} figures={figuresOf(rollout, onItsWay, nodes, since)} />
            )}
          </tbody>
        </table>
      </div>
      <p className="mt-2 text-sm text-ink-3">
        Counted by the nodes
        {candidate !== undefined && (
          <>
            {' '}
            that spoke since it set out, <Time at={candidate.since} />
          </>
        )}
        .
        {candidate?.stage === 'shadow' &&
          ' In shadow it answers beside what is in force and decides nothing; where it differs stands in the record of each decision.'}
        {candidate?.stage === 'canary' &&
          ' It stops by itself where its share of denials or errors is surely higher than before.'}
      </p>
      {stopped !== undefined && (
        <p className="mt-2 rounded-md bg-step-up-ground px-3 py-2 text-sm text-step-up">
          Bundle {of(stopped.bundle)?.version ?? ''} was stopped <Time at={stopped.at} /> by{' '}
          <AgentText text={nameOf(stopped.by)} limit={80} />: <AgentText text={stopped.reason} limit={300} />
        </p>
      )}
      {candidate !== undefined && !isOwn && (
        <p className="mt-3 text-ink-2">
          Another version is on its way here: stop it, or let it go on, first.
        </p>
      )}
      {subject !== undefined && isAuthor && (
        <p className="mt-3 rounded-md bg-sunken px-3 py-2 text-sm text-ink-2">
          You wrote this version: somebody else takes its steps. You may stop it.
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        {subject !== undefined && canRollOut && !isAuthor && (
          <>
            {candidate === undefined && stable !== undefined && (
              <Button kind="main" onClick={() => setAsked('shadow')}>
                Start in shadow
              </Button>
            )}
            {stable !== undefined && (
              <Button
                onClick={() => setAsked('canary')}
                kind={candidate?.stage === 'shadow' ? 'main' : 'plain'}
              >
                {candidate?.stage === 'canary' ? 'Grow the canary' : 'To a canary'}
              </Button>
            )}
            <Button onClick={() => setAsked('full')}>Everywhere</Button>
          </>
        )}
        {candidate !== undefined && isOwn && canRollOut && (
          <Button kind="danger" onClick={() => setAsked('stop')}>
            Stop and go back
          </Button>
        )}
        {!canRollOut && canWork && subject !== undefined && (
          <p className="text-sm text-ink-3">Steps are taken by an admin.</p>
        )}
      </div>
      <StepDialog
        asked={asked}
        rollout={rollout}
        subject={subject ?? onItsWay}
        backs={waysBack(subject, stable, bundles)}
        onClose={() => setAsked(undefined)}
      />
    </Part>
  );
}

function Row({
  name,
  bundle,
  figures,
}: {
  readonly name: string;
  readonly bundle: Bundle | undefined;
  readonly figures: Figures;
}): ReactNode {
  const { nodes, decisions, denied, errors } = figures;
  return (
    <tr className="border-t border-line *:px-3 *:py-2">
      <th scope="row" className="font-normal">
        {name}:{' '}
        {bundle === undefined ? (
          <span className="text-ink-3">nothing</span>
        ) : (
          <>
            bundle {bundle.version} <Id id={bundle.id} label="bundle" />
          </>
        )}
      </th>
      <td className="tabular text-right">{nodes.toLocaleString('en')}</td>
      <td className="tabular text-right">{decisions.toLocaleString('en')}</td>
      <td className="tabular text-right">{shareSaid(denied, decisions)}</td>
      <td className="tabular text-right">{shareSaid(errors, decisions)}</td>
    </tr>
  );
}

const QUESTIONS = {
  shadow: [
    'Start in shadow?',
    'Start',
    'Nodes let it answer every call beside what is in force and record where it differs. It decides nothing.',
  ],
  canary: [
    'Let it decide at some nodes?',
    'To a canary',
    'It decides at this share of nodes, always the same ones; the share only grows. A stop leads them to the way back.',
  ],
  full: [
    'Let it decide everywhere?',
    'Everywhere',
    'Every node of this environment takes it and decides by it. Nodes never take an older bundle again: to go back, sign the earlier policies as a new one.',
  ],
  stop: [
    'Stop it and go back?',
    'Stop',
    'Nodes are led to what was in force: a canary’s to its way back, a newer bundle with the policies of before.',
  ],
} as const;

function StepDialog({
  asked,
  rollout,
  subject,
  backs,
  onClose,
}: {
  readonly asked: Asked | undefined;
  readonly rollout: Rollout;
  readonly subject: Bundle | undefined;
  readonly backs: readonly Bundle[];
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const toast = useToast();
  const id = useId();
  const [share, setShare] = useState('5');
  const [back, setBack] = useState('');
  const fallback = back === '' ? backs.at(-1)?.id : back;
  const [title, verb, what] = QUESTIONS[asked ?? 'shadow'];
  const take = async (reason: string): Promise<void> => {
    const path = { rollout: rollout.id };
    const { data: now, tag } = await answeredTagged(api.GET('/v1/rollouts/{rollout}', { params: { path } }));
    // What was looked at is what is changed: who was quicker has decided.
    if (
      now.candidate?.bundle !== rollout.candidate?.bundle ||
      now.candidate?.stage !== rollout.candidate?.stage ||
      now.stable !== rollout.stable
    )
      throw new Error('somebody took a step since you looked');
    const more =
      asked === 'canary' ? { share: Number(share), ...(fallback === undefined ? {} : { fallback }) } : {};
    const bundle = subject?.id ?? '';
    const body =
      asked === 'stop'
        ? ({ step: 'stop', reason } as const)
        : rollout.candidate === undefined
          ? ({ step: 'start', bundle, stage: asked ?? 'shadow', ...more } as const)
          : ({ step: 'advance', stage: asked === 'full' ? 'full' : 'canary', ...more } as const);
    await answered(
      api.POST('/v1/rollouts/{rollout}/steps', { params: { path, header: ifMatch(tag) }, body }),
    );
    await Promise.all(
      ['rollouts', 'bundles', 'nodes'].map((name) => queries.invalidateQueries({ queryKey: [name] })),
    );
    toast(asked === 'stop' ? 'Stopped' : 'The step was taken');
  };
  return (
    <ConfirmDialog
      isOpen={asked !== undefined}
      onClose={onClose}
      title={title}
      verb={verb}
      isDangerous={asked === 'full' || asked === 'stop'}
      reason={asked === 'stop' ? 'required' : 'none'}
      onConfirm={take}
    >
      <p>
        Bundle {subject?.version ?? ''}, {trackSaid(rollout)}. {what}
      </p>
      {asked === 'canary' && (
        <div className="mt-4 grid gap-3 text-ink sm:grid-cols-2">
          <label htmlFor={`${id}-share`} className="text-sm font-medium">
            Percent of nodes
            <input
              id={`${id}-share`}
              type="number"
              min={Math.max(1, rollout.candidate?.share ?? 1)}
              max={99}
              value={share}
              onChange={(event) => setShare(event.target.value)}
              className="tabular mt-1 block h-8 w-full rounded-md border border-edge bg-panel px-2 font-normal"
            />
          </label>
          <label htmlFor={`${id}-back`} className="text-sm font-medium">
            Way back
            <select
              id={`${id}-back`}
              value={fallback ?? ''}
              onChange={(event) => setBack(event.target.value)}
              className="mt-1 block h-8 w-full rounded-md border border-edge bg-panel px-2 font-normal"
            >
              {backs.length === 0 && <option value="">none yet: sign one</option>}
              {backs.map((one) => (
                <option key={one.id} value={one.id}>
                  bundle {one.version}
                </option>
              ))}
            </select>
          </label>
          {backs.length === 0 && (
            <p className="text-sm text-step-up sm:col-span-2">
              A canary needs its way back: what is in force, signed once more as a bundle newer than this one.
              Open the version in force, sign it, and give it.
            </p>
          )}
        </div>
      )}
    </ConfirmDialog>
  );
}
