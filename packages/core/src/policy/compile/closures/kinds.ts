/** Kinds of values, as evaluation errors call them. */
import {
  CedarSet,
  Datetime,
  Decimal,
  Duration,
  IpAddress,
  isRecord,
  Uid,
  type Value,
} from '../../value/index.ts';

/** `long`, `string`, `set`, `entity of type `Agent`` and so on. */
export function kindOf(value: Value): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number' || typeof value === 'bigint') return 'long';
  if (value instanceof Uid) return `entity of type \`${value.type}\``;
  if (value instanceof CedarSet) return 'set';
  if (value instanceof Decimal) return 'decimal';
  if (value instanceof IpAddress) return 'ipaddr';
  if (value instanceof Datetime) return 'datetime';
  if (value instanceof Duration) return 'duration';
  return isRecord(value) ? 'record' : 'value';
}
