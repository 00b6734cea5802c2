/** What an agent can tell of an answer. */
import type { Act } from './acts.ts';
import type { Answer } from './client.ts';

/** What the agent can tell: the machine part of a refusal; without one the call went through, whatever the server said. */
export function verdictOf(answer: Answer, act: Act): Act['expected'] {
  const verdict = answer.decision?.['verdict'];
  if (typeof verdict === 'string') return verdict as Act['expected'];
  return act.expected === 'modify' ? 'modify' : 'allow';
}

/** The reason of a refusal without what the row says already; the beginning of a result. */
export function noteOf({ text, decision }: Answer): string {
  const [, first = text] = /"text":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  const line = first.replaceAll('\\n', ' ').replaceAll('\\"', '"').replace(/\s+/g, ' ');
  const [, policies, reason] =
    /^[A-Z][a-z ]+: `[^`]*` was not run(?: \(policy ([^)]*)\))?\. (.*)$/.exec(line) ?? [];
  const receipt = decision?.['receipt'];
  const said =
    reason === undefined ? line : [policies?.replaceAll('`', ''), reason].filter(Boolean).join(': ');
  return typeof receipt === 'string' ? said.replace(` Receipt ${receipt}.`, '') : said;
}
