/** How strictly a command must be confined: names of sandbox profiles, in order. */

/** From the widest to the strictest. What they allow is in `runtime/sandbox/profiles.ts`. */
export const CONFINEMENTS = ['permissive', 'moderate', 'restrictive'] as const;
export type Confinement = (typeof CONFINEMENTS)[number];

/** The strictest of those given; `undefined` of none. */
export function strictestConfinement(given: readonly Confinement[]): Confinement | undefined {
  return CONFINEMENTS.findLast((one) => given.includes(one));
}
