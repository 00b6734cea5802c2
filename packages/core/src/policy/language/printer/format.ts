/** Formats policy files: the layout of the printer, comments kept. */
import { type Comment, parsePolicies } from '../parser/index.ts';
import type { PolicyIssue, PolicySource } from '../places.ts';
import type { PolicyTree } from '../tree.ts';
import { printPolicy } from './print-policy.ts';

/** The formatted text, or why the text cannot be formatted. */
export type Formatted = { readonly text: string } | { readonly problems: readonly PolicyIssue[] };

/**
 * Formats a policy file. Comments before a policy or behind its last line stay where they are. A policy with a comment inside it is left as it is
 * written, so that no comment moves away from what it speaks of. A text with problems is not formatted. Formatting twice changes nothing more.
 */
export function formatPolicies(source: PolicySource): Formatted {
  const comments: Comment[] = [];
  const { policies, problems } = parsePolicies(source, comments);
  if (problems.length > 0) return { problems };
  const lines: string[] = [];
  let at = 0;
  for (const policy of policies) {
    const before = comments.filter(({ start }) => start >= at && start < policy.start);
    const own = before.filter((comment) => !isTrailing(source.text, comment));
    for (const comment of before) if (!own.includes(comment)) appendTo(lines, comment);
    if (lines.length > 0) lines.push('');
    pushComments(lines, own, source.text);
    lines.push(textOf(policy, source, comments));
    at = policy.end;
  }
  const rest = comments.filter(({ start }) => start >= at);
  const behind = rest.filter((comment) => isTrailing(source.text, comment));
  for (const comment of behind) appendTo(lines, comment);
  const last = rest.filter((comment) => !behind.includes(comment));
  if (last.length > 0 && lines.length > 0) lines.push('');
  pushComments(lines, last, source.text);
  return { text: lines.length === 0 ? '' : `${lines.join('\n')}\n` };
}

function textOf(policy: PolicyTree, { text }: PolicySource, comments: readonly Comment[]): string {
  const hasComment = comments.some(({ start }) => start >= policy.start && start < policy.end);
  return hasComment ? text.slice(policy.start, policy.end) : printPolicy(policy);
}

/** Whether a comment stands behind something on its line. */
function isTrailing(text: string, { start }: Comment): boolean {
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() !== '';
}

function appendTo(lines: string[], { text }: Comment): void {
  const last = lines.pop();
  lines.push(last === undefined ? text.trimEnd() : `${last} ${text.trimEnd()}`);
}

/** Comments in their order; an empty line between two stays one empty line. */
function pushComments(lines: string[], comments: readonly Comment[], source: string): void {
  for (const [index, { text, start }] of comments.entries()) {
    const before = comments[index - 1];
    if (before !== undefined && /\n[^\S\n]*\n/.test(source.slice(before.end, start))) lines.push('');
    lines.push(text.trimEnd());
  }
}
