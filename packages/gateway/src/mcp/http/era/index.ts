/** The two protocol eras on the wire. */
export { classify } from './classify.ts';
export { decodeHeaderValue, headerValue } from './header-value.ts';
export { parameterProblem } from './parameter-headers.ts';
export { FIRST_WITH_PRIMING, LEGACY_VERSIONS, MODERN_VERSIONS, REMOVED_METHODS } from './versions.ts';
