/** A bound for the length of a canonical text, found without writing it. */
import type { JsonValue } from '../../kernel/index.ts';

/** Brackets or quotes around a value. */
const AROUND = 2;
/** What stands between a name, its value and the next name. */
const BETWEEN = 2;
/** The longest that one UTF-16 unit is written, as in `\u001f`. */
const LONGEST_UNIT = 6;
/** The longest number or literal: a number has 17 digits, a sign, a point and an exponent at most. */
const LONGEST_LITERAL = 32;

/**
 * UTF-16 units that the canonical text of `value` has at most. Past `bound` it stops counting: the answer is then more than `bound`, and no bound of
 * the text. `value` is nested no deeper than `copyJson` lets it be.
 */
export function mostUnits(value: JsonValue, bound: number): number {
  if (typeof value === 'string') return AROUND + LONGEST_UNIT * value.length;
  if (typeof value !== 'object' || value === null) return LONGEST_LITERAL;
  let units = AROUND;
  for (const [name, member] of Object.entries(value)) {
    units += AROUND + LONGEST_UNIT * name.length + BETWEEN + mostUnits(member, bound - units);
    if (units > bound) return units;
  }
  return units;
}
