/** What an agent was given against what it used: the question behind "can I trust it?". */
import type { Receipt } from './data.ts';

/** One tool. */
export interface ToolUse {
  /** `server/tool`. */
  readonly tool: string;
  readonly isGiven: boolean;
  /** Calls among those looked at, and how many of them were refused. */
  readonly calls: number;
  readonly refused: number;
  /** When it was used last, in milliseconds since 1970. */
  readonly last?: number;
}

const REFUSALS: ReadonlySet<string> = new Set(['deny', 'step_up', 'defer']);

/** Tools of the registration and tools of `receipts`: first what was used without being given, then what is used most, then what lies unused. */
export function scopeAgainstUse(given: readonly string[], receipts: readonly Receipt[]): readonly ToolUse[] {
  const uses = new Map<string, ToolUse>(
    given.map((tool) => [tool, { tool, isGiven: true, calls: 0, refused: 0 }]),
  );
  for (const { kind, tool, verdict, time } of receipts) {
    if (kind !== 'decision' || tool === undefined) continue;
    const before = uses.get(tool) ?? { tool, isGiven: false, calls: 0, refused: 0 };
    uses.set(tool, {
      ...before,
      calls: before.calls + 1,
      refused: before.refused + (verdict !== undefined && REFUSALS.has(verdict) ? 1 : 0),
      last: Math.max(before.last ?? 0, time),
    });
  }
  return [...uses.values()].sort(
    (one, other) =>
      Number(one.isGiven) - Number(other.isGiven) ||
      other.calls - one.calls ||
      (one.tool < other.tool ? -1 : 1),
  );
}

/** Stops that hold an agent, the most particular first. */
export function stopsOf<Held extends { readonly scope: string; readonly target: string }>(
  agent: { readonly name: string; readonly team?: string | undefined },
  stops: readonly Held[],
): readonly Held[] {
  const order = ['agent', 'team', 'all'];
  return stops
    .filter(
      ({ scope, target }) =>
        scope === 'all' ||
        (scope === 'agent' && target === agent.name) ||
        (scope === 'team' && target === agent.team),
    )
    .toSorted((one, other) => order.indexOf(one.scope) - order.indexOf(other.scope));
}
