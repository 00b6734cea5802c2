/** Puts a register of purposes in force for a scope, in the log and in the state that decisions rest on. */
import { Fault } from '../../kernel/index.ts';
import { type PurposeRegister, registerDraft } from '../../privacy/index.ts';
import type { PolicyPlace } from './activate-policy.ts';

/** How often it is tried where others do so at the same time. */
const MAX_ATTEMPTS = 5;

/**
 * Writes a `register` entry, unless this very register is in force there already. Throws `config.invalid` where a notice says another thing under the
 * version that people were shown, and `log.*` where it is not durable; then the old register is still in force.
 */
export async function activateRegister(
  place: PolicyPlace,
  scope: string,
  register: PurposeRegister,
): Promise<void> {
  const { log, state, tenant, clock } = place;
  for (let attempt = 0; ; attempt += 1) {
    const change = registerDraft(register, scope, state);
    if (change === undefined) return;
    const times = { tenant, time: clock.now(), monotonicNs: clock.monotonicNs() };
    const written = await log.append({ ...change, ...times });
    if (written.status === 'committed') return;
    if (attempt === MAX_ATTEMPTS)
      throw new Fault(
        'log.conflict',
        `the register of purposes could not be put in force (${written.refusal})`,
      );
  }
}
