/** Calls the canary's tool over standard input and output, as an MCP client does. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Fault, isJsonObject, type JsonObject, ownProperty, parseStrictJson } from '@writ/core';

/** Longest a trial may take, in milliseconds; a first start on a slow machine included. */
const TRIAL_MS = 60_000;
const PROTOCOL_VERSION = '2025-06-18';

/** Starts `command`, initialises, calls the tool and ends it; answers the call's `result`, or its `error`. Throws `upstream.*`. */
export async function callCanary(command: readonly [string, ...string[]], cwd: string): Promise<JsonObject> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on(
    'data',
    (chunk: Buffer) => (complaints = (complaints + chunk.toString('utf8')).slice(-1_000)),
  );
  const timeout = setTimeout(() => child.kill('SIGKILL'), TRIAL_MS);
  const send = (message: JsonObject): void =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  child.stdin.on('error', () => {
    // It ended early; the end of its output tells.
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const clientInfo = { name: 'writ-doctor', version: '1' };
  send({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo },
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const message = parseStrictJson(line);
      if (!isJsonObject(message)) continue;
      const id = ownProperty(message, 'id');
      if (id === 1) {
        send({ method: 'notifications/initialized' });
        send({ id: 2, method: 'tools/call', params: { name: 'write', arguments: {} } });
      }
      if (id !== 2) continue;
      const result = ownProperty(message, 'result') ?? ownProperty(message, 'error');
      return isJsonObject(result) ? result : {};
    }
  } finally {
    clearTimeout(timeout);
    child.stdin.end();
    child.kill('SIGTERM');
    await ended;
  }
  throw new Fault(
    'upstream.closed',
    `the trial ended without an answer: ${complaints.trim().split('\n').at(-1) ?? ''}`,
  );
}
