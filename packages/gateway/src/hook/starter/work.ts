/** What passes, unless a policy of the other two files asks or stops. */
export const WORK_POLICIES = `// What a coding agent may do. Policies are Cedar; their order means nothing: a forbid wins over a permit, and what nothing permits is denied.
// What asks the developer stands in 20-asks.cedar, what nobody may do in 30-never.cedar.

// Its own tools, and those of MCP servers (which ask first). What they touch is judged beside them.
@id("work.tools")
permit (principal, action in Action::"tools/call", resource);

// Programs, files and hosts, as the commands and the arguments of tools name them.
@id("work.parts")
permit (
  principal,
  action in [
    Action::"process/exec",
    Action::"file/read",
    Action::"file/write",
    Action::"file/delete",
    Action::"network/egress",
    Action::"agent/spawn",
    Action::"resources/read"
  ],
  resource
);

// What comes back is seen without secrets: the matched characters are replaced, the rest stays.
@id("work.results")
@redact("secret")
permit (principal, action == Action::"results/deliver", resource);
`;
