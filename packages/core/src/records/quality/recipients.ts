/** Who received a person's data: whom a correction, an erasure or a restriction is passed on to (GDPR article 19). */
import type { JsonValue } from '../../kernel/index.ts';
import type { LogReader } from '../../model/index.ts';
import { readAction } from '../actions/index.ts';

/** Methods by which a client and a server meet, in both eras of MCP. */
const HANDSHAKES: ReadonlySet<string> = new Set(['initialize', 'server/discover']);

/** One recipient, and the entries in which it was sent something. */
export interface Recipient {
  /** `server/tool`, or `type:id` for what is no tool. */
  readonly name: string;
  readonly entries: number;
}

/**
 * Everybody that was sent something of the person `names` by a permitted action; with `value`, only what held that text, compared exactly or within a longer one.
 * Bodies that were erased tell nothing any more. What is sent on by a destination of events is not in here: it is configured, see `destinations`.
 */
export function recipientsOf(
  reader: LogReader,
  names: readonly string[],
  value?: string,
): readonly Recipient[] {
  const counts = new Map<string, number>();
  const indexes = new Set(names.flatMap((name) => reader.concerning(name)));
  for (const index of indexes) {
    const { entry } = reader.entry(index);
    if (entry.kind !== 'decision' || entry.decision.phase !== 'call') continue;
    // A handshake names whom it is made for, and carries nothing of theirs.
    if (HANDSHAKES.has(entry.decision.method)) continue;
    const { isPermitted, targets, args } = readAction(reader, index, entry);
    if (!isPermitted || (value !== undefined && !isHeld(args, value))) continue;
    for (const target of new Set(targets)) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, entries]) => ({ name, entries }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function isHeld(within: JsonValue, value: string): boolean {
  if (typeof within === 'string') return within.includes(value);
  if (typeof within === 'number') return String(within) === value;
  if (typeof within !== 'object' || within === null) return false;
  return Object.entries(within).some(([key, inner]) => key.includes(value) || isHeld(inner, value));
}
