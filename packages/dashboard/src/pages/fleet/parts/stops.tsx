/** Stops that are in force, drills, and what was lifted; each with how far it came and how fast. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { oneLine, Reach, type Stop, stopQuery } from '../../../control/index.ts';
import { PersonName, TeamName } from '../../../directory/index.ts';
import {
  AgentText,
  Badge,
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  PlainTable,
  Section,
  Skeleton,
  Time,
  useToast,
} from '../../../ui/index.ts';
import { STOPS } from '../data.ts';
import { PlaceStop } from './place-stop.tsx';

const MOST_PAST = 50;

export function Stops(): ReactNode {
  const me = useMe();
  const stops = useQuery(STOPS);
  const [asks, ask] = useState<'stop' | 'drill'>();
  const queries = useQueryClient();
  const toast = useToast();
  const now = Date.now();
  if (stops.data === undefined)
    return stops.error === null ? (
      <Skeleton label="Loading stops" />
    ) : (
      <ErrorState
        what="stops"
        problem={stops.error}
        works="Nodes keep those that they have in force."
        onRetry={() => void stops.refetch()}
      />
    );
  const newest = stops.data.toReversed();
  const isOn = ({ status, drillUntil }: Stop): boolean =>
    status === 'in_force' && (drillUntil === undefined || now < drillUntil);
  const current = newest.filter(isOn);
  const past = newest.filter((stop) => !isOn(stop)).slice(0, MOST_PAST);
  const mayStop = hasRole(me, 'writer', 'admin', 'emergency');
  return (
    <div className="space-y-4 p-4">
      {mayStop && (
        <div className="flex flex-wrap gap-2" data-print="none">
          <Button kind="danger" onClick={() => ask('stop')}>
            Kill…
          </Button>
          <Button onClick={() => ask('drill')}>Start a drill</Button>
        </div>
      )}
      {stops.data.length === 0 && (
        <EmptyState title="Nothing was ever stopped here" command="writ drills create">
          A stop denies every call of an agent, a team, a server, a tool or of everybody, on every node. A
          drill stops nothing and measures how long nodes take to hear of one.
        </EmptyState>
      )}
      {current.map((stop) => (
        <Current key={stop.id} stop={stop} />
      ))}
      {past.length > 0 && (
        <Section title="Before" note="Lifted stops, and drills that ended.">
          <PlainTable
            label="Stops before"
            rows={past}
            keyOf={({ id }) => id}
            columns={[
              { header: 'Placed', cell: ({ placed }) => <Time at={placed} /> },
              { header: 'What', cell: (stop) => <What stop={stop} /> },
              { header: 'Why', cell: ({ words }) => <AgentText text={words} limit={160} /> },
              { header: 'By', cell: ({ placedBy }) => <PersonName id={placedBy} /> },
              { header: 'Time to effect', cell: ({ id }) => <Took stop={id} /> },
              {
                header: 'Lifted',
                cell: ({ lifted }) =>
                  lifted === undefined ? (
                    <span className="text-ink-3">ended by itself</span>
                  ) : (
                    <>
                      <Time at={lifted.at} /> by <PersonName id={lifted.by} />: “
                      <AgentText text={lifted.words} limit={160} />”
                    </>
                  ),
              },
            ]}
          />
        </Section>
      )}
      {asks === 'stop' && <PlaceStop onClose={() => ask(undefined)} />}
      <ConfirmDialog
        isOpen={asks === 'drill'}
        onClose={() => ask(undefined)}
        title="Start a drill?"
        verb="Start"
        reason="none"
        onConfirm={async () => {
          await answered(api.POST('/v1/drills', { body: { words: 'a drill: nothing is stopped' } }));
          await queries.invalidateQueries({ queryKey: ['stops'] });
          toast('The drill runs', 'Nodes that confirm it are shown as they do.');
        }}
      >
        <p className="text-sm">
          A stop of an agent that does not exist is sent to every node: no work is stopped. What each node
          takes to have it in force is measured, and it ends by itself in two minutes.
        </p>
      </ConfirmDialog>
    </div>
  );
}

function Current({ stop }: { readonly stop: Stop }): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const { data } = useQuery(stopQuery(stop.id));
  const [isLifting, setLifting] = useState(false);
  const isDrill = stop.drillUntil !== undefined;
  return (
    <section
      aria-label={isDrill ? 'Drill' : 'Stop in force'}
      className={`rounded-lg border border-l-4 border-line bg-panel px-4 py-3 ${isDrill ? 'border-l-modify' : 'border-l-deny'}`}
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1">
          <h2 className="flex flex-wrap items-center gap-2 text-base">
            <Badge tone={isDrill ? 'accent' : 'bad'}>{isDrill ? 'drill' : 'in force'}</Badge>
            <What stop={stop} />
          </h2>
          <p className="mt-0.5 text-sm text-ink-2">
            “<AgentText text={stop.words} limit={500} />” — by <PersonName id={stop.placedBy} />,{' '}
            <Time at={stop.placed} />
          </p>
        </div>
        {hasRole(me, 'admin') && (
          <Button data-print="none" onClick={() => setLifting(true)}>
            {isDrill ? 'End' : 'Lift'}
          </Button>
        )}
      </div>
      {data === undefined ? <Skeleton rows={1} /> : <Reach reach={data.data.reach} />}
      <ConfirmDialog
        isOpen={isLifting}
        onClose={() => setLifting(false)}
        title={isDrill ? 'End the drill?' : 'Lift the kill switch?'}
        verb={isDrill ? 'End' : 'Lift'}
        onConfirm={async (reason) => {
          await answered(
            api.POST('/v1/stops/{stop}/lift', {
              params: { path: { stop: stop.id }, header: ifMatch(data?.tag ?? '') },
              body: { words: oneLine(reason) },
            }),
          );
          await queries.invalidateQueries({ queryKey: ['stops'] });
        }}
      >
        <p className="text-sm">
          {isDrill ? (
            'Nothing was stopped by it. What was measured stays.'
          ) : (
            <>
              <What stop={stop} /> may act again on every node, as far as policy permits. What was withdrawn
              or ended stays so.
            </>
          )}
        </p>
      </ConfirmDialog>
    </section>
  );
}

/** What a stop stops, in words. */
function What({ stop: { scope, target, drillUntil } }: { readonly stop: Stop }): ReactNode {
  if (drillUntil !== undefined) return 'Nothing: a drill';
  if (scope === 'all') return 'Everything';
  return (
    <span>
      {scope} {scope === 'team' ? <TeamName id={target} /> : <AgentText text={target} limit={120} />}
    </span>
  );
}

function Took({ stop }: { readonly stop: string }): ReactNode {
  const { data } = useQuery({ ...stopQuery(stop), refetchInterval: false });
  if (data === undefined) return <span className="text-ink-3">…</span>;
  const { nodes, reached, p50Ms, p99Ms } = data.data.reach;
  return (
    <span className="tabular whitespace-nowrap">
      {reached} of {nodes} nodes
      {p50Ms !== undefined && p99Ms !== undefined && `, p50 ${p50Ms} ms, p99 ${p99Ms} ms`}
    </span>
  );
}
