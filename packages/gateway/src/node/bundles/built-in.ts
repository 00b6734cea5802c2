/** What decides where no bundle does: nothing at all, or the policy that is built in, which permits lists and no action. */
import { loadPolicySet, type LoadedPolicySet } from '@writ/core';

const CLOSED = `@id("plane-closed")
@reason("no bundle of the control plane is in force here, so nothing is permitted")
forbid (principal, action, resource);
`;

/** Reads of what servers offer, and connecting to them: an agent sees its tools, and each call says why it is denied. */
const DEFAULT = `@id("plane-default-lists")
permit (
  principal,
  action in [
    Action::"initialize",
    Action::"server/discover",
    Action::"tools/list",
    Action::"prompts/list",
    Action::"resources/list",
    Action::"resources/templates/list"
  ],
  resource
);

@id("plane-default-deny")
@reason("the bundle of the control plane is too old, and the built-in policy permits no action")
forbid (principal, action in Action::"tools/call", resource);
`;

/** The set of `standing`; made anew, for it is needed rarely. */
export function builtInSet(standing: 'default' | 'closed'): LoadedPolicySet {
  const text = standing === 'default' ? DEFAULT : CLOSED;
  return loadPolicySet({ sources: [{ name: `built-in/${standing}.cedar`, text }], mode: 'strict' });
}
