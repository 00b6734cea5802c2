/** Is everything enforcing? Nodes, stops in force with their time to effect, and codes that wait for a node. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { hasRole, useMe } from '../../api/index.ts';
import { EnrolDialog } from '../../control/index.ts';
import { useSearchWords, useSetSearch } from '../../router/index.ts';
import { Button, Figure, Figures, PageHead, Tabs } from '../../ui/index.ts';
import { BUNDLES, NODES, OPEN_ALERTS, ROLLOUTS } from './data.ts';
import { Enrolments, NodePanel, Nodes, Stops } from './parts/index.ts';
import { givenTo, standingOf, summaryOf } from './standing.ts';

export function Page(): ReactNode {
  const me = useMe();
  const nodes = useQuery(NODES);
  const rollouts = useQuery(ROLLOUTS).data ?? [];
  const bundles = useQuery(BUNDLES).data ?? [];
  const alerts = useQuery(OPEN_ALERTS).data ?? [];
  const { open } = useSearchWords();
  const set = useSetSearch();
  const [isEnrolling, setEnrolling] = useState(false);
  const rows = nodes.data
    ?.filter(({ status }) => status !== 'removed')
    .map((node) => {
      const given = givenTo(node, rollouts, bundles);
      const about = alerts.filter((alert) => alert.node === node.id);
      return { node, given, standing: standingOf(node, given), alerts: about };
    });
  const summary = rows === undefined ? undefined : summaryOf(rows);
  const opened = rows?.find(({ node }) => node.id === open);
  return (
    <>
      <PageHead
        title="Fleet"
        actions={
          hasRole(me, 'admin') && (
            <Button kind="main" onClick={() => setEnrolling(true)}>
              Enrol a node
            </Button>
          )
        }
      >
        {summary?.sentence ?? 'Is everything enforcing?'}
      </PageHead>
      {summary !== undefined && summary.nodes > 0 && (
        <Figures label="The fleet">
          <Figure
            label="Heard of"
            value={`${summary.nodes - summary.by.silent - summary.by.suspended} of ${summary.nodes}`}
            tone={summary.by.silent > 0 ? 'caution' : 'good'}
          />
          <Figure
            label="Other policies than given"
            value={summary.by.behind}
            tone={summary.by.behind > 0 ? 'bad' : 'plain'}
          />
          <Figure
            label="Entries missing"
            value={summary.missing.toLocaleString('en')}
            tone={summary.missing > 0 ? 'bad' : 'plain'}
          />
          <Figure label="Entries on their way" value={summary.lag.toLocaleString('en')} />
          <Figure
            label="Suspended"
            value={summary.by.suspended}
            tone={summary.by.suspended > 0 ? 'caution' : 'plain'}
          />
        </Figures>
      )}
      <Tabs
        label="Parts of the fleet"
        tabs={[
          {
            id: 'nodes',
            label: 'Nodes',
            content: (
              <div className="flex min-h-0 flex-1">
                <div className="flex min-h-64 min-w-0 flex-1 flex-col">
                  <Nodes rows={rows} query={nodes} openKey={open} onOpen={(id) => set({ open: id })} />
                </div>
                {opened !== undefined && (
                  <NodePanel key={opened.node.id} row={opened} onClose={() => set({ open: undefined })} />
                )}
              </div>
            ),
          },
          { id: 'stops', label: 'Kill switch and drills', content: <Stops /> },
          ...(hasRole(me, 'admin', 'auditor')
            ? [{ id: 'codes', label: 'Enrolment codes', content: <Enrolments /> }]
            : []),
        ]}
      />
      {isEnrolling && <EnrolDialog onClose={() => setEnrolling(false)} />}
    </>
  );
}
