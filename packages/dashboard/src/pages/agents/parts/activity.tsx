/** What an agent did, and what it was refused. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { SessionLink } from '../../../receipts/index.ts';
import { PageLink } from '../../../router/index.ts';
import {
  AgentText,
  Badge,
  ErrorState,
  Id,
  Nothing,
  type PlainColumn,
  PlainTable,
  Section,
  Skeleton,
  Time,
  Verdict,
} from '../../../ui/index.ts';
import type { AgentPage, Receipt } from '../data.ts';

const COLUMNS: readonly PlainColumn<Receipt>[] = [
  { header: 'When', cell: ({ time }) => <Time at={time} /> },
  {
    header: 'Verdict',
    cell: ({ verdict, outcome, kind }) =>
      verdict !== undefined ? <Verdict verdict={verdict} /> : <Badge>{outcome ?? kind}</Badge>,
  },
  {
    header: 'Tool',
    cell: ({ tool, method }) =>
      tool !== undefined ? (
        <AgentText text={tool} limit={100} />
      ) : (
        <span className="text-ink-3">{method ?? 'not disclosed'}</span>
      ),
  },
  {
    header: 'Why',
    cell: ({ code, policies = [] }) =>
      policies.length > 0 ? (
        <span className="flex flex-wrap gap-x-2">
          {policies.map((policy) => (
            <code key={policy}>{policy}</code>
          ))}
        </span>
      ) : (
        <code className="text-ink-2">{code ?? '–'}</code>
      ),
  },
  {
    header: 'Receipt',
    cell: ({ id, receipt, session, verdict }) => (
      <span className="inline-flex items-center gap-2">
        <Id id={receipt} label="receipt" />
        <PageLink to="/log" search={{ open: id }}>
          open
        </PageLink>
        {session !== undefined && verdict !== undefined && (
          <SessionLink session={session} at={id}>
            its session
          </SessionLink>
        )}
      </span>
    ),
  },
];

export function Refusals({
  receipts,
  problem,
  mayAudit,
}: {
  readonly receipts: readonly Receipt[] | undefined;
  readonly problem: unknown;
  readonly mayAudit: boolean;
}): ReactNode {
  return (
    <Section title="Recent denials" note="Of this agent, as its nodes disclose.">
      {!mayAudit ? (
        <Nothing>The record is for administrators and auditors.</Nothing>
      ) : receipts === undefined ? (
        problem === null ? (
          <Skeleton rows={3} label="Loading denials" />
        ) : (
          <ErrorState
            what="its denials"
            problem={problem}
            works="The rest of the page is as it was loaded."
          />
        )
      ) : receipts.length === 0 ? (
        <Nothing>
          Nothing that it asked for was denied, as far as its nodes disclose who asked (
          <code>plane.discloses</code> in <code>writ.yaml</code>).
        </Nothing>
      ) : (
        <PlainTable label="Recent denials" rows={receipts} keyOf={({ id }) => id} columns={COLUMNS} />
      )}
    </Section>
  );
}

export function Activity({
  page,
  name,
}: {
  readonly page: UseQueryResult<AgentPage>;
  readonly name: string;
}): ReactNode {
  const { data, error, refetch } = page;
  return (
    <Section
      title="The newest entries"
      actions={
        <PageLink to="/log" search={{ agent: name }} className="link text-sm">
          Everything in the log
        </PageLink>
      }
    >
      {data === undefined ? (
        error === null ? (
          <Skeleton rows={5} label="Loading what it did" />
        ) : (
          <ErrorState what="what it did" problem={error} onRetry={() => void refetch()} />
        )
      ) : data.did === undefined ? (
        <Nothing>The record is for administrators and auditors.</Nothing>
      ) : data.did.length === 0 ? (
        <Nothing>Nothing yet. Its calls appear here once a node that is bound to it records one.</Nothing>
      ) : (
        <PlainTable label="Newest entries" rows={data.did} keyOf={({ id }) => id} columns={COLUMNS} />
      )}
    </Section>
  );
}
