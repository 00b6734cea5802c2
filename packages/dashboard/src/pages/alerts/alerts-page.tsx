/** Alerts: what needs me? Open ones first, the most urgent at the top. */
import { type ReactNode, useState } from 'react';
import { hasRole, useMe } from '../../api/index.ts';
import { useSearchWords, useSetSearch } from '../../router/index.ts';
import {
  AgentText,
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  FilterChoice,
  PageHead,
  SidePanel,
  Time,
} from '../../ui/index.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { AlertDetails } from './alert-details.tsx';
import { SOURCES } from './alert-words.ts';
import { type Alert, MOST_LISTED, SEVERITIES, STATUSES, useAlerts } from './queries.ts';
import { SeverityShown, StatusShown } from './severity-shown.tsx';

/** In the address for alerts of any state; open ones are shown where it says nothing. */
const EVERY = 'every';

const COLUMNS: readonly Column<Alert>[] = [
  {
    id: 'severity',
    header: 'Severity',
    width: '84px',
    cell: ({ severity }) => <SeverityShown severity={severity} />,
  },
  {
    id: 'text',
    header: 'What',
    width: 'minmax(240px, 1fr)',
    cell: ({ text }) => <AgentText text={text} limit={200} />,
  },
  { id: 'source', header: 'Noticed by', width: '120px', cell: ({ source }) => SOURCES[source] },
  {
    id: 'status',
    header: 'State',
    width: '108px',
    cell: ({ status }) => <StatusShown status={status} />,
  },
  { id: 'raised', header: 'Raised', width: '88px', cell: ({ raised }) => <Time at={raised} /> },
];

/** Those that there is room for beside what is open. */
const BESIDE = COLUMNS.filter(({ id }) => id !== 'source' && id !== 'raised');

export function Page(): ReactNode {
  const words = useSearchWords();
  const set = useSetSearch();
  const [asked, setAsked] = useState<Alert>();
  const mayWork = hasRole(useMe(), 'writer', 'admin');
  const severity = SEVERITIES.find((one) => one === words['severity']);
  const status =
    words['status'] === EVERY ? undefined : (STATUSES.find((one) => one === words['status']) ?? 'open');
  const { data: rows, error, refetch } = useAlerts({ status, severity });
  const acknowledge = (alert: Alert): boolean => {
    if (!mayWork || alert.status !== 'open') return false;
    setAsked(alert);
    return true;
  };
  const { open } = words;
  return (
    <>
      <PageHead title="Alerts">What somebody should look at, until somebody said that they do</PageHead>
      <FilterBar label="Filters">
        <FilterChoice
          name="status"
          label="State"
          options={[
            ['acknowledged', 'acknowledged'],
            ['closed', 'closed'],
            [EVERY, 'all'],
          ]}
          unset="open"
        />
        <FilterChoice name="severity" label="Severity" options={SEVERITIES.map((one) => [one, one])} />
      </FilterBar>
      <div className="flex min-h-0 flex-1">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <DataTable
            what="alerts"
            columns={open === undefined ? COLUMNS : BESIDE}
            rows={rows}
            keyOf={({ id }) => id}
            onOpen={({ id }) => set({ open: id })}
            openKey={open}
            onKey={(alert, key) => key === 'a' && acknowledge(alert)}
            problem={error ?? undefined}
            onRetry={() => void refetch()}
            tooMuch={(rows?.length ?? 0) >= MOST_LISTED ? 'Choose a severity to come to fewer.' : undefined}
            empty={
              status === 'open' && severity === undefined ? (
                <EmptyState title="Nothing needs you" command="writ alerts list">
                  Nodes that fall silent, stops that rules placed, roll-outs that were halted and mirrors that
                  disagree appear here, and go to the channels that Settings names.
                </EmptyState>
              ) : (
                <EmptyState title="No alert is like this">
                  Clear the filters to see those that are open.
                </EmptyState>
              )
            }
          />
        </div>
        {open !== undefined && (
          <SidePanel
            key={open}
            title="Alert"
            page={`/alerts/${open}`}
            onClose={() => set({ open: undefined })}
          >
            <AlertDetails id={open} onAcknowledge={mayWork ? acknowledge : undefined} />
          </SidePanel>
        )}
      </div>
      {asked !== undefined && <AcknowledgeDialog alert={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}
