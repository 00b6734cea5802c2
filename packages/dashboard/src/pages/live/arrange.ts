/** Decisions as lines of the page: by session, those that began last above. */
import type { LiveDecision } from '../../receipts/index.ts';

/** What is looked for; absent is any. */
export interface LiveFilters {
  readonly verdict?: string | undefined;
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
  readonly session?: string | undefined;
}

/** Decisions of one session, or those of one node of which nothing was disclosed. */
export interface Group {
  readonly key: string;
  readonly session?: string | undefined;
  readonly agent?: string | undefined;
  readonly node: string;
  /** The newest first. */
  readonly decisions: readonly LiveDecision[];
  readonly counts: Readonly<Record<string, number>>;
}

/** One line. */
export type Line =
  | { readonly kind: 'group'; readonly key: string; readonly group: Group }
  | { readonly kind: 'decision'; readonly key: string; readonly decision: LiveDecision }
  | { readonly kind: 'more'; readonly key: string; readonly group: Group; readonly count: number };

/** Decisions of a session that are shown before somebody follows it. */
const SHOWN_OF_GROUP = 6;

/** Whether it is looked for: verdicts exactly, words of agents and tools by a part of them. */
export function isWanted(decision: LiveDecision, { verdict, agent, tool, session }: LiveFilters): boolean {
  return (
    (verdict === undefined || decision.verdict === verdict) &&
    (session === undefined || decision.session === session) &&
    (agent === undefined || has(decision.agent, agent)) &&
    (tool === undefined || has(decision.tool, tool))
  );
}

function has(text: string | undefined, part: string): boolean {
  return text?.toLowerCase().includes(part.toLowerCase()) === true;
}

/** Groups of `decisions`, which are the newest first. A session that goes on stays where it is: nothing moves under the reader but for a session that begins. */
export function groupsOf(decisions: readonly LiveDecision[], filters: LiveFilters): readonly Group[] {
  const groups = new Map<string, LiveDecision[]>();
  for (const decision of decisions) {
    if (!isWanted(decision, filters)) continue;
    const key = keyOf(decision);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [decision]);
    else group.push(decision);
  }
  const begun = ({ decisions: of }: Group): string => of.at(-1)?.id ?? '';
  return [...groups]
    .map(([key, of]) => groupOf(key, of))
    .sort((one, other) => (begun(one) < begun(other) ? 1 : -1));
}

function keyOf({ session, node }: LiveDecision): string {
  return session === undefined ? `node:${node}` : `session:${node}:${session}`;
}

function groupOf(key: string, decisions: readonly LiveDecision[]): Group {
  const counts: Record<string, number> = {};
  for (const { verdict } of decisions) counts[verdict] = (counts[verdict] ?? 0) + 1;
  const [newest] = decisions;
  return {
    key,
    session: newest?.session,
    agent: decisions.find(({ agent }) => agent !== undefined)?.agent,
    node: newest?.node ?? '',
    decisions,
    counts,
  };
}

/** Lines of `groups`; all of a group where `isWhole`. */
export function linesOf(groups: readonly Group[], isWhole: boolean): readonly Line[] {
  return groups.flatMap((group): Line[] => {
    const shown = isWhole ? group.decisions : group.decisions.slice(0, SHOWN_OF_GROUP);
    const count = group.decisions.length - shown.length;
    return [
      { kind: 'group', key: group.key, group },
      ...shown.map((decision): Line => ({ kind: 'decision', key: decision.id, decision })),
      ...(count === 0 ? [] : [{ kind: 'more' as const, key: `more:${group.key}`, group, count }]),
    ];
  });
}
