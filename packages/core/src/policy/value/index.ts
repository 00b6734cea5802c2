/** Values of Cedar: exact, immutable, without any Node. */
export { Datetime } from './datetime.ts';
export { Decimal } from './decimal.ts';
export { Duration, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from './duration.ts';
export type { Entity } from './entity.ts';
export { type ExactJson, parseExactJson, printExactJson } from './exact-json.ts';
export { type Constructor, constructValue, isConstructor } from './extension.ts';
export { IpAddress } from './ip-address.ts';
export { recordFromJson, valueFromJson, valueToJson } from './json.ts';
export {
  addLong,
  isLong,
  type Long,
  MAX_LONG,
  MIN_LONG,
  multiplyLong,
  negateLong,
  subtractLong,
  toLong,
} from './long.ts';
export { printUid, Uid, uidKey } from './uid.ts';
export {
  type CedarRecord,
  CedarSet,
  EMPTY_RECORD,
  equalValues,
  isRecord,
  makeRecord,
  newRecord,
  type Value,
} from './value.ts';
