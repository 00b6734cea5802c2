/** What the attacks on the line share: policies, tools that count their runs, and a log that something happens around. */
import type { JsonValue } from '../../kernel/index.ts';
import type { LogWriter } from '../../model/index.ts';
import { guardWorld, type GuardWorld, type GuardWorldOptions, toolCall } from '../../testing/index.ts';
import type { Perform } from '../types.ts';

/** Every result may be delivered. */
export const DELIVER: string =
  '@id("results") permit(principal, action == Action::"results/deliver", resource);';
/** Every tool may be called. */
export const CALL: string = '@id("calls") permit(principal, action in Action::"tools/call", resource);';
/** Both. */
export const PERMIT_ALL: string = `${CALL} ${DELIVER}`;
/** Every call waits for a person. */
export const ASK: string =
  '@id("ask") @verdict("step_up") forbid(principal, action in Action::"tools/call", resource);';
/** Nothing may be done. */
export const NOTHING: string = '@id("none") forbid(principal, action, resource);';
/** A card number that detectors know. */
export const CARD = '4111 1111 1111 1111';
/** An address that detectors know. */
export const MAIL = 'ann@example.org';

/** A guard that permits everything, unless told otherwise. */
export const world = (options: Partial<GuardWorldOptions> = {}): Promise<GuardWorld> =>
  guardWorld({ policies: PERMIT_ALL, ...options });

/** A tool that keeps what it was run with. */
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

/** The guard's log, with something done before or after each append of one kind. */
export function around(
  kind: 'decision' | 'outcome',
  act: { readonly before?: () => Promise<void>; readonly after?: () => Promise<void> },
): Pick<GuardWorldOptions, 'wrapLog'> {
  return {
    wrapLog: (log: LogWriter) => ({
      ...log,
      append: async (draft) => {
        if (draft.detail.kind !== kind) return log.append(draft);
        await act.before?.();
        const result = await log.append(draft);
        await act.after?.();
        return result;
      },
    }),
  };
}

/** Outcomes in the log, with their codes. */
export function outcomes(here: GuardWorld): readonly string[] {
  return Array.from({ length: here.log.reader.size() }, (_, index) => here.log.reader.entry(index).entry)
    .filter((entry) => entry.kind === 'outcome')
    .map((entry) => `${entry.outcome} ${entry.code ?? ''}`.trim());
}

/** Labels of the session, as the next call sees them. */
export async function labelsOf(here: GuardWorld): Promise<readonly string[]> {
  const end = await here.guard.enforce(toolCall('probe/labels', {}), counted().perform);
  const index = Number(end.receipt?.split('#')[1]);
  const { input } = here.log.reader.body(index) as { input: { labels: readonly string[] } };
  return input.labels;
}
