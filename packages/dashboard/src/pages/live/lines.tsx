/** The lines of the page: only those that are seen are drawn, and all are reached by keyboard. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { AgentText, Badge, isVerdict, shortened, Verdict, VERDICT_NAMES } from '../../ui/index.ts';
import type { Group, Line } from './arrange.ts';
import { tookSaid } from '../../durations.ts';
import { type LiveDecision, reasonOf } from '../../receipts/index.ts';

const GROUP_PX = 40;
const LINE_PX = 32;
const OVERSCAN = 6;
/** Scrolled further than this, what comes would move what is read. */
const AWAY_PX = 24;
const COLUMNS =
  'grid grid-cols-[5.5rem_6rem_minmax(10rem,1.2fr)_minmax(9rem,1fr)_6.5rem_4.5rem] items-center gap-4 px-4';

/** What can be done with a line. */
interface LinesProps {
  readonly lines: readonly Line[];
  readonly openId: string | undefined;
  /** A pointer goes down on them. */
  readonly onPress: () => void;
  readonly onOpen: (decision: LiveDecision) => void;
  readonly onFollow: (group: Group) => void;
  readonly onScrolledAway: (isAway: boolean) => void;
}

export function Lines({ lines, openId, onPress, onOpen, onFollow, onScrolledAway }: LinesProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = useState<string>();
  const hasFocus = useRef(false);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (lines[at]?.kind === 'group' ? GROUP_PX : LINE_PX),
    overscan: OVERSCAN,
    // Another function for other lines, and only then: heights are looked at again with it.
    getItemKey: useCallback((at: number) => lines[at]?.key ?? at, [lines]),
  });
  const current = Math.max(
    0,
    lines.findIndex(({ key }) => key === activeKey),
  );
  const items = virtual.getVirtualItems();
  useEffect(() => {
    if (!hasFocus.current || activeKey === undefined) return;
    const line = scroller.current?.querySelector<HTMLElement>(`[data-line="${current}"]`);
    if (line !== null && line !== undefined && !line.contains(document.activeElement))
      line.focus({ preventScroll: true });
  }, [activeKey, current, items]);
  const act = (line: Line | undefined): void => {
    if (line?.kind === 'decision') onOpen(line.decision);
    else if (line !== undefined && line.group.session !== undefined) onFollow(line.group);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const next = {
      j: current + 1,
      ArrowDown: current + 1,
      k: current - 1,
      ArrowUp: current - 1,
      Home: 0,
      End: lines.length - 1,
    }[event.key];
    if (next !== undefined) {
      const at = Math.max(0, Math.min(lines.length - 1, next));
      setActiveKey(lines[at]?.key);
      virtual.scrollToIndex(at);
    } else if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.role === 'row')
      act(lines[current]);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      role="table"
      aria-label="Decisions, by session"
      aria-rowcount={lines.length + 1}
      className="min-h-0 min-w-0 flex-1 overflow-auto text-sm"
      onScroll={(event) => onScrolledAway(event.currentTarget.scrollTop > AWAY_PX)}
      onPointerDown={onPress}
      onKeyDown={onKeyDown}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={() => {
        hasFocus.current = false;
      }}
    >
      <div className="min-w-3xl">
        <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-page">
          <div role="row" aria-rowindex={1} className={`${COLUMNS} h-8 text-xs font-medium text-ink-3`}>
            {['Time (UTC)', 'Verdict', 'Tool', 'Because of', 'Outcome', 'Took'].map((name) => (
              <div key={name} role="columnheader" className={name === 'Took' ? 'text-right' : ''}>
                {name}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start, size }) => {
            const line = lines[index];
            if (line === undefined) return null;
            const isOpen = line.kind === 'decision' && line.decision.id === openId;
            return (
              <div
                key={key}
                role="row"
                data-line={index}
                aria-rowindex={index + 2}
                aria-current={isOpen ? 'true' : undefined}
                tabIndex={index === current ? 0 : -1}
                className={`absolute inset-x-0 top-0 contain-strict ${COLUMNS} cursor-pointer hover:bg-hover focus-visible:bg-accent-ground focus-visible:-outline-offset-2 aria-[current]:bg-accent-ground ${line.kind === 'group' ? 'border-t border-line bg-sunken' : ''}`}
                style={{ height: size, transform: `translateY(${start}px)` }}
                onClick={() => {
                  setActiveKey(line.key);
                  act(line);
                }}
              >
                <Cells line={line} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Cells({ line }: { readonly line: Line }): ReactNode {
  switch (line.kind) {
    case 'group':
      return <GroupCell group={line.group} />;
    case 'decision':
      return <DecisionCells decision={line.decision} />;
    case 'more':
      return (
        <div role="cell" aria-colspan={6} className="col-span-6 text-ink-2">
          {line.count.toLocaleString('en')} earlier in this session.{' '}
          {line.group.session === undefined ? (
            'They are in the log.'
          ) : (
            <span className="text-accent">Follow it</span>
          )}
        </div>
      );
    default:
      return line satisfies never;
  }
}

function GroupCell({ group: { agent, session, node, counts } }: { readonly group: Group }): ReactNode {
  return (
    <div role="cell" aria-colspan={6} className="col-span-6 flex min-w-0 items-center gap-3">
      <span className="truncate font-medium">
        {agent === undefined ? (
          <span className="text-ink-2">not disclosed</span>
        ) : (
          <AgentText text={agent} limit={80} />
        )}
      </span>
      <span className="truncate text-ink-3">
        {session === undefined ? (
          <>
            by node <span title={node}>{shortened(node)}</span>
          </>
        ) : (
          <>
            session <AgentText text={shortened(session, 10, 6)} limit={40} />
          </>
        )}
      </span>
      <span className="ml-auto flex items-center gap-3">
        {VERDICT_NAMES.flatMap((verdict) => {
          const count = counts[verdict] ?? 0;
          return count === 0 ? [] : [[verdict, count] as const];
        }).map(([verdict, count]) => (
          <span key={verdict} className="inline-flex items-center gap-1.5 text-xs">
            <Verdict verdict={verdict} />
            <span className="tabular text-ink-2">{count.toLocaleString('en')}</span>
          </span>
        ))}
      </span>
    </div>
  );
}

/** A decision is drawn once, however often others come. */
const DecisionCells = memo(function DecisionCells({
  decision,
}: {
  readonly decision: LiveDecision;
}): ReactNode {
  const { time, verdict, tool, method, outcome, tookUs, isDisclosed, labels = [] } = decision;
  return (
    <>
      <div role="cell">
        <Clock at={time} />
      </div>
      <div role="cell">
        <Verdict verdict={verdict} />
      </div>
      <div role="cell" className="flex min-w-0 items-center gap-2">
        <span className="truncate">
          {tool !== undefined ? (
            <AgentText text={tool} limit={120} />
          ) : (
            <span className="text-ink-3">
              {isDisclosed && method !== undefined ? <AgentText text={method} limit={60} /> : 'not disclosed'}
            </span>
          )}
        </span>
        {labels.length > 0 && <Badge>{labels.length === 1 ? '1 label' : `${labels.length} labels`}</Badge>}
      </div>
      <div
        role="cell"
        className={`truncate ${isVerdict(verdict) && verdict !== 'allow' ? 'text-ink' : 'text-ink-3'}`}
      >
        <AgentText text={reasonOf(decision)} limit={160} />
      </div>
      <div role="cell" className="truncate text-ink-2">
        {outcome === undefined ? '' : <AgentText text={outcome.replaceAll('_', ' ')} limit={40} />}
      </div>
      <div role="cell" className="tabular text-right text-ink-2">
        {tookUs === undefined ? '' : tookSaid(tookUs)}
      </div>
    </>
  );
});

/** In a stream the clock says more than how long ago it was. */
function Clock({ at }: { readonly at: number }): ReactNode {
  const text = Number.isSafeInteger(at) && Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : '';
  return (
    <time dateTime={text} title={text.replace('T', ' ').replace('Z', ' UTC')} className="text-ink-2">
      {text.slice(11, 19)}
    </time>
  );
}
