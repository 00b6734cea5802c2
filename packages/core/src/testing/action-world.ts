/** A log with actions in it, recorded by a guard as it records them anywhere. */
import { createRegister, registerDraft } from '../privacy/index.ts';
import type { JsonObject, JsonValue } from '../kernel/index.ts';
import { type GuardWorld, guardWorld, toolCall } from './guard-world.ts';

/** A guard that permits everything but card numbers, and what is for a purpose that is not in force. */
export interface ActionWorld extends GuardWorld {
  /** Calls `tool` for `person`, and answers `result`. */
  act(tool: string, person: string, args: JsonObject, result?: JsonValue, purpose?: string): Promise<void>;
}

/** Makes the world; purposes `support` (contract) and `insight` (consent). */
export async function actionWorld(): Promise<ActionWorld> {
  const purpose = (id: string, basis: 'contract' | 'consent') => ({
    id,
    description: 'why',
    data: ['contact'],
    basis,
    retention: 'decision',
    recipients: [],
    subject: 'person',
  });
  const register = createRegister({
    purposes: [purpose('support', 'contract'), purpose('insight', 'consent')],
    notices: [],
  });
  const world = await guardWorld({
    policies: `@id("all") permit(principal, action, resource);
      @id("no") forbid(principal, action in Action::"tools/call", resource)
        when { context has purpose_status && context.purpose_status != "in_force" };
      @id("cards") forbid(principal, action in Action::"tools/call", resource)
        when { context.findings.contains("payment-card") };`,
    ports: {
      purposes: {
        scope: 'test',
        current: () => register,
        declared: ({ claimed }) => claimed,
      },
    },
  });
  const draft = registerDraft(register, 'test', world.log.state);
  if (draft !== undefined)
    await world.log.writer.append({ ...draft, tenant: 'test', time: world.clock.now(), monotonicNs: 1n });
  return {
    ...world,
    async act(tool, person, args, result = { ok: true }, purposeOf) {
      const authentication = {
        method: 'api_token',
        assurance: 1,
        credentialId: 'k1',
        at: world.clock.now(),
      } as const;
      const caller = { agent: { id: 'bot' }, person: { id: person, roles: [] }, chain: [], authentication };
      await world.guard.enforce(
        toolCall(tool, args, {
          caller,
          ...(purposeOf === undefined ? {} : { purpose: purposeOf }),
        }),
        () => Promise.resolve(result),
      );
    },
  };
}
