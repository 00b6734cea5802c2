/** Tables of limits: what each is called in `writ.yaml`, and how far it may be moved. */
import type { PlacedValue } from '../read-yaml.ts';
import { readDuration, readFields } from '../shape.ts';
import { readCount, readSize } from './quantities.ts';

/** Sizes, in bytes. */
export const KIB = 1_024;
export const MIB: number = 1_024 * KIB;
/** Times, in milliseconds. */
export const SECOND = 1_000;
export const MINUTE: number = 60 * SECOND;
export const DAY: number = 24 * 60 * MINUTE;

/** Reads one limit: a count, bytes or milliseconds. Throws `config.invalid` with the place of what is out of its bounds. */
export type ReadLimit = (value: PlacedValue) => number;

/** By name in `writ.yaml`: the limit that it is, and how it is read. */
export type LimitFields<Limits> = Readonly<Record<string, readonly [keyof Limits, ReadLimit]>>;

/** A size from `least` to `most` bytes. */
export function size(least: number, most: number): ReadLimit {
  return (value) => readSize(value, least, most);
}

/** A whole number from `least` to `most`. */
export function count(least: number, most: number): ReadLimit {
  return (value) => readCount(value, least, most);
}

/** A duration from `least` to `most` milliseconds. */
export function time(least: number, most: number): ReadLimit {
  return (value) => readDuration(value, least, most);
}

/** The limits in `value`, which need not name all: the others are those of `defaults`. */
export function readLimits<Limits extends object>(
  value: PlacedValue,
  fields: LimitFields<Limits>,
  defaults: Limits,
): Limits {
  const given = readFields(value, Object.keys(fields));
  const named = Object.entries(fields).flatMap(([name, [limit, read]]) => {
    const found = given.get(name);
    return found === undefined ? [] : [[limit, read(found)] as const];
  });
  return { ...defaults, ...Object.fromEntries(named) };
}
