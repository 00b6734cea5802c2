/** L0: faults, ports for time and randomness, ids, JSON and bytes. No domain words, no `node:`. */
export { FAULT_CODES, type FaultCode } from './fault-codes.ts';
export { describeFault, Fault, type FaultData, isFault, singleLine } from './fault.ts';
export type { Clock, Random } from './clock.ts';
export { createUlid, isUlid, ulidTime } from './ids.ts';
export {
  asJson,
  copyJson,
  isJsonObject,
  isPlainObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
} from './json.ts';
export { canonicalJson } from './canonical-json.ts';
export { parseStrictJson, type StrictJsonOptions } from './strict-json.ts';
export { concatBytes, equalBytes, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts';
export { BoundedMap } from './bounded-map.ts';
export { visible, visibleInJson } from './visible.ts';
export { matchesWildcard } from './wildcard.ts';
