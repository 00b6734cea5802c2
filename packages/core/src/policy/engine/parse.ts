/** Parses one policy to its JSON form. */
import { describeFault } from '../../kernel/index.ts';
import { toProblem } from './problems.ts';
import type { EngineProblem, PolicyJson } from './types.ts';
import { cedarWasm, runGuarded } from './wasm.ts';

/** A parsed policy, or why it is none. */
export type ParsedPolicy =
  | { readonly status: 'parsed'; readonly json: PolicyJson }
  | { readonly status: 'refused'; readonly problems: readonly EngineProblem[] };

/** Parses the text of one static policy. Never throws; templates are refused. */
export function parsePolicyText(text: string): ParsedPolicy {
  try {
    const answer = runGuarded(cedarWasm(), 'policy.syntax', (engine) => engine.policyToJson(text));
    if (answer.type === 'success') return { status: 'parsed', json: answer.json as unknown as PolicyJson };
    return { status: 'refused', problems: answer.errors.map((error) => toProblem(error, text)) };
  } catch (thrown) {
    return { status: 'refused', problems: [{ message: describeFault(thrown) }] };
  }
}
