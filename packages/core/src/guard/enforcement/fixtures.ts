/** Policies and tools that the tests of the guard's line share. */
import { type JsonValue } from '../../kernel/index.ts';
import { guardWorld, type GuardWorld, type GuardWorldOptions } from '../../testing/index.ts';
import { type Perform } from '../types.ts';

export const PERMIT_ALL: string = `
@id("calls") permit(principal, action in Action::"tools/call", resource);
@id("results") permit(principal, action == Action::"results/deliver", resource);
`;
export const HOLD_PAYMENTS: string = `${PERMIT_ALL}
@id("ask") @verdict("step_up") @reason("payments need a person")
forbid(principal, action == Action::"bank/pay", resource);
`;
export const CARD = '4111 1111 1111 1111';

/** A tool that counts its runs. */
export function counted(result: JsonValue = { ok: true }): {
  readonly runs: JsonValue[];
  readonly perform: Perform;
} {
  const runs: JsonValue[] = [];
  return {
    runs,
    perform: async ({ args }) => {
      runs.push(args);
      return result;
    },
  };
}

export function kinds(world: GuardWorld): readonly string[] {
  return Array.from({ length: world.log.reader.size() }, (_, index) => {
    const { entry } = world.log.reader.entry(index);
    return entry.kind === 'outcome'
      ? `outcome ${entry.outcome}`
      : entry.kind === 'decision'
        ? `decision ${entry.decision.verdict}`
        : entry.kind;
  }).slice(2);
}

export const world = (options: Partial<GuardWorldOptions> = {}): Promise<GuardWorld> =>
  guardWorld({ policies: PERMIT_ALL, ...options });

export async function sessionOf(here: GuardWorld): Promise<string> {
  const body = here.log.reader.body(2);
  const text = JSON.stringify(body);
  return /"session":\{"id":"([0-9a-f]{32})"/.exec(text)?.[1] ?? '';
}
