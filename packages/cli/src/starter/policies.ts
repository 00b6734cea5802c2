/** The first policies: see everything, read freely, ask before changing, let no secret through. */
import type { StarterFacts, StarterTool } from './types.ts';

/** Folder of the policies beside `writ.yaml`. */
export const POLICY_FOLDER = 'policies';
/** Tool names that a first draft names; stranger ones fall under "ask". */
const PLAIN_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** A policy file to be written. */
export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/** The files for `facts`. */
export function starterPolicies(facts: Pick<StarterFacts, 'agent' | 'server'>): readonly PolicyFile[] {
  const agent = `Agent::${JSON.stringify(facts.agent)}`;
  return [
    { name: '10-tools.cedar', text: toolPolicies(agent, facts) },
    { name: '20-data.cedar', text: dataPolicies(agent) },
  ];
}

function toolPolicies(agent: string, { server }: Pick<StarterFacts, 'server'>): string {
  const readers = (server?.tools ?? []).filter(({ name, isReadOnly }) => isReadOnly && PLAIN_NAME.test(name));
  return `// What the agent may do. Policies are Cedar; their order means nothing: a forbid always wins over a permit, and what nothing permits is denied.
// Check changes with \`writ policy check policies\`; a running gateway takes them up by itself, and keeps the last good ones if they are bad.

// Connect, and see what servers offer. Remove a method here and the agent no longer sees it.
@id("connect")
permit (
  principal == ${agent},
  action in [
    Action::"initialize",
    Action::"server/discover",
    Action::"tools/list",
    Action::"prompts/list",
    Action::"prompts/get",
    Action::"resources/list",
    Action::"resources/templates/list",
    Action::"completion/complete",
    Action::"logging/setLevel"
  ],
  resource
);

// Any tool may be called, unless a forbid below says otherwise. To allow single tools only, write them out: action in [Action::"files/read_file"].
@id("call-tools")
permit (principal == ${agent}, action in Action::"tools/call", resource);

// Whatever can change something waits for a person. ${
    readers.length === 0
      ? 'Add `unless { action in [Action::"server/tool"] }` for tools that only read.'
      : 'These tools say that they only read: check that you agree.'
  }
// @approvers("security") would name who may agree, @quorum("2") how many must, @timeout("10m") how long they have.
@id("ask-before-changing")
@verdict("step_up")
@reason("this tool can change things, so a person must agree")
forbid (principal, action in Action::"tools/call", resource)${unless(server?.name ?? '', readers)};
`;
}

function unless(server: string, readers: readonly StarterTool[]): string {
  if (readers.length === 0) return '';
  const actions = readers.map(({ name }) => `    Action::${JSON.stringify(`${server}/${name}`)}`).join(',\n');
  return `\nunless {\n  action in [\n${actions}\n  ]\n}`;
}

function dataPolicies(agent: string): string {
  return `// What may pass, whichever tool it is. Detectors look at arguments and results; what they saw is in context.findings.

// Results reach the agent without secrets and card numbers: the matched characters are replaced, the rest stays.
@id("deliver-redacted")
@redact("secret,payment-card")
permit (principal == ${agent}, action == Action::"results/deliver", resource);

// A private key has no business in a model's context, not even redacted.
@id("no-private-keys")
@reason("the result holds a private key")
forbid (principal, action == Action::"results/deliver", resource)
when { context.findings.contains("secret/private-key") };

// Paths that climb out of their folder are refused; no approval lifts this.
@id("no-path-traversal")
@reason("the arguments climb out of their folder")
forbid (principal, action in Action::"tools/call", resource)
when { context.findings.contains("path-traversal") };

// Secrets do not leave through tool arguments without a person.
@id("ask-before-sending-secrets")
@verdict("step_up")
@reason("the arguments hold a secret")
forbid (principal, action in Action::"tools/call", resource)
when { context.findings.contains("secret") };

// Too large to be looked at whole is not the same as harmless.
@id("ask-before-sending-unseen")
@verdict("step_up")
@reason("the arguments are too large to be checked whole")
forbid (principal, action in Action::"tools/call", resource)
when { context.findings.contains("oversize") };
`;
}
