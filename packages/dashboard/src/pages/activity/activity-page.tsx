/** What did they do, how often was it refused, how long did it take, and what did it cost? */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import {
  type Activity,
  ActivityCharts,
  activityQuery,
  decisionsIn,
  RANGE_NAMES,
  RANGES,
  rangeOf,
  type Whose,
} from '../../activity/index.ts';
import { hasRole, useMe } from '../../api/index.ts';
import { useSearchWords, useSetSearch } from '../../router/index.ts';
import { EmptyState, ErrorState, FilterBar, FilterText, PageHead, Skeleton, Time } from '../../ui/index.ts';
import { Groups } from './groups.tsx';

export function Page(): ReactNode {
  const words = useSearchWords();
  const set = useSetSearch();
  const mayAudit = hasRole(useMe(), 'admin', 'auditor');
  const range = rangeOf(words['range']);
  const by = words['by'] === 'tool' ? 'tool' : 'agent';
  // One of both: the API counts no pairs.
  const whose: Whose =
    words['agent'] !== undefined ? { by, agent: words['agent'] } : { by, tool: words['tool'] };
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    ...activityQuery(range, whose),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHead
        title="Activity"
        actions={
          <>
            <Choice
              label="Listed by"
              options={[
                ['agent', 'By agent'],
                ['tool', 'By tool'],
              ]}
              value={by}
              onChoose={(next) => set({ by: next === 'agent' ? undefined : next })}
            />
            <Choice
              label="How far back"
              options={RANGE_NAMES.map((name) => [name, RANGES[name].words])}
              value={range}
              onChoose={(next) => set({ range: next === '24h' ? undefined : next })}
            />
          </>
        }
      >
        What was decided, refused, how long it took and what it cost
        {data !== undefined && (
          <>
            , counted <Time at={dataUpdatedAt} />
          </>
        )}
        .
      </PageHead>
      <FilterBar label="Narrow the charts">
        {whose.tool === undefined && <FilterText name="agent" label="Agent" placeholder="all" />}
        {whose.agent === undefined && <FilterText name="tool" label="Tool" placeholder="all" />}
      </FilterBar>
      {error !== null && (
        <ErrorState
          what="what was counted"
          problem={error}
          works={
            data === undefined ? 'Live and the log may still work.' : 'What is below was counted before.'
          }
          onRetry={() => void refetch()}
        />
      )}
      {data === undefined ? (
        error === null && <Loading />
      ) : decisionsIn(data.whole) === 0 ? (
        <Nothing whose={whose} words={RANGES[range].words} />
      ) : (
        <Something activity={data} whose={whose} mayAudit={mayAudit} />
      )}
    </>
  );
}

function Something({
  activity,
  whose,
  mayAudit,
}: {
  readonly activity: Activity;
  readonly whose: Whose;
  readonly mayAudit: boolean;
}): ReactNode {
  return (
    <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-4">
      {activity.behind > 0 && (
        <p role="status" className="rounded-md bg-step-up-ground px-4 py-2 text-sm text-step-up">
          {activity.behind.toLocaleString('en')} minutes changed and are not counted yet: figures may be too
          low.
        </p>
      )}
      <div className="grid min-w-0 gap-4 lg:grid-cols-2">
        <Suspense fallback={<Skeleton rows={6} label="Loading charts" />}>
          <ActivityCharts activity={activity} whose={whose} mayAudit={mayAudit} />
        </Suspense>
      </div>
      {activity.groups.length > 0 && <Groups activity={activity} mayAudit={mayAudit} />}
    </div>
  );
}

function Choice({
  label,
  options,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly value: string;
  readonly onChoose: (value: string) => void;
}): ReactNode {
  return (
    <div
      role="group"
      aria-label={label}
      className="inline-flex h-8 rounded-md border border-edge bg-panel p-0.5"
    >
      {options.map(([option, words]) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          className="rounded-sm px-2 text-sm whitespace-nowrap text-ink-2 hover:bg-hover aria-pressed:bg-accent-ground aria-pressed:font-medium aria-pressed:text-accent"
          onClick={() => onChoose(option)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

function Loading(): ReactNode {
  return (
    <div className="grid gap-4 p-4 lg:grid-cols-2">
      {['decisions', 'denials', 'times', 'costs'].map((what) => (
        <div key={what} className="h-60 rounded-lg border border-line bg-panel">
          <Skeleton rows={4} label={`Counting ${what}`} />
        </div>
      ))}
    </div>
  );
}

function Nothing({ whose, words }: { readonly whose: Whose; readonly words: string }): ReactNode {
  if (whose.agent !== undefined || whose.tool !== undefined)
    return (
      <EmptyState title={`Nothing of that ${whose.agent === undefined ? 'tool' : 'agent'} in ${words}`}>
        Names are compared whole. Nodes tell whose a decision is where <code>plane.discloses.always</code> of
        their <code>writ.yaml</code> names <code>subject</code> and <code>target</code>.
      </EmptyState>
    );
  return (
    <EmptyState title={`No decision in ${words}`} command="writ up">
      Each call that an agent asks for is counted here: by verdict, how long it took, and what it cost where a
      node says so. A longer range may hold some; this starts a gateway beside the control plane:
    </EmptyState>
  );
}
