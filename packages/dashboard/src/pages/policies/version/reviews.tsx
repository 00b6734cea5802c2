/** What is known of a version before it goes anywhere: its tests, a replay over recorded traffic, and what people said. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AgentText, Badge, ErrorState, isVerdict, Time, Verdict } from '../../../ui/index.ts';
import { type PolicyVersion, type ReplayGroup, replayOf, usePersonName } from '../policy-data.ts';
import { CommandBlock, Part } from '../parts.tsx';

/** Most groups of changed decisions that are drawn. */
const MOST_GROUPS = 100;

export function Reviews({
  version,
  whyNot,
}: {
  readonly version: PolicyVersion;
  readonly whyNot: string | undefined;
}): ReactNode {
  const nameOf = usePersonName();
  const { cases, reviews, missing, status, rule } = version;
  return (
    <div className="max-w-4xl space-y-8 overflow-y-auto p-4">
      <Part title="Tests">
        {cases.passed + cases.failed === 0 ? (
          <p className="text-deny">
            It has none, and cannot be approved: put cases into <code>tests/</code>.
          </p>
        ) : (
          <p>
            <Badge tone={cases.failed > 0 ? 'bad' : 'good'}>{cases.passed} pass</Badge>{' '}
            {cases.failed > 0 && <Badge tone="bad">{cases.failed} fail</Badge>}
            <span className="text-ink-3"> run by the control plane when the version came</span>
          </p>
        )}
      </Part>
      <Replay version={version} />
      <Part title="Reviews">
        <p className="text-ink-2">
          {rule.reviewers === 1 ? 'One approval is' : `${rule.reviewers} approvals are`} needed, of people who
          wrote none of it
          {rule.groups.length > 0 && (
            <>
              {' '}
              and are of <AgentText text={rule.groups.join(', ')} limit={200} />
            </>
          )}
          {status === 'in_review' && `; ${missing} ${missing === 1 ? 'is' : 'are'} missing`}.
        </p>
        {reviews.length > 0 && (
          <ol className="mt-3 divide-y divide-line rounded-lg border border-line bg-panel">
            {reviews.map(({ person, verdict, reason, at }) => (
              <li key={`${person} ${at}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-3 py-2">
                <Badge tone={verdict === 'approve' ? 'good' : 'bad'}>
                  {verdict === 'approve' ? 'approved' : 'refused'}
                </Badge>
                <span className="font-medium">
                  <AgentText text={nameOf(person)} limit={80} />
                </span>
                <span className="min-w-0 flex-1 text-ink-2">
                  {reason !== undefined && <AgentText text={reason} isMultiline limit={500} />}
                </span>
                <span className="text-sm text-ink-3">
                  <Time at={at} />
                </span>
              </li>
            ))}
          </ol>
        )}
        {whyNot !== undefined && (
          <p className="mt-3 rounded-md bg-sunken px-3 py-2 text-sm text-ink-2">{whyNot}</p>
        )}
      </Part>
    </div>
  );
}

function Replay({ version }: { readonly version: PolicyVersion }): ReactNode {
  const { id, replay } = version;
  const { data, error } = useQuery(replayOf(id));
  const nameOf = usePersonName();
  if (replay === undefined)
    return (
      <Part title="Replay over recorded traffic">
        <p className="text-ink-2">
          Nobody asked recorded decisions again under this version. At a node, which keeps the arguments to
          itself and reports counts:
        </p>
        <CommandBlock>{`writ policy replay FOLDER --log .writ --json | writ policy report ${id} -`}</CommandBlock>
      </Part>
    );
  return (
    <Part title="Replay over recorded traffic">
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        <Figure name="would be others" value={replay.differs} isLoud={replay.differs > 0} />
        <Figure name="stay the same" value={replay.same} />
        <Figure name="could not be asked again" value={replay.others} />
      </dl>
      <p className="mt-1 text-sm text-ink-3">
        Reported by <AgentText text={nameOf(replay.by)} limit={80} />, <Time at={replay.at} />
      </p>
      {error !== null && (
        <ErrorState what="the changed decisions" problem={error} works="The counts above are kept." />
      )}
      {data !== undefined && data.groups.length > 0 && <Groups groups={data.groups} />}
    </Part>
  );
}

function Groups({ groups }: { readonly groups: readonly ReplayGroup[] }): ReactNode {
  return (
    <div
      className="mt-3 overflow-x-auto rounded-lg border border-line bg-panel"
      tabIndex={0}
      role="region"
      aria-label="Changed decisions"
    >
      <table className="w-full text-left text-sm">
        <thead className="text-xs text-ink-3">
          <tr className="*:px-3 *:py-2 *:font-medium">
            <th scope="col" className="text-right">
              Decisions
            </th>
            <th scope="col">Was</th>
            <th scope="col">Would be</th>
            <th scope="col">Decided by</th>
          </tr>
        </thead>
        <tbody>
          {groups.slice(0, MOST_GROUPS).map((group) => (
            <tr key={JSON.stringify(group)} className="border-t border-line align-top *:px-3 *:py-2">
              <td className="tabular text-right font-medium">{group.count.toLocaleString('en')}</td>
              <td>
                <Word word={group.from} />
              </td>
              <td>
                <Word word={group.to} />
              </td>
              <td className="font-mono text-ink-2">
                <AgentText text={group.before.join(', ') || 'no policy'} limit={200} />
                <span className="text-ink-3"> → </span>
                <AgentText text={group.after.join(', ') || 'no policy'} limit={200} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {groups.length > MOST_GROUPS && (
        <p className="border-t border-line px-3 py-2 text-sm text-ink-3">
          The first {MOST_GROUPS} of {groups.length} kinds are shown.
        </p>
      )}
    </div>
  );
}

function Word({ word }: { readonly word: string }): ReactNode {
  return isVerdict(word) ? <Verdict verdict={word} /> : <AgentText text={word} limit={20} />;
}

export function Figure({
  name,
  value,
  isLoud = false,
}: {
  readonly name: string;
  readonly value: number;
  readonly isLoud?: boolean;
}): ReactNode {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className={`tabular text-xl font-semibold ${isLoud ? 'text-step-up' : ''}`}>
        {value.toLocaleString('en')}
      </dd>
    </div>
  );
}
