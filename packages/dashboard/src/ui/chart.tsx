/** Numbers over time: drawn for eyes, and the same as a table for everybody. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type uPlot from 'uplot';

/** One line or bar. */
export interface Series {
  readonly label: string;
  /** A CSS variable: `--color-allow`. */
  readonly colour: string;
  /** One for each instant; `null` where nothing is known. */
  readonly values: readonly (number | null)[];
}

/** What is drawn. */
export interface ChartProps {
  /** What it shows: `Decisions in a minute`. */
  readonly title: string;
  /** Milliseconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly unit: string;
  readonly height?: number;
}

export function Chart({ title, times, series, unit, height = 160 }: ChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const [isTable, setTable] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let chart: uPlot | undefined;
    let isGone = false;
    const draw = async (): Promise<void> => {
      // Loaded where something is drawn: the first page does not wait for it.
      const { default: Plot } = await import('uplot');
      if (isGone) return;
      chart?.destroy();
      chart = new Plot(optionsOf(element, series, height), dataOf(times, series), element);
    };
    void draw();
    const resized = new ResizeObserver(() => chart?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const theme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => void draw();
    theme.addEventListener('change', redraw);
    return () => {
      isGone = true;
      resized.disconnect();
      theme.removeEventListener('change', redraw);
      chart?.destroy();
    };
  }, [times, series, height]);
  return (
    <figure className="min-w-0">
      <figcaption className="flex items-center justify-between gap-2 text-sm font-medium">
        {title}
        <button
          type="button"
          aria-pressed={isTable}
          className="rounded-sm px-1.5 text-xs font-normal text-ink-2 hover:bg-hover"
          onClick={() => setTable(!isTable)}
        >
          as a table
        </button>
      </figcaption>
      <div ref={place} aria-hidden="true" className={isTable ? 'hidden' : 'mt-2'} />
      <div className={isTable ? 'mt-2 max-h-64 overflow-auto' : 'sr-only'} tabIndex={isTable ? 0 : undefined}>
        <table className="w-full text-left text-sm">
          <caption className="sr-only">
            {title}, in {unit}
          </caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {series.map(({ label }) => (
                <th key={label} scope="col">
                  {label} ({unit})
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.map((time, at) => (
              <tr key={time}>
                <th scope="row" className="font-normal">
                  {new Date(time).toISOString().slice(0, 16).replace('T', ' ')}
                </th>
                {series.map(({ label, values }) => (
                  <td key={label}>{values[at] ?? 'not known'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

function dataOf(times: readonly number[], series: readonly Series[]): uPlot.AlignedData {
  return [times.map((time) => time / 1_000), ...series.map(({ values }) => [...values])];
}

function optionsOf(element: HTMLElement, series: readonly Series[], height: number): uPlot.Options {
  const style = getComputedStyle(element);
  const probe = document.createElement('span');
  element.append(probe);
  // A canvas knows no variables: what they come to in this theme is asked.
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const axis: uPlot.Axis = {
    stroke: colour('--color-ink-3'),
    grid: { stroke: colour('--color-line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const options: uPlot.Options = {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 5 } },
    axes: [axis, { ...axis, size: 44 }],
    series: [{}, ...series.map(({ label, colour: name }) => ({ label, stroke: colour(name), width: 1.5 }))],
  };
  probe.remove();
  return options;
}
