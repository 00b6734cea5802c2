/** Where values and instants stand in a chart. */

/** A share from 0, at the foot, to 1. */
export interface Scale {
  readonly at: (value: number) => number;
  /** Values that are written beside it, the lowest first. */
  readonly ticks: readonly number[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Times between two that are written below. */
const TICK_STEPS = [10 * MINUTE, HOUR, 4 * HOUR, DAY, 5 * DAY, 30 * DAY];
const MOST_TICKS = 8;

/** From 0 to a round number that is not below `values`. */
export function linearScale(values: readonly number[]): Scale {
  const most = roundUp(Math.max(0, ...values));
  // Of what is counted there is no half.
  const isCounted = values.every(Number.isInteger) && most % 2 !== 0;
  return { at: (value) => value / most, ticks: isCounted ? [0, most] : [0, most / 2, most] };
}

/** By powers of ten around `values`, which are above 0: what differs a hundredfold is seen beside each other. */
export function logScale(values: readonly number[]): Scale {
  const known = values.map((value) => Math.log10(Math.max(1, value)));
  const low = Math.floor(Math.min(...known));
  const high = Math.max(low + 1, Math.ceil(Math.max(...known)));
  const every = Math.ceil((high - low) / 3);
  const ticks: number[] = [];
  for (let power = low; power <= high; power += every) ticks.push(10 ** power);
  return { at: (value) => (Math.log10(Math.max(1, value)) - low) / (high - low), ticks };
}

/** 1, 2 or 5 and zeros, not below `value`, and never 0. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const factor of [1, 2, 5, 10]) if (factor * power >= value) return factor * power;
  return 10 * power;
}

/** Instants that are written below a chart from `from` up to `to`: whole hours or days, in UTC. */
export function timeTicks(from: number, to: number): readonly number[] {
  const every = TICK_STEPS.find((step) => (to - from) / step <= MOST_TICKS) ?? DAY * 90;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / every) * every; at < to; at += every) ticks.push(at);
  return ticks;
}

/** `14:30` within a day, `22 Nov` beyond, in UTC. */
export function tickWords(at: number, length: number): string {
  const [, month, day, hour] = /-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(new Date(at).toISOString()) ?? [];
  return length <= DAY ? (hour ?? '') : `${Number(day)} ${MONTHS[Number(month) - 1] ?? ''}`;
}

/** `22 Nov 14:15–14:30 UTC`. */
export function stepWords(at: number, step: number): string {
  const end = at + step;
  const day = (time: number): string => tickWords(time, 2 * DAY);
  const hour = (time: number): string => tickWords(time, 0);
  return day(at) === day(end) || hour(end) === '00:00'
    ? `${day(at)} ${hour(at)}–${hour(end)} UTC`
    : `${day(at)} ${hour(at)} – ${day(end)} ${hour(end)} UTC`;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
