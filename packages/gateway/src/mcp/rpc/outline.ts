/** Reads the outline of a message that the strict parser refused: enough to tell its sender which request it was. */
import type { RpcId } from './message.ts';

/** What can be known safely about a refused message. */
export interface Outline {
  /** Whether it has a `method`, and so wants an answer from here; otherwise it is an answer itself. */
  readonly isCall: boolean;
  readonly id: RpcId;
}

interface Member {
  readonly key: string;
  /** Source text of the value where it is a string, number or word. */
  readonly scalar?: string;
}

const SPACE = ' \t\r';
const PUNCTUATION = '{}[],:';

/**
 * The outline of `text`: only where the whole text is one balanced object with `id` exactly once at its top level and at most one `method`.
 * Linear, without recursion, whatever the nesting. Anything doubtful is `undefined`: an answer to the wrong request is worse than none.
 */
export function outlineOf(text: string): Outline | undefined {
  const members = topLevelMembers(text);
  if (members === undefined) return undefined;
  const ids = members.filter((member) => member.key === 'id');
  const methods = members.filter((member) => member.key === 'method');
  const id = ids.length === 1 ? idOf(ids[0]?.scalar) : undefined;
  if (id === undefined || methods.length > 1) return undefined;
  return { isCall: methods.length === 1, id };
}

function topLevelMembers(text: string): readonly Member[] | undefined {
  const members: Member[] = [];
  let depth = 0;
  let key: string | undefined;
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const end = tokenEnd(text, at);
    const first = text[at] ?? '';
    if (end === undefined || (depth === 0 && first !== '{')) return undefined;
    const opens = first === '{' || first === '[';
    if (depth === 1 && (opens || !PUNCTUATION.includes(first))) {
      if (key !== undefined) {
        members.push(opens ? { key } : { key, scalar: text.slice(at, end) });
        key = undefined;
      } else {
        const name = scalarValue(text.slice(at, end));
        if (typeof name !== 'string') return undefined;
        key = name;
      }
    }
    if (opens) depth += 1;
    else if (first === '}' || first === ']') depth -= 1;
    at = skipSpace(text, end);
    if (depth === 0) return at === text.length ? members : undefined;
  }
  return undefined;
}

/** One past the token that starts at `at`; `undefined` for a string without an end. */
function tokenEnd(text: string, at: number): number | undefined {
  const first = text[at] ?? '';
  if (PUNCTUATION.includes(first)) return at + 1;
  if (first !== '"') {
    let end = at + 1;
    while (end < text.length && !`${PUNCTUATION}${SPACE}"`.includes(text[end] ?? '')) end += 1;
    return end;
  }
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === '\\') end += 1;
    else if (text[end] === '"') return end + 1;
  }
  return undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACE.includes(text[at] ?? '')) at += 1;
  return at;
}

function idOf(token: string | undefined): RpcId | undefined {
  const value = token === undefined ? undefined : scalarValue(token);
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function scalarValue(token: string): unknown {
  try {
    return JSON.parse(token);
  } catch {
    // Not a scalar that JSON knows: the caller treats the whole outline as unknown.
    return undefined;
  }
}
