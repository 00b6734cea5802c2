/** Codes that were made for nodes, and what became of each. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered, api, hasRole, useMe } from '../../../api/index.ts';
import { AgentName, PersonName } from '../../../directory/index.ts';
import {
  AgentText,
  Badge,
  Button,
  EmptyState,
  ErrorState,
  PlainTable,
  Section,
  Skeleton,
  Time,
  type Tone,
  useToast,
} from '../../../ui/index.ts';
import { ENROLMENTS } from '../data.ts';

const TONES: Readonly<Record<string, Tone>> = {
  open: 'accent',
  used: 'good',
  revoked: 'neutral',
  expired: 'neutral',
};

export function Enrolments(): ReactNode {
  const me = useMe();
  const queries = useQueryClient();
  const toast = useToast();
  const { data, error, refetch } = useQuery(ENROLMENTS);
  const revoke = async (enrolment: string): Promise<void> => {
    try {
      await answered(api.DELETE('/v1/enrolments/{enrolment}', { params: { path: { enrolment } } }));
      toast('Taken back', 'No node can be enrolled with that code.');
    } catch (thrown) {
      toast('The code was not taken back', thrown instanceof Error ? thrown.message : undefined);
    }
    await queries.invalidateQueries({ queryKey: ['enrolments'] });
  };
  if (data === undefined)
    return error === null ? (
      <Skeleton label="Loading codes" />
    ) : (
      <ErrorState what="the codes" problem={error} onRetry={() => void refetch()} />
    );
  if (data.length === 0)
    return (
      <EmptyState
        title="No code was made"
        command="writ enrolments create -F name=build-1 -F environment=production"
      >
        A code enrols one node, once, for a short time.
      </EmptyState>
    );
  return (
    <div className="p-4">
      <Section title="Codes for nodes" note="Without their secrets, which were shown once.">
        <PlainTable
          label="Codes for nodes"
          rows={data.toReversed()}
          keyOf={({ id }) => id}
          columns={[
            { header: 'Node', cell: ({ name }) => <AgentText text={name} limit={60} /> },
            {
              header: 'State',
              cell: ({ status, seenAgain }) => (
                <span className="inline-flex gap-1">
                  <Badge tone={TONES[status] ?? 'neutral'}>{status}</Badge>
                  {seenAgain !== undefined && <Badge tone="bad">used again by somebody</Badge>}
                </span>
              ),
            },
            { header: 'Environment', cell: ({ environment }) => environment },
            {
              header: 'Agent',
              cell: ({ agent }) =>
                agent === undefined ? <span className="text-ink-3">–</span> : <AgentName id={agent} />,
            },
            {
              header: 'Made',
              cell: ({ created, createdBy }) => (
                <>
                  <Time at={created} />
                  {createdBy !== undefined && (
                    <>
                      {' '}
                      by <PersonName id={createdBy} />
                    </>
                  )}
                </>
              ),
            },
            { header: 'Ends', cell: ({ expires }) => <Time at={expires} /> },
            {
              header: '',
              cell: ({ id, status }) =>
                status === 'open' && hasRole(me, 'admin') ? (
                  <Button kind="quiet" className="h-6 px-2" onClick={() => void revoke(id)}>
                    Take back
                  </Button>
                ) : null,
            },
          ]}
        />
      </Section>
    </div>
  );
}
