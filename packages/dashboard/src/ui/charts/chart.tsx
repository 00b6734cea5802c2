/** Numbers over time: drawn, read one step after the other by keyboard, and the same as a table. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useState } from 'react';
import { linearScale, logScale, type Scale, stepWords, tickWords, timeTicks } from './scale.ts';

/** One line, or one part of each bar. */
export interface Series {
  /** The interface's own word, as it is read out. */
  readonly name: string;
  /** In the legend: shape, word and colour. */
  readonly label: ReactNode;
  /** Classes of a bar: `fill-allow`, or of a line: `stroke-allow`. */
  readonly look: string;
  /** Points of a line: round, or square. */
  readonly isSquare?: boolean;
  /** One for each step; `null` where nothing is known, which is not 0. */
  readonly values: readonly (number | null)[];
}

/** What is drawn. */
export interface ChartProps {
  readonly title: string;
  /** What all of it comes to, beside the title. */
  readonly total?: ReactNode;
  /** Where each step begins, milliseconds since 1970, ascending, and how long one is. */
  readonly times: readonly number[];
  readonly step: number;
  /** From the foot up, where they are parts of bars. */
  readonly series: readonly Series[];
  readonly kind: 'bars' | 'lines';
  /** A value with its unit. */
  readonly format: (value: number) => string;
  /** What is said in place of the drawing, where nothing is known. */
  readonly nothing?: ReactNode;
  /** Opens what a step is made of; steps without a value are not opened. */
  readonly onOpen?: ((at: number) => void) | undefined;
}

export function Chart(props: ChartProps): ReactNode {
  const { title, total, series, nothing } = props;
  const id = useId();
  const [isTable, setTable] = useState(false);
  const hasSome = series.some(({ values }) => values.some((value) => value !== null));
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col rounded-lg border border-line bg-panel">
      <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-2">
        <h2 id={id} className="text-base">
          {title}
        </h2>
        {total !== undefined && <p className="tabular text-sm text-ink-3">{total}</p>}
        {hasSome && (
          <button
            type="button"
            data-print="none"
            aria-pressed={isTable}
            className="ml-auto rounded-sm px-1.5 text-xs text-ink-2 hover:bg-hover"
            onClick={() => setTable(!isTable)}
          >
            as a table
          </button>
        )}
      </header>
      {!hasSome ? (
        <div className="flex min-h-40 flex-1 items-center justify-center px-6 pb-4 text-center text-sm text-ink-3">
          {nothing ?? 'Nothing in this time.'}
        </div>
      ) : isTable ? (
        <AsTable {...props} />
      ) : (
        <Drawing {...props} />
      )}
    </section>
  );
}

function Drawing({ title, times, step, series, kind, format, onOpen }: ChartProps): ReactNode {
  const [at, setAt] = useState<number>();
  const [isFocused, setFocused] = useState(false);
  const last = times.length - 1;
  const current = Math.min(at ?? last, last);
  const scale = scaleOf(series, kind, times.length);
  const has = (place: number): boolean => series.some(({ values }) => (values[place] ?? 0) !== 0);
  const words = readOut(times[current] ?? 0, step, series, current, format);
  const open = (place: number): void => {
    if (has(place)) onOpen?.(place);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next: Readonly<Record<string, number>> = {
      ArrowLeft: current - 1,
      ArrowRight: current + 1,
      PageUp: current - 10,
      PageDown: current + 10,
      Home: 0,
      End: last,
    };
    const place = next[event.key];
    if (place !== undefined) setAt(Math.min(last, Math.max(0, place)));
    else if (event.key === 'Enter') open(current);
    else return;
    event.preventDefault();
  };
  const placeOf = (event: PointerEvent<HTMLElement> | React.MouseEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(last, Math.max(0, Math.floor(((event.clientX - left) / width) * times.length)));
  };
  const from = times[0] ?? 0;
  const length = times.length * step;
  const isShown = at !== undefined || isFocused;
  return (
    <div className="flex flex-1 flex-col px-4 pb-3">
      <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs">
        {series.map(({ name, label }) => (
          <li key={name} className="inline-flex items-baseline">
            {label}
          </li>
        ))}
      </ul>
      <div className="mt-3 grid grid-cols-[3.25rem_minmax(0,1fr)] gap-x-2">
        <div aria-hidden="true" className="relative h-32">
          {scale.ticks.map((tick) => (
            <span
              key={tick}
              className="tabular absolute right-0 translate-y-1/2 text-xs leading-none whitespace-nowrap text-ink-3"
              style={{ bottom: `${scale.at(tick) * 100}%` }}
            >
              {format(tick)}
            </span>
          ))}
        </div>
        <div
          role="slider"
          tabIndex={0}
          aria-label={`${title}, step by step${onOpen === undefined ? '' : '; Enter opens what a step is made of'}`}
          aria-valuemin={0}
          aria-valuemax={last}
          aria-valuenow={current}
          aria-valuetext={words}
          className={`relative h-32 border-b border-line-strong ${onOpen !== undefined && has(current) && at !== undefined ? 'cursor-pointer' : ''}`}
          onKeyDown={onKeyDown}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onPointerMove={(event) => setAt(placeOf(event))}
          onPointerLeave={() => {
            if (!isFocused) setAt(undefined);
          }}
          onClick={(event) => open(placeOf(event))}
        >
          {scale.ticks.map((tick) => (
            <div
              key={tick}
              className="absolute inset-x-0 border-t border-line"
              style={{ bottom: `${scale.at(tick) * 100}%` }}
            />
          ))}
          {isShown && (
            <div
              className="absolute inset-y-0 bg-hover"
              style={{ left: `${(current / times.length) * 100}%`, width: `${100 / times.length}%` }}
            />
          )}
          <svg
            viewBox={`0 0 ${times.length} 100`}
            preserveAspectRatio="none"
            aria-hidden="true"
            className="absolute inset-0 h-full w-full overflow-visible"
          >
            {kind === 'bars' ? bars(series, scale, times.length) : lines(series, scale)}
          </svg>
        </div>
        <div aria-hidden="true" />
        <div aria-hidden="true" className="relative h-5 overflow-hidden text-xs text-ink-3">
          {timeTicks(from, from + length).map((tick, place) => {
            const share = (tick - from) / length;
            return (
              <span
                key={tick}
                className={`tabular absolute top-1 whitespace-nowrap ${share > 0.04 ? '-translate-x-1/2' : ''} ${share > 0.95 ? 'hidden' : ''} ${place % 2 === 1 ? 'max-sm:hidden' : ''}`}
                style={{ left: `${share * 100}%` }}
              >
                {tickWords(tick, length)}
              </span>
            );
          })}
        </div>
      </div>
      <p aria-hidden="true" className="tabular mt-1 min-h-4 text-xs text-ink-2">
        {isShown ? words : <span className="text-ink-3">{'Times are UTC.'}</span>}
      </p>
    </div>
  );
}

function scaleOf(series: readonly Series[], kind: ChartProps['kind'], steps: number): Scale {
  if (kind === 'lines')
    return logScale(series.flatMap(({ values }) => values.filter((value) => value !== null)));
  return linearScale(
    Array.from({ length: steps }, (_, place) =>
      series.reduce((sum, { values }) => sum + (values[place] ?? 0), 0),
    ),
  );
}

/** Nothing that is there is lower than can be seen. */
const LEAST = 1.5;

function bars(series: readonly Series[], scale: Scale, steps: number): ReactNode {
  return Array.from({ length: steps }, (_, place) => {
    let y = 100;
    return series.map(({ name, look, values }) => {
      const value = values[place] ?? 0;
      if (value === 0) return null;
      const height = Math.max(LEAST, scale.at(value) * 100);
      y -= height;
      return (
        <rect key={`${name}-${place}`} x={place + 0.12} y={y} width={0.76} height={height} className={look} />
      );
    });
  });
}

/** Points, joined where one follows the other: what is not known is a gap. */
function lines(series: readonly Series[], scale: Scale): ReactNode {
  return series.map(({ name, look, isSquare = false, values }) => {
    const points = values.map((value, place) =>
      value === null ? undefined : ([place + 0.5, 100 - scale.at(value) * 100] as const),
    );
    const path = points
      .map((point, place) => {
        if (point === undefined) return '';
        const [x, y] = point;
        return `${place > 0 && points[place - 1] !== undefined ? 'L' : 'M'}${x} ${y.toFixed(2)}`;
      })
      .join('');
    const dots = points
      .map((point) => (point === undefined ? '' : `M${point[0]} ${point[1].toFixed(2)}h0`))
      .join('');
    return (
      <g key={name} className={`fill-none ${look}`}>
        <path d={path} vectorEffect="non-scaling-stroke" strokeWidth={1.5} opacity={0.6} />
        <path
          d={dots}
          vectorEffect="non-scaling-stroke"
          strokeWidth={4.5}
          strokeLinecap={isSquare ? 'square' : 'round'}
        />
      </g>
    );
  });
}

function readOut(
  time: number,
  step: number,
  series: readonly Series[],
  place: number,
  format: (value: number) => string,
): string {
  const said = series.flatMap(({ name, values }) => {
    const value = values[place];
    return value === null || value === undefined || (value === 0 && series.length > 2)
      ? []
      : [series.length === 1 ? format(value) : `${name} ${format(value)}`];
  });
  const isKnown = series.some(({ values }) => typeof values[place] === 'number');
  return `${stepWords(time, step)}: ${said.length > 0 ? said.join(', ') : isKnown ? 'none' : 'not known'}`;
}

function AsTable({ title, times, step, series, format }: ChartProps): ReactNode {
  return (
    <div
      className="mx-4 my-2 max-h-56 overflow-auto focus-visible:-outline-offset-2"
      tabIndex={0}
      role="group"
      aria-label={`${title}, as a table`}
    >
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{title}</caption>
        <thead className="sticky top-0 bg-panel text-xs text-ink-3">
          <tr>
            <th scope="col" className="py-1 pr-4 font-medium">
              Time
            </th>
            {series.map(({ name }) => (
              <th key={name} scope="col" className="px-2 py-1 text-right font-medium whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {times.map((time, place) => (
            <tr key={time}>
              <th scope="row" className="py-0.5 pr-4 font-normal whitespace-nowrap">
                {stepWords(time, step)}
              </th>
              {series.map(({ name, values }) => {
                const value = values[place];
                return (
                  <td key={name} className="tabular px-2 py-0.5 text-right whitespace-nowrap">
                    {typeof value === 'number' ? (
                      format(value)
                    ) : (
                      <span className="text-ink-3">not known</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
