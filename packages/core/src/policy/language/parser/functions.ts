/** The functions and methods of Cedar 4.5 by name. */

/** Methods with the arguments they must have; a wrong number is refused when the text is read. */
export const METHODS: ReadonlyMap<string, number> = new Map([
  ['contains', 1],
  ['containsAll', 1],
  ['containsAny', 1],
  ['isEmpty', 0],
  ['getTag', 1],
  ['hasTag', 1],
]);

/** Methods of extension values; a wrong number of arguments is an error when they are evaluated. */
export const EXTENSION_METHODS: ReadonlySet<string> = new Set([
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
  'isIpv4',
  'isIpv6',
  'isLoopback',
  'isMulticast',
  'isInRange',
  'offset',
  'durationSince',
  'toDate',
  'toTime',
  'toMilliseconds',
  'toSeconds',
  'toMinutes',
  'toHours',
  'toDays',
]);

/** Functions written `f(…)`. */
export const FUNCTIONS: ReadonlySet<string> = new Set(['decimal', 'ip', 'datetime', 'duration']);

/** Words that name nothing else. */
export const RESERVED: ReadonlySet<string> = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'like',
  'has',
  'is',
  '__cedar',
]);
