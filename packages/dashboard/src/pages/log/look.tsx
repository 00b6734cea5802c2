/** What an entry holds in full: its node is asked for it, once, by somebody who is recorded to have looked. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered, api, hasRole, useMe } from '../../api/index.ts';
import { Button, ErrorState, JsonView, Time } from '../../ui/index.ts';
import { Part } from './part.tsx';
import type { ReceiptDetail } from './receipts.ts';

/** Fields that no node sends by itself, in the order in which they are read. */
const ON_REQUEST = ['arguments', 'performedArguments', 'result'] as const;
/** How often it is asked whether the node answered, in milliseconds; nothing tells of it. */
const ASK_MS = 1_000;

/** Of an entry that commits to what was done. Whoever may not look at the record is not offered it. */
export function Look({ receipt }: { readonly receipt: ReceiptDetail }): ReactNode {
  const me = useMe();
  const fields = ON_REQUEST.filter((field) => receipt.committed.includes(field));
  const path = { receipt: receipt.id };
  const ask = useMutation({
    mutationFn: () =>
      answered(api.POST('/v1/receipts/{receipt}/looks', { params: { path }, body: { fields: [...fields] } })),
  });
  const look = ask.data?.id ?? '';
  const { data, error } = useQuery({
    queryKey: ['looks', receipt.id, look],
    queryFn: () =>
      answered(api.GET('/v1/receipts/{receipt}/looks/{look}', { params: { path: { ...path, look } } })),
    enabled: look !== '',
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.status === 'waiting' ? ASK_MS : false,
    // What was disclosed to one look is not kept for another.
    gcTime: 0,
  });
  if (fields.length === 0 || !hasRole(me, 'admin', 'auditor')) return null;
  const names = fields.map((field) => NAMES[field]).join(', ');
  const problem = ask.error ?? error;
  return (
    <Part title="In full">
      {problem !== null && (
        <ErrorState
          what={`the ${names} from its node`}
          problem={problem}
          works="What is below came with the entry."
          onRetry={() => ask.mutate()}
        />
      )}
      {data?.status === 'answered' && data.fields !== undefined ? (
        <>
          <JsonView value={data.fields} label="What was done, in full" />
          <p className="mt-2 text-sm text-ink-3">
            Opened against what was recorded before the action. It is kept for you until{' '}
            <Time at={data.expires} />.
          </p>
        </>
      ) : (
        <div className="flex flex-wrap items-center gap-3 print:hidden">
          <Button onClick={() => ask.mutate()} aria-disabled={ask.isPending || data?.status === 'waiting'}>
            Ask its node for the {names}
          </Button>
          <p role="status" className="min-w-0 flex-1 basis-64 text-sm text-ink-2">
            {data === undefined ? 'That you looked, and at what, is recorded.' : WORDS[data.status]}
          </p>
        </div>
      )}
    </Part>
  );
}

const NAMES: Readonly<Record<(typeof ON_REQUEST)[number], string>> = {
  arguments: 'arguments',
  performedArguments: 'arguments as they ran',
  result: 'result',
};

const WORDS = {
  waiting: 'Its node was asked. It answers as soon as it is heard of.',
  answered: '',
  refused:
    'Its node discloses none of it: what it may stands in its writ.yaml, under plane.discloses.onRequest.',
  expired: 'It was not answered in time, or what was answered is over. Ask again.',
} as const;
