// What the benches take as typical: a starter set of policies, the tools it speaks of, arguments and a result of a size.
import type { InterceptedAction, JsonObject, JsonValue, ToolDefinition } from '@writ/core';

/** Name of the server whose tools {@link TOOLS} are. */
export const SERVER = 'files';

const PATH: JsonObject = { type: 'string' };

/** Tools as a file server lists them; `@modelcontextprotocol/server-filesystem` has all of these. */
export const TOOLS: readonly ToolDefinition[] = [
  toolOf('read_text_file', { path: PATH, head: { type: 'integer' }, tail: { type: 'integer' } }),
  toolOf('write_file', { path: PATH, content: { type: 'string' }, append: { type: 'boolean' } }, 'content'),
  toolOf('move_file', { source: PATH, destination: PATH }),
  toolOf('edit_file', { path: PATH, edits: { type: 'array', items: { type: 'object' } } }, 'edits'),
  toolOf('search_files', { path: PATH, pattern: { type: 'string' } }),
  toolOf('list_directory', { path: PATH }),
];

/** Ten policies as a careful beginner has them: who may call, what is refused, what waits, what is redacted. */
export const POLICIES = `
@id("calls") permit (principal, action in Action::"tools/call", resource == Server::"files");
@id("session") permit (principal, action in [Action::"initialize", Action::"ping", Action::"tools/list"], resource);
@id("results") @redact("secret,payment-card") permit (principal, action == Action::"results/deliver", resource);
@id("no-system-files") @reason("system files are out of bounds")
forbid (principal, action == Action::"files/write_file", resource) when { context.args.path like "/etc/*" };
@id("no-secrets-out") @reason("arguments hold a secret")
forbid (principal, action in Action::"tools/call", resource) when { context.findings.contains("secret") };
@id("no-injection") @reason("arguments carry a command")
forbid (principal, action in Action::"tools/call", resource) when { context.findings.contains("shell-metacharacters") };
@id("no-hidden-files")
forbid (principal, action == Action::"files/read_text_file", resource) when { context.args.path like "*/.ssh/*" };
@id("ask-to-move") @verdict("step_up") forbid (principal, action == Action::"files/move_file", resource);
@id("need-mfa") @verdict("defer") @needs("context.user.mfa")
forbid (principal, action == Action::"files/edit_file", resource)
unless { context has user && context.user has mfa && context.user.mfa };
@id("tainted-writes") forbid (principal, action == Action::"files/write_file", resource)
when { context.session.labels.contains("untrusted") };
`;

/** The same for a line without detectors: where something must be redacted and nothing looks for it, no result is delivered. */
export const POLICIES_WITHOUT_REDACTION: string = POLICIES.replace('@redact("secret,payment-card") ', '');

const SENTENCE =
  'Please update the quarterly report (see section 4.2): revenue grew 12% to $3,400, and the team agreed on 2026-03-14 to ship version 2.4.1; ' +
  "details are at https://example.com/reports/q1?view=full. It's on the shared drive, next to notes.md - ask Dana & Lee. ";

/** Arguments of `write_file` whose JSON has about `bytes` bytes. */
export function typicalArguments(bytes: number): JsonObject {
  const fixed = { path: '/workspace/reports/2026/q1-summary.md', append: true };
  return { ...fixed, content: text(bytes - JSON.stringify({ ...fixed, content: '' }).length) };
}

/** A result of a tool whose JSON has about `bytes` bytes. */
export function typicalResult(bytes: number): JsonValue {
  const around = JSON.stringify({ content: [{ type: 'text', text: '' }] }).length;
  return { content: [{ type: 'text', text: text(bytes - around) }] };
}

/** Running text with figures, addresses and punctuation, as files and agents hold it. */
export function text(length: number): string {
  return SENTENCE.repeat(Math.ceil(Math.max(0, length) / SENTENCE.length)).slice(0, Math.max(0, length));
}

/** A call of `write_file` as a gateway intercepts it. */
export function typicalCall(bytes: number): InterceptedAction {
  return {
    face: 'mcp_stdio',
    initiator: 'agent',
    phase: 'call',
    method: 'tools/call',
    parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: `${SERVER}/write_file` } }],
    args: typicalArguments(bytes),
  };
}

function toolOf(name: string, properties: JsonObject, ...required: readonly string[]): ToolDefinition {
  const inputSchema = { type: 'object', properties, required: [...required, ...first(properties)] };
  return { server: SERVER, name, definition: { name, description: `Does ${name}.`, inputSchema } };
}

/** The first property is required everywhere. */
function first(properties: JsonObject): readonly string[] {
  return Object.keys(properties).slice(0, 1);
}
