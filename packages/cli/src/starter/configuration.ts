/** The first `writ.yaml`, with comments that are worth keeping. */
import { DATA_FOLDER } from '@writ/gateway';
import { POLICY_FOLDER } from './policies.ts';
import type { StarterFacts } from './types.ts';

/** The text of `writ.yaml` for `facts`. Every value from outside stands quoted: JSON strings are YAML. */
export function configurationText({ agent, origin, server, approver }: StarterFacts): string {
  return `# Writ: what the agent may do, and through which servers. Paths are relative to this file.

# Files and folders of Cedar policies (*.cedar). A running gateway follows changes.
policies: [${POLICY_FOLDER}]

# strict: what no policy permits is denied. permissive: it is allowed. audit: policies only watch, for a week or until auditUntil: 2030-01-31T00:00:00Z
mode: strict

# Whom policies and receipts name. team and org may be added, and key: a file whose key signs each action.
agent: {id: ${JSON.stringify(agent)}}

# The person it acts for; policies see context.user. Nobody approves what they ask for themselves.
# person: {id: ann@example.com, roles: [analyst], mfa: true}

# MCP servers, started without a shell. trusted: true accepts their tools at first sight; a tool that changes later waits for
# \`writ tools accept\` in any case. Secrets come from the environment: env: {TOKEN: "\${NAME}"}
${serversText(server)}

# \`writ gateway\` serves many clients over HTTP, here at http://127.0.0.1:8640/mcp; \`writ token create\` makes what they call with.
# gateway: {auth: {tokens: true}}

# Keys and record of this node. Not for any repository.
data: ${DATA_FOLDER}
${origin === undefined ? '' : `\n# Name of the log; receipts are origin#index.\norigin: ${JSON.stringify(origin)}\n`}
# Who may agree to what waits for a person. hold: how long a call waits before it returns its reference (clients give up after 60s);
# timeout: how long the reference can be approved.
approvals:
${approversText(approver)}
  hold: 45s
  timeout: 15m
`;
}

function serversText(server: StarterFacts['server']): string {
  if (server === undefined) {
    return `servers: {}
#  files:
#    command: [npx, -y, "@modelcontextprotocol/server-filesystem", .]
#    trusted: true`;
  }
  const command = server.command.map((word) => JSON.stringify(word)).join(', ');
  return `servers:
  ${server.name}:
    command: [${command}]
    trusted: ${server.isTrusted}`;
}

function approversText(approver: StarterFacts['approver']): string {
  if (approver === undefined) return '  approvers: []  # nobody: what needs a person is denied';
  return `  approvers:
    - {id: ${JSON.stringify(approver.id)}, key: ${JSON.stringify(approver.key)}}`;
}
