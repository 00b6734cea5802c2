/** One alert: what it says, where to look, what became of it, and what was alike before. */
import type { ReactNode } from 'react';
import { PageLink } from '../../router/index.ts';
import { AgentText, Button, ErrorState, Id, Skeleton, Time } from '../../ui/index.ts';
import { placeOf, recordOf, SOURCES } from './alert-words.ts';
import { type Alert, useAlert, useAlerts, useNames } from './queries.ts';
import { SeverityShown, StatusShown } from './severity-shown.tsx';

export function AlertDetails({
  id,
  onAcknowledge,
}: {
  readonly id: string;
  /** Absent for whoever may not. */
  readonly onAcknowledge?: ((alert: Alert) => void) | undefined;
}): ReactNode {
  const { data, error, refetch } = useAlert(id);
  if (data !== undefined) return <Details alert={data} onAcknowledge={onAcknowledge} />;
  return error === null ? (
    <Skeleton label="Loading the alert" rows={4} />
  ) : (
    <ErrorState
      what="this alert"
      problem={error}
      works="The list still shows the others."
      onRetry={() => void refetch()}
    />
  );
}

function Details({
  alert,
  onAcknowledge,
}: {
  readonly alert: Alert;
  readonly onAcknowledge: ((alert: Alert) => void) | undefined;
}): ReactNode {
  const [teams, nodes] = [useNames('teams'), useNames('nodes')];
  const [place, record] = [placeOf(alert), recordOf(alert)];
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center gap-3 text-sm">
        <SeverityShown severity={alert.severity} />
        <StatusShown status={alert.status} />
        <span className="text-ink-3">
          raised <Time at={alert.raised} /> by {SOURCES[alert.source]}
        </span>
      </div>
      <p className="text-base">
        <AgentText text={alert.text} />
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <Row name="Told to">
          {alert.team === undefined ? 'whoever administers' : <Named id={alert.team} names={teams} />}
        </Row>
        {alert.node !== undefined && (
          <Row name="Node">
            <Named id={alert.node} names={nodes} />
          </Row>
        )}
        <Row name="Kind">
          <span className="font-mono">
            <AgentText text={alert.key} limit={120} />
          </span>
        </Row>
      </dl>
      <div className="flex flex-wrap items-center gap-3">
        {alert.status === 'open' && onAcknowledge !== undefined && (
          <Button kind="main" onClick={() => onAcknowledge(alert)}>
            Acknowledge… <kbd aria-hidden="true">a</kbd>
          </Button>
        )}
        {place !== undefined && (
          <PageLink to={place.to} search={place.search}>
            {place.label}
          </PageLink>
        )}
        {record !== undefined && (
          <PageLink to="/log" search={record}>
            What it recorded
          </PageLink>
        )}
      </div>
      <Story alert={alert} />
      <Alike alert={alert} />
    </div>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Named({
  id,
  names,
}: {
  readonly id: string;
  readonly names: ReadonlyMap<string, string>;
}): ReactNode {
  const name = names.get(id);
  return name === undefined ? <Id id={id} /> : <AgentText text={name} limit={80} />;
}

/** What became of it, in order. */
function Story({ alert: { raised, acknowledged, closed } }: { readonly alert: Alert }): ReactNode {
  const people = useNames('people');
  return (
    <section className="space-y-1">
      <h3 className="text-xs font-medium text-ink-3">History</h3>
      <ol className="space-y-1 text-sm">
        <li>
          <Time at={raised} />: raised
        </li>
        {acknowledged !== undefined && (
          <li>
            <Time at={acknowledged.at} />: <Named id={acknowledged.by} names={people} /> looks after it,{' '}
            <q>
              <AgentText text={acknowledged.words} />
            </q>
          </li>
        )}
        {closed !== undefined && (
          <li>
            <Time at={closed} />: what raised it was over, by itself
          </li>
        )}
      </ol>
    </section>
  );
}

/** Others of its key. */
function Alike({ alert: { id, key, severity } }: { readonly alert: Alert }): ReactNode {
  const { data } = useAlerts({ status: undefined, severity });
  const alike = (data ?? []).filter((one) => one.key === key && one.id !== id).slice(0, 10);
  if (alike.length === 0) return null;
  return (
    <section className="space-y-1">
      <h3 className="text-xs font-medium text-ink-3">The same before</h3>
      <ul className="space-y-1 text-sm">
        {alike.map((one) => (
          <li key={one.id} className="flex items-center gap-3">
            <PageLink to={`/alerts/${one.id}`}>
              <Time at={one.raised} />
            </PageLink>
            <StatusShown status={one.status} />
          </li>
        ))}
      </ul>
    </section>
  );
}
