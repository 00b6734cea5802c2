/** The kill switch of an agent: what exactly it does, and how far it came. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { oneLine, Reach, type Stop, stopQuery } from '../../../control/index.ts';
import { type Agent, PersonName } from '../../../directory/index.ts';
import { AgentText, Button, ConfirmDialog, Skeleton, Time, useToast } from '../../../ui/index.ts';
import type { AgentPage } from '../data.ts';

export function KillDialog({
  agent,
  nodes,
  isOpen,
  onClose,
}: {
  readonly agent: Agent;
  readonly nodes: AgentPage['nodes'];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const silent = nodes.filter(({ status, isStale }) => status === 'active' && isStale).length;
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      isDangerous
      verb="Kill"
      title={
        <>
          Kill <AgentText text={agent.name} limit={80} />?
        </>
      }
      onConfirm={async (reason) => {
        await answered(
          api.POST('/v1/stops', {
            body: { scope: 'agent', target: agent.name, reason: 'manual', words: oneLine(reason) },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['stops'] });
      }}
    >
      <ul className="list-disc space-y-1 pl-5 text-sm">
        <li>
          Every next call of the agent <AgentText text={agent.name} limit={120} /> is denied on every node of
          the organisation, whatever policy says, as soon as the node has heard of it.
        </li>
        <li>Calls that run are ended; what they did until then is recorded as of an unknown end.</li>
        <li>Calls that are held for approval are withdrawn.</li>
        {nodes.length > 0 && (
          <li>
            {nodes.length === 1 ? 'The node that is' : `The ${nodes.length} nodes that are`} bound to it{' '}
            {nodes.length === 1 ? 'denies' : 'deny'} every call, whoever it says it is.
          </li>
        )}
        <li>No other agent is stopped elsewhere. Whoever is refused reads your reason.</li>
        <li>It lasts until an administrator lifts it: another one than you, unless there is no other.</li>
        {silent > 0 && (
          <li className="text-step-up">
            {silent === 1 ? 'One of its nodes has' : `${silent} of its nodes have`} not been heard of lately,
            and may not hear of this either.
          </li>
        )}
      </ul>
    </ConfirmDialog>
  );
}

/** A stop that holds the agent: why, since when, on which nodes; and the way to lift it. */
export function StopState({ stop }: { readonly stop: Stop }): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const toast = useToast();
  const { data } = useQuery(stopQuery(stop.id));
  const [isLifting, setLifting] = useState(false);
  const what = stop.scope === 'agent' ? 'This agent' : stop.scope === 'team' ? 'Its team' : 'Every agent';
  return (
    <section
      aria-label="Kill switch"
      className="rounded-lg border border-l-4 border-line border-l-deny bg-panel px-4 py-3"
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1">
          <h2 className="text-base text-deny">{what} is killed: every call is denied</h2>
          <p className="mt-0.5 text-sm text-ink-2">
            “<AgentText text={stop.words} limit={500} />” — by <PersonName id={stop.placedBy} />,{' '}
            <Time at={stop.placed} />
          </p>
        </div>
        {hasRole(me, 'admin') && (
          <Button onClick={() => setLifting(true)} data-print="none">
            Lift
          </Button>
        )}
      </div>
      {data === undefined ? (
        <Skeleton rows={1} label="Loading how far it came" />
      ) : (
        <Reach reach={data.data.reach} />
      )}
      <ConfirmDialog
        isOpen={isLifting}
        onClose={() => setLifting(false)}
        title="Lift the kill switch?"
        verb="Lift"
        onConfirm={async (reason) => {
          await answered(
            api.POST('/v1/stops/{stop}/lift', {
              params: { path: { stop: stop.id }, header: ifMatch(data?.tag ?? '') },
              body: { words: oneLine(reason) },
            }),
          );
          await queries.invalidateQueries({ queryKey: ['stops'] });
          toast('Lifted', 'Calls are judged by policy again as soon as nodes hear of it.');
        }}
      >
        <ul className="list-disc space-y-1 pl-5 text-sm">
          <li>{what} may act again on every node, as far as policy permits.</li>
          <li>What was withdrawn or ended stays so: calls are made anew.</li>
        </ul>
      </ConfirmDialog>
    </section>
  );
}
