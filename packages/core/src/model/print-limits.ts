/** Writes limits in the form that people write, the one `parseLimits` reads. */
import type { JsonObject } from '../kernel/index.ts';
import { type LimitDeclaration, type LimitMeasure, MICROS } from './limits.ts';

/** The declaration as `parseLimits` reads it: reading what is written gives the same limit. */
export function printLimit(limit: LimitDeclaration): JsonObject {
  const { id, kind, measure, key, actions, amount, perMs, burst, perCall, reserve, across } = limit;
  const quantity = (name: string, value: number | undefined): JsonObject =>
    value === undefined ? {} : { [name]: amountText(value, measure) };
  return {
    id,
    kind,
    measure,
    key: [...key],
    actions: actions === 'all' ? actions : [...actions],
    ...quantity('amount', amount),
    ...(perMs === undefined ? {} : { per: `${perMs}ms` }),
    ...quantity('burst', burst),
    ...quantity('per_call', perCall),
    ...quantity('reserve', reserve),
    ...(across === undefined ? {} : { across }),
  };
}

function amountText(value: number, measure: LimitMeasure): string {
  if (measure === 'time') return `${value}ms`;
  if (measure !== 'cost') return String(value);
  const fraction = String(value % MICROS).padStart(6, '0');
  return `${Math.floor(value / MICROS)}.${fraction}`;
}
