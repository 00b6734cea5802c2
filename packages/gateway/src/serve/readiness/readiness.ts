/** All checks together; one that throws does not hold. */
import { describeFault } from '@writ/core';
import type { Check, Readiness } from './types.ts';

/** A check by its name, so that one that throws still has one. */
export interface NamedCheck {
  readonly name: Check['name'];
  readonly look: () => Check | Promise<Check>;
}

/** Runs `checks`, all at once. */
export async function checkReadiness(checks: readonly NamedCheck[]): Promise<Readiness> {
  const seen = await Promise.all(
    checks.map(async ({ name, look }): Promise<Check> => {
      try {
        return await look();
      } catch (fault) {
        return { name, ok: false, reason: describeFault(fault) };
      }
    }),
  );
  return { isReady: seen.every(({ ok }) => ok), checks: seen };
}
