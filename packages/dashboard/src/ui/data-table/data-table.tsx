/** A list as a table: only the rows that are seen are drawn, and everything in it is reached by keyboard. */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { ErrorState, Skeleton, TooMuch } from '../states.tsx';
import { usePrinting } from './printing.ts';

const ROW_PX = 36;
const OVERSCAN = 12;
/** Most rows on paper; a list that is longer says so. */
const MOST_PRINTED = 1_000;

/** One column. */
export interface Column<Row> {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Of a CSS grid: `minmax(120px, 1fr)`, `80px`. */
  readonly width: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
}

/** Rows by their places; those that are on their way are not there yet. An array is one. */
export interface RowSource<Row> {
  readonly length: number;
  at(index: number): Row | undefined;
}

/** What is shown, and what can be done with it. */
export interface DataTableProps<Row> {
  /** What it is a list of, for who listens and for errors: `agents`. */
  readonly what: string;
  readonly columns: readonly Column<Row>[];
  /** Absent while they are loaded for the first time. */
  readonly rows: RowSource<Row> | undefined;
  readonly keyOf: (row: Row) => string;
  /** Enter, or a click. */
  readonly onOpen?: (row: Row) => void;
  /** Key of the row that is open beside it. */
  readonly openKey?: string | undefined;
  /** Other keys on a row: `a` to approve. Answers whether it was for it. */
  readonly onKey?: (row: Row, key: string) => boolean;
  /** Why they could not be loaded, or not again. */
  readonly problem?: unknown;
  readonly onRetry?: () => void;
  /** Shown where there is no row; says what makes one appear. */
  readonly empty: ReactNode;
  /** Called when the end is seen, to load what follows. */
  readonly onEnd?: (() => void) | undefined;
  /** Called with the places that are drawn, for rows that are not all at hand. */
  readonly onRange?: ((first: number, last: number) => void) | undefined;
  /** Of the list: another one begins at its first row again. */
  readonly listKey?: string;
  /** The rows are those of the list before, and the ones that are asked for are on their way. */
  readonly isOld?: boolean;
  /** How to come to fewer; where there are more than are loaded for a person. */
  readonly tooMuch?: string | undefined;
}

export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { what, rows, problem, onRetry, empty } = props;
  const retry = onRetry === undefined ? {} : { onRetry };
  if (rows === undefined)
    return problem === undefined || problem === null ? (
      <Skeleton label={`Loading ${what}`} rows={10} />
    ) : (
      <ErrorState what={what} problem={problem} {...retry} />
    );
  return (
    <>
      {problem !== undefined && problem !== null && (
        <ErrorState
          what={`${what} anew`}
          problem={problem}
          works="What is below was loaded before."
          {...retry}
        />
      )}
      {rows.length === 0 ? empty : <Rows {...props} rows={rows} />}
    </>
  );
}

function Rows<Row>({
  what,
  columns,
  rows,
  keyOf,
  onOpen,
  openKey,
  onKey,
  onEnd,
  onRange,
  listKey,
  isOld = false,
  tooMuch,
}: DataTableProps<Row> & { readonly rows: RowSource<Row> }): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const hasFocus = useRef(false);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    // Keys are places: with other keys every place of the list would be gone through at every scroll.
  });
  const isPrinted = usePrinting();
  const items = isPrinted ? allItems(Math.min(rows.length, MOST_PRINTED)) : virtual.getVirtualItems();
  const shownList = useRef(listKey);
  useLayoutEffect(() => {
    if (shownList.current === listKey) return;
    shownList.current = listKey;
    setActive(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [listKey]);
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - OVERSCAN) onEnd?.();
  }, [last, rows.length, onEnd]);
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  useEffect(() => {
    if (!hasFocus.current) return;
    scroller.current?.querySelector<HTMLElement>(`[data-row="${active}"]`)?.focus({ preventScroll: true });
  }, [active, items]);
  const current = Math.min(active, rows.length - 1);
  const moveTo = (at: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, at));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    const step = STEPS[event.key];
    const row = rows.at(current);
    if (step !== undefined) moveTo(current + step);
    else if (event.key === 'Home') moveTo(0);
    else if (event.key === 'End') moveTo(rows.length - 1);
    else if (
      event.key === 'Enter' &&
      event.target === event.currentTarget.querySelector(`[data-row="${current}"]`)
    ) {
      if (row !== undefined) onOpen?.(row);
    } else if (row === undefined || onKey?.(row, event.key) !== true) return;
    event.preventDefault();
  };
  const template = useMemo(() => columns.map(({ width }) => width).join(' '), [columns]);
  const opening = useRef(onOpen);
  opening.current = onOpen;
  const choose = useCallback((index: number, row: Row) => {
    setActive(index);
    opening.current?.(row);
  }, []);
  return (
    <div
      ref={scroller}
      role="table"
      aria-label={what}
      aria-rowcount={rows.length + 1}
      aria-busy={isOld}
      className="relative transition-opacity delay-150 aria-busy:opacity-50 min-h-0 flex-1 overflow-auto text-sm print:overflow-visible"
      onKeyDown={onKeyDown}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={() => {
        hasFocus.current = false;
      }}
    >
      <div className="min-w-fit">
        <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-page">
          <div
            role="row"
            aria-rowindex={1}
            className="grid h-8 items-center gap-4 px-4"
            style={{ gridTemplateColumns: template }}
          >
            {columns.map(({ id, header, isNumber }) => (
              <div
                key={id}
                role="columnheader"
                className={`truncate text-xs font-medium text-ink-3 ${isNumber === true ? 'text-right' : ''}`}
              >
                {header}
              </div>
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          className="relative"
          style={{ height: isPrinted ? items.length * ROW_PX : virtual.getTotalSize() }}
        >
          {items.map(({ index, key, start }) => {
            const row = rows.at(index);
            if (row === undefined)
              return (
                <div
                  key={key}
                  role="row"
                  aria-rowindex={index + 2}
                  aria-busy="true"
                  className="absolute inset-x-0 top-0 flex items-center border-b border-line px-4"
                  style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
                >
                  <div role="cell" className="h-3 w-2/5 rounded-sm bg-sunken">
                    <span className="sr-only">on its way</span>
                  </div>
                </div>
              );
            return (
              <TableRow
                key={key}
                index={index}
                start={start}
                row={row}
                columns={columns}
                template={template}
                isOpen={openKey !== undefined && openKey === keyOf(row)}
                isCurrent={index === current}
                onChoose={choose}
              />
            );
          })}
        </div>
      </div>
      {isPrinted && rows.length > items.length && (
        <p className="px-4 py-2">
          The first {items.length.toLocaleString('en')} of {rows.length.toLocaleString('en')}.
        </p>
      )}
      {tooMuch !== undefined && <TooMuch shown={rows.length} hint={tooMuch} />}
    </div>
  );
}

/** Places of `count` rows, as they are drawn where none is left out. */
function allItems(count: number): readonly { index: number; key: number; start: number }[] {
  return Array.from({ length: count }, (_, index) => ({ index, key: index, start: index * ROW_PX }));
}

interface TableRowProps<Row> {
  readonly index: number;
  readonly start: number;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly isOpen: boolean;
  readonly isCurrent: boolean;
  readonly onChoose: (index: number, row: Row) => void;
}

/** A row is drawn again only where something of it is another. */
const TableRow = memo(function TableRow<Row>({
  index,
  start,
  row,
  columns,
  template,
  isOpen,
  isCurrent,
  onChoose,
}: TableRowProps<Row>): ReactNode {
  return (
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      aria-current={isOpen ? 'true' : undefined}
      tabIndex={isCurrent ? 0 : -1}
      className="absolute inset-x-0 top-0 grid items-center gap-4 border-b border-line px-4 hover:bg-hover focus-visible:bg-accent-ground focus-visible:-outline-offset-2 aria-[current]:bg-accent-ground"
      style={{ gridTemplateColumns: template, height: ROW_PX, transform: `translateY(${start}px)` }}
      onClick={() => onChoose(index, row)}
    >
      {columns.map(({ id, cell, isNumber }) => (
        <div key={id} role="cell" className={`truncate ${isNumber === true ? 'tabular text-right' : ''}`}>
          {cell(row)}
        </div>
      ))}
    </div>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

const STEPS: Readonly<Record<string, number>> = {
  j: 1,
  k: -1,
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 15,
  PageUp: -15,
};

function isTyping(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}
