/** What changed: the tools that servers offer, which definition each node took, and how one that waits differs. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { answered, api } from '../../api/index.ts';
import { useSearchWords, useSetSearch } from '../../router/index.ts';
import {
  AgentText,
  Badge,
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  FilterChoice,
  FilterText,
  PageHead,
  SidePanel,
  Time,
} from '../../ui/index.ts';
import { ToolBody } from './tool-body.tsx';
import { keyOf, partsOf } from './tool-name.ts';
import type { Tool } from './tool.ts';

/** Most tools that are shown: more than a person looks through. */
const MOST = 200;
const STATES = ['quarantined', 'accepted'] as const;

export function Page(): ReactNode {
  const { open, server, status } = useSearchWords();
  const set = useSetSearch();
  const asked = {
    limit: MOST,
    ...(server === undefined ? {} : { server }),
    ...(isState(status) ? { status } : {}),
  };
  const { data, error, refetch } = useQuery({
    queryKey: ['tools', asked],
    queryFn: () => answered(api.GET('/v1/tools', { params: { query: asked } })),
  });
  // What waits for somebody stands above.
  const rows = useMemo(
    () =>
      data?.items.toSorted(
        (one, other) =>
          rank(one) - rank(other) || other.changed - one.changed || (one.id < other.id ? -1 : 1),
      ),
    [data],
  );
  const parts = open === undefined ? undefined : partsOf(open);
  return (
    <>
      <PageHead title="Tools">What servers offer, and which definitions nodes took.</PageHead>
      <FilterBar label="Find tools">
        <FilterChoice name="status" label="State" options={STATES.map((state) => [state, state])} />
        <FilterText name="server" label="Server" />
      </FilterBar>
      <div className="flex min-h-0 flex-1">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <DataTable
            what="tools"
            columns={COLUMNS}
            rows={rows}
            keyOf={keyOf}
            onOpen={(tool) => set({ open: keyOf(tool) }, true)}
            openKey={open}
            problem={error}
            onRetry={() => void refetch()}
            tooMuch={data?.next === undefined ? undefined : 'Name a server to see all of its tools.'}
            empty={server === undefined && status === undefined ? <NothingYet /> : <NothingFound />}
          />
        </div>
        {parts !== undefined && (
          <SidePanel title="Tool" onClose={() => set({ open: undefined }, true)}>
            <ToolBody key={open} server={parts.server} name={parts.name} />
          </SidePanel>
        )}
      </div>
    </>
  );
}

const COLUMNS: readonly Column<Tool>[] = [
  {
    id: 'status',
    header: 'State',
    width: '104px',
    cell: ({ status }) => <Badge tone={status === 'quarantined' ? 'caution' : 'good'}>{status}</Badge>,
  },
  {
    id: 'server',
    header: 'Server',
    width: 'minmax(96px, 1fr)',
    cell: ({ server }) => <AgentText text={server} limit={80} />,
  },
  {
    id: 'tool',
    header: 'Tool',
    width: 'minmax(120px, 1.6fr)',
    cell: ({ name }) => <AgentText text={name} limit={120} />,
  },
  {
    id: 'findings',
    header: 'Review found',
    width: 'minmax(96px, 1.2fr)',
    cell: ({ nodes }) => {
      const found = [...new Set(nodes.flatMap(({ findings }) => findings))];
      return found.length === 0 ? (
        <span className="text-ink-3">nothing</span>
      ) : (
        <AgentText text={found.join(', ')} limit={100} />
      );
    },
  },
  { id: 'nodes', header: 'Nodes', width: '64px', isNumber: true, cell: ({ nodes }) => nodes.length },
  { id: 'changed', header: 'Changed', width: '92px', cell: ({ changed }) => <Time at={changed} /> },
  { id: 'seen', header: 'First seen', width: '92px', cell: ({ firstSeen }) => <Time at={firstSeen} /> },
];

function rank({ status }: Tool): number {
  return status === 'quarantined' ? 0 : 1;
}

function isState(word: string | undefined): word is (typeof STATES)[number] {
  return STATES.some((state) => state === word);
}

function NothingFound(): ReactNode {
  return <EmptyState title="No tool is like this">Servers are compared by their whole name.</EmptyState>;
}

function NothingYet(): ReactNode {
  return (
    <EmptyState title="No tools yet" command="writ gateway">
      A gateway asks its servers for their tools when it starts, and pins each definition. It tells of them
      here where <code>plane.discloses.always</code> of its <code>writ.yaml</code> names <code>tool</code>.
    </EmptyState>
  );
}
