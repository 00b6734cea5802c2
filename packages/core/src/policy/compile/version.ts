/** What evaluates, for records. */

/** Name and version of the engine: the language version of Cedar it speaks, and the number that grows whenever any decision could change. */
export const ENGINE_VERSION = 'writ-cedar 4.5.2';
