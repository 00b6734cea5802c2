/** Show me, and prove it: every entry that nodes recorded, by whatever it can be found by. */
import { useQuery } from '@tanstack/react-query';
import {
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { answered, api } from '../../api/index.ts';
import { type Search, useSearchWords, useSetSearch } from '../../router/index.ts';
import {
  AgentText,
  Button,
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  FilterChoice,
  FilterText,
  PageHead,
  SidePanel,
  Time,
  Verdict,
  VERDICT_NAMES,
} from '../../ui/index.ts';
import { instantText, reasonOf } from '../../receipts/index.ts';
import { ExportButton } from './export-button.tsx';
import { FilterInstant } from './filter-instant.tsx';
import { ReceiptBody, What } from './receipt-body.tsx';
import { type Receipt, receiptPages, receiptsOf } from './receipts.ts';

/** Words of the address that choose what is beside the list, not what is in it. */
const BESIDE: ReadonlySet<string> = new Set(['open', 'tab', 'view']);
const KINDS = ['decision', 'outcome', 'answer', 'kill', 'pin', 'erasure', 'start', 'stop', 'key'] as const;
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export function Page(): ReactNode {
  const search = useSearchWords();
  const set = useSetSearch();
  const { open } = search;
  const [reading, setReading] = useState(0);
  const found = JSON.stringify(Object.entries(search).filter(([name]) => !BESIDE.has(name)));
  const asked = useMemo(() => Object.fromEntries(JSON.parse(found) as [string, string][]) as Search, [found]);
  const load = useMemo(() => receiptPages(asked), [asked]);
  const list = useMemo(
    () => receiptsOf(asked),
    // oxlint-disable-next-line react/exhaustive-deps -- reading it again makes another list
    [asked, reading],
  );
  useEffect(() => () => list.close(), [list]);
  const { rows, readAt, isCut, problem } = useSyncExternalStore(list.subscribe, list.state);
  // What was found before stays, and says that it is not yet what was asked for, until that is there.
  const before = useRef(rows);
  if (rows !== undefined) before.current = rows;
  const shown = rows ?? (problem === undefined ? before.current : undefined);
  const nodes = useNodes();
  const columns = useMemo(() => columnsOf(nodes), [nodes]);
  const close = useCallback(() => set({ open: undefined }, true), [set]);
  const isFiltered = found !== '[]';
  return (
    <>
      <PageHead
        title="Log"
        actions={
          <>
            {readAt !== undefined && (
              <span className="self-center text-sm text-ink-3">
                read <Time at={readAt} />
              </span>
            )}
            <Button onClick={() => setReading(reading + 1)}>Read again</Button>
            {rows !== undefined && rows.length > 0 && <ExportButton key={found} load={load} />}
          </>
        }
      >
        What was recorded, and what proves it.
      </PageHead>
      <FilterBar label="Find receipts">
        <FilterChoice
          name="verdict"
          label="Verdict"
          options={VERDICT_NAMES.map((name) => [name, name.replace('_', ' ')])}
        />
        <FilterText name="agent" label="Agent" />
        <FilterText name="person" label="Person" />
        <FilterText name="tool" label="Tool" placeholder="server/tool" />
        <FilterText name="policy" label="Policy" />
        <FilterText name="session" label="Session" />
        <FilterChoice name="kind" label="Kind" options={KINDS.map((kind) => [kind, kind])} />
        <FilterChoice
          name="node"
          label="Node"
          options={[...nodes].map(([id, name]) => [id, name.slice(0, 40)])}
        />
        <FilterInstant name="from" label="From" />
        <FilterInstant name="to" label="To" />
      </FilterBar>
      <div className="flex min-h-0 flex-1">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <DataTable
            listKey={`${found} ${reading}`}
            what="receipts"
            columns={columns}
            rows={shown}
            isOld={rows === undefined}
            keyOf={({ id }) => id}
            onOpen={({ id }) => set({ open: id }, true)}
            openKey={open}
            problem={problem}
            onRetry={list.retry}
            onRange={list.see}
            empty={isFiltered ? <NothingFound /> : <NothingYet />}
          />
          {isCut && (
            <p
              role="status"
              className="flex items-center gap-3 border-t border-line px-4 py-2 text-sm text-ink-2"
            >
              This list ends here; the log goes on.
              <Button
                onClick={() => {
                  const last = rows?.at(rows.length - 1);
                  if (last !== undefined) set({ to: instantText(last.time + 1) });
                }}
              >
                Go on from here
              </Button>
            </p>
          )}
        </div>
        {open !== undefined && (
          <SidePanel title="Receipt" page={`/log/${ULID.test(open) ? open : ''}`} onClose={close}>
            <ReceiptBody key={open} id={open} />
          </SidePanel>
        )}
      </div>
    </>
  );
}

function useNodes(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['nodes', 'names'],
    // As every page keeps it under this key: an array.
    queryFn: async () => (await answered(api.GET('/v1/nodes', { params: { query: { limit: 200 } } }))).items,
  });
  return useMemo(() => new Map(data?.map(({ id, name }) => [id, name])), [data]);
}

function columnsOf(nodes: ReadonlyMap<string, string>): readonly Column<Receipt>[] {
  return [
    { id: 'time', header: 'When', width: '92px', cell: ({ time }) => <Time at={time} /> },
    { id: 'what', header: 'Verdict', width: '104px', cell: (receipt) => <What receipt={receipt} /> },
    {
      id: 'agent',
      header: 'Agent',
      width: 'minmax(96px, 1fr)',
      cell: ({ agent, isDisclosed, kind }) =>
        agent === undefined ? (
          <span className="text-ink-3">{kind === 'decision' && !isDisclosed ? 'not disclosed' : ''}</span>
        ) : (
          <AgentText text={agent} limit={80} />
        ),
    },
    {
      id: 'tool',
      header: 'Tool',
      width: 'minmax(120px, 1.4fr)',
      cell: ({ tool, method }) =>
        tool === undefined ? (
          <span className="text-ink-3">{method ?? ''}</span>
        ) : (
          <AgentText text={tool} limit={120} />
        ),
    },
    {
      id: 'why',
      header: 'Because of',
      width: 'minmax(120px, 1.4fr)',
      cell: (receipt) =>
        receipt.verdict === undefined && receipt.code === undefined ? null : (
          <AgentText text={reasonOf(receipt)} limit={120} />
        ),
    },
    {
      id: 'node',
      header: 'Node',
      width: 'minmax(80px, 0.7fr)',
      cell: ({ node }) => <AgentText text={nodes.get(node) ?? node.slice(-6)} limit={60} />,
    },
    {
      id: 'entry',
      header: 'Entry',
      width: '84px',
      isNumber: true,
      cell: ({ receipt }) => receipt.slice(receipt.lastIndexOf('#')),
    },
  ];
}

function NothingFound(): ReactNode {
  return (
    <EmptyState title="Nothing was recorded that is like this">
      Names are compared whole, as the log has them. What a node does not disclose is found by verdict,
      policy, kind, node and time alone.
    </EmptyState>
  );
}

function NothingYet(): ReactNode {
  return (
    <EmptyState title="No entries yet" command="writ enroll https://… --code …">
      A node sends each decision it records here, with what proves it. Enrol one, and let an agent call a
      tool: <Verdict verdict="allow" /> or <Verdict verdict="deny" />, it appears within a second or two.
    </EmptyState>
  );
}
