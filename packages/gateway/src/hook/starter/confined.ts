/** What runs confined, where a policy asks for it; and the sandbox that it then runs in. */
export const CONFINED_POLICIES = `// Commands that run confined. A policy that permits says so with @confine("moderate") (or "permissive", "restrictive"; the strictest of all wins):
// the hook then has the host run \`writ run\` with the command in it. Where the host or this machine cannot, the command is denied.

// To have every command of the agent run so, take the slashes from the three lines below. What the other files ask or stop, they ask and stop all the same.
// \`writ doctor\` tells whether this machine can. A confined command starts about a second later, has no network but through \`writ egress\`, and sees no home folder.
// @id("confined.commands")
// @confine("moderate")
// permit (principal, action == Action::"process/exec", resource);

// What \`writ run\` asks for. It holds less than running the command without it; what an agent runs in it, the hook judged before.
@id("confined.sandboxes")
permit (
  principal,
  action in [Action::"sandbox/create", Action::"sandbox/exec", Action::"sandbox/remove"],
  resource
);
`;
