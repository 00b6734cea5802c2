/** One node beside the list: what it said of itself, what is wrong with it, and what can be done. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { AgentName, TeamName } from '../../../directory/index.ts';
import { PageLink } from '../../../router/index.ts';
import {
  AgentText,
  Badge,
  Button,
  ConfirmDialog,
  Facts,
  Id,
  PlainTable,
  SidePanel,
  Time,
  useToast,
} from '../../../ui/index.ts';
import { nodeQuery } from '../data.ts';
import { STANDING_WORDS } from '../standing.ts';
import { type NodeRow, STANDING_TONES } from './nodes.tsx';

export function NodePanel({
  row: { node, given, standing, alerts },
  onClose,
}: {
  readonly row: NodeRow;
  readonly onClose: () => void;
}): ReactNode {
  const { live, agent, team, keys } = node;
  return (
    <SidePanel title={<AgentText text={node.name} limit={80} />} onClose={onClose}>
      <div className="-mx-4 -mt-4">
        <div className="flex flex-wrap items-center gap-2 px-4 pt-3">
          <Badge tone={STANDING_TONES[standing]}>{STANDING_WORDS[standing]}</Badge>
          <Steps node={node} />
        </div>
        {node.reason !== undefined && (
          <p className="px-4 pt-2 text-sm text-deny">
            Suspended: “<AgentText text={node.reason} limit={500} />”
          </p>
        )}
        {alerts.length > 0 && (
          <ul
            className="mx-4 mt-3 divide-y divide-line rounded-md border border-line"
            aria-label="Open alerts"
          >
            {alerts.map(({ id, severity, text, raised }) => (
              <li key={id} className="px-3 py-1.5 text-sm">
                <Badge tone={severity === 'critical' || severity === 'high' ? 'bad' : 'caution'}>
                  {severity}
                </Badge>{' '}
                <AgentText text={text} limit={300} />{' '}
                <span className="text-ink-3">
                  <Time at={raised} />
                </span>{' '}
                <PageLink to="/alerts" search={{ open: id }}>
                  open
                </PageLink>
              </li>
            ))}
          </ul>
        )}
        <Facts
          rows={[
            ['Environment', node.environment],
            ['Team', team === undefined ? 'none' : <TeamName key="team" id={team} />],
            [
              'Agent',
              agent === undefined ? (
                'bound to none'
              ) : (
                <PageLink key="agent" to={`/agents/${agent}`}>
                  <AgentName id={agent} />
                </PageLink>
              ),
            ],
            ['Mode', given.mode],
            [
              'Heard of',
              live?.lastHeartbeat === undefined ? 'never' : <Time key="heard" at={live.lastHeartbeat} />,
            ],
            [
              'Version',
              live?.softwareVersion === undefined ? undefined : (
                <AgentText key="version" text={live.softwareVersion} limit={64} />
              ),
            ],
            [
              'Policies',
              live?.policyHash === undefined ? (
                'it named none'
              ) : (
                <span key="policies">
                  <Id id={live.policyHash} label="hash of the policies" />
                  {live.bundle !== undefined && ` bundle no. ${live.bundle}`}
                </span>
              ),
            ],
            [
              'Log',
              <span key="log" className="tabular">
                {(live?.ingested ?? 0).toLocaleString('en')} entries here,{' '}
                {(live?.lag ?? 0).toLocaleString('en')} on their way
              </span>,
            ],
            [
              'Missing',
              <span key="missing" className={`tabular ${standing === 'gap' ? 'font-medium text-deny' : ''}`}>
                {live?.omissions.entries ?? 0} entries that it counted, {live?.omissions.evidence ?? 0} proofs
                that something was changed
              </span>,
            ],
            [
              'Origin',
              <code key="origin" className="wrap-anywhere">
                {node.origin}
              </code>,
            ],
            [
              'Keys',
              <ul key="keys">
                {keys.map(({ id, since, until }) => (
                  <li key={id}>
                    <Id id={id} label="key" /> since <Time at={since} />
                    {until !== undefined && (
                      <>
                        , until <Time at={until} />
                      </>
                    )}
                  </li>
                ))}
              </ul>,
            ],
            ['Enrolled', <Time key="created" at={node.created} />],
            ['Id', <Id key="id" id={node.id} label="node" />],
          ]}
        />
        {live !== undefined && live.decisions.length > 0 && (
          <>
            <h3 className="px-4 pt-2 pb-1 text-sm">Decisions since it started</h3>
            <PlainTable
              label="Decisions by policies"
              rows={live.decisions}
              keyOf={({ policyHash }) => policyHash}
              columns={[
                {
                  header: 'Policies',
                  cell: ({ policyHash }) => <Id id={policyHash} label="hash of the policies" />,
                },
                {
                  header: 'Allowed',
                  isNumber: true,
                  cell: ({ allow, modify }) => (allow + modify).toLocaleString('en'),
                },
                {
                  header: 'Held',
                  isNumber: true,
                  cell: ({ step_up, defer }) => (step_up + defer).toLocaleString('en'),
                },
                { header: 'Denied', isNumber: true, cell: ({ deny }) => deny.toLocaleString('en') },
                { header: 'Faults', isNumber: true, cell: ({ errors }) => errors.toLocaleString('en') },
              ]}
            />
          </>
        )}
      </div>
    </SidePanel>
  );
}

function Steps({ node }: { readonly node: NodeRow['node'] }): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const toast = useToast();
  const [asks, ask] = useState<'suspend' | 'resume' | 'remove'>();
  const { data } = useQuery(nodeQuery(node.id));
  const isSuspended = node.status === 'suspended';
  const named = { path: { node: node.id }, header: ifMatch(data?.tag ?? '') };
  const done = async (said: string): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['nodes'] });
    toast(said);
  };
  return (
    <span className="ml-auto flex gap-2" data-print="none">
      {!isSuspended && hasRole(me, 'writer', 'admin', 'emergency') && (
        <Button onClick={() => ask('suspend')}>Suspend</Button>
      )}
      {isSuspended && hasRole(me, 'admin') && <Button onClick={() => ask('resume')}>Resume</Button>}
      {hasRole(me, 'admin') && <Button onClick={() => ask('remove')}>Remove</Button>}
      <ConfirmDialog
        isOpen={asks === 'suspend'}
        onClose={() => ask(undefined)}
        title={
          <>
            Suspend <AgentText text={node.name} limit={80} />?
          </>
        }
        verb="Suspend"
        isDangerous
        onConfirm={async (reason) => {
          await answered(api.POST('/v1/nodes/{node}/suspension', { params: named, body: { reason } }));
          await done('Suspended');
        }}
      >
        <p className="text-sm">
          Its next request, and its entries, are refused here: it is given no policies, no stops and no
          answers of approvers any more. What it has it goes on with until that ends, as its bundle says. An
          administrator can resume it.
        </p>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asks === 'resume'}
        onClose={() => ask(undefined)}
        title={
          <>
            Resume <AgentText text={node.name} limit={80} />?
          </>
        }
        verb="Resume"
        reason="none"
        onConfirm={async () => {
          await answered(api.DELETE('/v1/nodes/{node}/suspension', { params: named }));
          await done('Resumed');
        }}
      >
        <p className="text-sm">It takes part again, with the key that it had.</p>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asks === 'remove'}
        onClose={() => ask(undefined)}
        title={
          <>
            Remove <AgentText text={node.name} limit={80} /> for good?
          </>
        }
        verb="Remove"
        isDangerous
        reason="none"
        onConfirm={async () => {
          await answered(api.DELETE('/v1/nodes/{node}', { params: named }));
          await done('Removed');
        }}
      >
        <p className="text-sm">
          Its key is good no more. What it wrote stays in the record; its log may be enrolled anew.
        </p>
      </ConfirmDialog>
    </span>
  );
}
