/** Values of variables, as far as they are known. */
import type { UnresolvedCode } from '../codes.ts';

/** A text whose unknown stretches stand as they were written; known where `unresolved` is empty. */
export interface Scalar {
  readonly text: string;
  readonly unresolved: readonly UnresolvedCode[];
  /** Certainly a number, though not known which: it can neither name a program nor hold a command. */
  readonly numeric?: true;
}

/** What a variable holds. */
export type Value =
  | { readonly kind: 'text'; readonly scalar: Scalar }
  | { readonly kind: 'list'; readonly items: readonly Scalar[] }
  | { readonly kind: 'unset' }
  /** `assigned`: by this text, from something unknown; else it may come from the environment. */
  | { readonly kind: 'unknown'; readonly assigned: boolean; readonly numeric: boolean };

const NONE: readonly UnresolvedCode[] = [];

export function known(text: string): Scalar {
  return { text, unresolved: NONE };
}

export function textValue(scalar: Scalar): Value {
  return { kind: 'text', scalar };
}

/** A variable that this text sets to something unknown. */
export const UNKNOWN_HERE: Value = { kind: 'unknown', assigned: true, numeric: false };
/** A number that this text sets. */
export const UNKNOWN_NUMBER: Value = { kind: 'unknown', assigned: true, numeric: true };
/** A variable that this text does not set. */
export const UNKNOWN_OUTSIDE: Value = { kind: 'unknown', assigned: false, numeric: false };

export function isKnown(scalar: Scalar): boolean {
  return scalar.unresolved.length === 0;
}

export function sameScalar(a: Scalar, b: Scalar): boolean {
  return a.text === b.text && a.unresolved.join() === b.unresolved.join();
}

export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === 'text' && b.kind === 'text')
    // Two unknown texts that were written alike may still differ, but are unknown both times.
    return sameScalar(a.scalar, b.scalar);
  if (a.kind === 'list' && b.kind === 'list')
    return (
      a.items.length === b.items.length &&
      a.items.every((item, at) => sameScalar(item, b.items[at] as Scalar))
    );
  if (a.kind === 'unknown' && b.kind === 'unknown')
    return a.assigned === b.assigned && a.numeric === b.numeric;
  return a.kind === b.kind;
}

/** What holds where either of two may hold. */
export function joinValues(a: Value, b: Value): Value {
  if (sameValue(a, b)) return a;
  const isNumeric = (value: Value): boolean =>
    value.kind === 'unknown'
      ? value.numeric
      : value.kind === 'text' &&
        (value.scalar.numeric === true || (isKnown(value.scalar) && /^\d{1,18}$/.test(value.scalar.text)));
  return isNumeric(a) && isNumeric(b) ? UNKNOWN_NUMBER : UNKNOWN_HERE;
}
