/** What can be done with an agent, for whoever may; the server judges by itself. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { EnrolDialog, type Stop } from '../../../control/index.ts';
import type { Agent } from '../../../directory/index.ts';
import {
  AgentText,
  Button,
  ConfirmDialog,
  FormDialog,
  Icon,
  Menu,
  type MenuItem,
  TextField,
  useToast,
} from '../../../ui/index.ts';
import type { AgentPage } from '../data.ts';
import { dayOf, instantOfDay } from '../registration.ts';
import { KillDialog } from './kill.tsx';
import { RegisterDialog } from './register.tsx';

type Asking = 'kill' | 'suspend' | 'enrol' | 'change' | 'review' | 'remove' | undefined;
const NEXT_REVIEW_MS = 90 * 86_400_000;

export function Actions({
  agent: { data, tag },
  nodes,
  stops,
  asking,
  ask,
}: {
  readonly agent: { readonly data: Agent; readonly tag: string };
  readonly nodes: AgentPage['nodes'];
  readonly stops: readonly Stop[];
  readonly asking: Asking;
  readonly ask: (what: Asking) => void;
}): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const toast = useToast();
  const close = (): void => ask(undefined);
  const named = { path: { agent: data.id }, header: ifMatch(tag) };
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['agents'] });
  if (data.status === 'removed') return null;
  const isSuspended = data.status === 'suspended';
  const isKilled = stops.some(({ scope }) => scope === 'agent');
  const items: readonly MenuItem[] = [
    ...(hasRole(me, 'writer', 'admin')
      ? [
          { label: 'Change what is registered', onChoose: () => ask('change') },
          { label: 'Say that it was reviewed', onChoose: () => ask('review') },
        ]
      : []),
    ...(hasRole(me, 'admin')
      ? [
          { label: 'Enrol a node for it', onChoose: () => ask('enrol') },
          { label: 'Remove for good', isDangerous: true, onChoose: () => ask('remove') },
        ]
      : []),
  ];
  return (
    <>
      {items.length > 0 && (
        <Menu
          trigger={
            <Button>
              More
              <Icon name="down" />
            </Button>
          }
          items={items}
        />
      )}
      {(isSuspended ? hasRole(me, 'admin') : hasRole(me, 'writer', 'admin', 'emergency')) && (
        <Button onClick={() => ask('suspend')}>{isSuspended ? 'Resume' : 'Suspend'}</Button>
      )}
      {!isKilled && hasRole(me, 'writer', 'admin', 'emergency') && (
        <Button kind="danger" onClick={() => ask('kill')}>
          Kill
        </Button>
      )}
      <KillDialog agent={data} nodes={nodes} isOpen={asking === 'kill'} onClose={close} />
      <ConfirmDialog
        isOpen={asking === 'suspend'}
        onClose={close}
        verb={isSuspended ? 'Resume' : 'Suspend'}
        isDangerous={!isSuspended}
        reason={isSuspended ? 'none' : 'required'}
        title={
          <>
            {isSuspended ? 'Resume' : 'Suspend'} <AgentText text={data.name} limit={80} />?
          </>
        }
        onConfirm={async (reason) => {
          await answered(
            isSuspended
              ? api.DELETE('/v1/agents/{agent}/suspension', { params: named })
              : api.POST('/v1/agents/{agent}/suspension', { params: named, body: { reason } }),
          );
          await again();
          toast(isSuspended ? 'Resumed' : 'Suspended');
        }}
      >
        {isSuspended ? (
          <p className="text-sm">It may act again, as far as policy permits and no kill switch holds it.</p>
        ) : (
          <p className="text-sm">
            Its next call is denied at every node that hears of it, and it is left out of the entities that
            policies read. An administrator can resume it.
          </p>
        )}
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asking === 'remove'}
        onClose={close}
        verb="Remove"
        isDangerous
        reason="none"
        title={
          <>
            Remove <AgentText text={data.name} limit={80} /> for good?
          </>
        }
        onConfirm={async () => {
          await answered(api.DELETE('/v1/agents/{agent}', { params: named }));
          await again();
          toast('Removed', 'Its name is given to no other agent; what it did stays in the record.');
        }}
      >
        <p className="text-sm">
          It acts no more, and cannot be brought back. What it did stays in the record.
        </p>
      </ConfirmDialog>
      {asking === 'enrol' && <EnrolDialog agent={data} onClose={close} />}
      {asking === 'change' && <RegisterDialog before={{ data, tag }} onClose={close} />}
      {asking === 'review' && <ReviewDialog agent={data} tag={tag} onClose={close} />}
    </>
  );
}

function ReviewDialog({
  agent,
  tag,
  onClose,
}: {
  readonly agent: Agent;
  readonly tag: string;
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const [day, setDay] = useState(dayOf(Date.now() + NEXT_REVIEW_MS));
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title="Say that it was reviewed"
      verb="I looked at it"
      onSubmit={async () => {
        await answered(
          api.POST('/v1/agents/{agent}/reviews', {
            params: { path: { agent: agent.id }, header: ifMatch(tag) },
            body: { reviewDue: instantOfDay(day) },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['agents'] });
        onClose();
      }}
    >
      {(wrong) => (
        <>
          <p className="mt-2 text-sm text-ink-2">
            It is recorded, under your name, that its owner, purpose, tools and classes of data still hold.
          </p>
          <TextField
            label="Look again on"
            type="date"
            value={day}
            onChange={setDay}
            isRequired
            wrong={wrong('/reviewDue')}
          />
        </>
      )}
    </FormDialog>
  );
}
