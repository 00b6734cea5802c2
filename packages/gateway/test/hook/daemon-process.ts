// A daemon as a process of its own, over real configuration, guard and log, for a host that stands for all: its tool is `run`, which writes a file.
// `node daemon-process.ts writ.yaml`. Where a file `gate` stands beside the configuration, what is asked is not answered before it is gone.
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { Fault, isJsonObject, type JsonValue } from '@writ/core';
import { loadConfig } from '../../src/config/index.ts';
import { openHookDaemon } from '../../src/hook/daemon/index.ts';
import type { HookAnswer, HookEvent, HookReply, HostAdapter } from '../../src/hook/index.ts';

// As `writ` does: a daemon whose words find no space is no reason to end.
process.stderr.on('error', () => {});

const [, , file = ''] = process.argv;
const config = loadConfig(file);
const gate = join(dirname(file), 'gate');

/** Claude Code's shape, as much of it as is needed. */
const adapter: HostAdapter = {
  id: 'claude-code',
  can: { rewriteInput: true, replaceOutput: true, ask: true },
  read(payload: JsonValue, { cwd }): HookEvent {
    if (!isJsonObject(payload)) throw new Fault('request.invalid', 'the payload is no object');
    const { hook_event_name: name, tool_name: tool, tool_input: input, tool_use_id: callId } = payload;
    const event = name === 'PreToolUse' ? 'before' : name === 'PostToolUse' ? 'after' : 'other';
    if (typeof name !== 'string' || typeof tool !== 'string' || !isJsonObject(input ?? null))
      throw new Fault('request.invalid', 'the payload is not of this host');
    return {
      host: 'claude-code',
      event,
      name,
      tool,
      input: isJsonObject(input ?? null) ? (input as HookEvent['input']) : {},
      ...(event === 'after' ? { output: payload['tool_response'] ?? null } : {}),
      ...(typeof callId === 'string' ? { callId } : {}),
      session: 'one',
      cwd,
      workspaces: [cwd],
    };
  },
  reply(answer: HookAnswer): HookReply {
    const stderr = 'reason' in answer ? `${answer.reason}\n` : '';
    const exitCode = answer.kind === 'deny' ? 2 : 0;
    return { stdout: `${JSON.stringify(answer)}\n`, stderr, exitCode };
  },
};

const running = await openHookDaemon({
  config,
  adapters: { 'claude-code': adapter },
  tools: ['run', 'no', 'ask', 'hold'].map((name) => ({
    server: 'claude-code',
    name,
    definition: { name, inputSchema: { type: 'object' } },
  })),
  actions: () => ({
    async action(event) {
      if (existsSync(gate)) writeFileSync(`${gate}.reached`, '');
      while (existsSync(gate)) await pause(5);
      return {
        face: 'hook',
        initiator: 'agent',
        phase: 'call',
        method: 'tools/call',
        parts: [
          { action: { name: 'tools/call' }, resource: { type: 'tool', id: `claude-code/${event.tool}` } },
        ],
        args: event.input,
      };
    },
  }),
  report: (line) => process.stderr.write(`${line}\n`),
});
if (running !== undefined) {
  process.once('SIGTERM', () => void running.close().then(() => process.exit(0)));
  await running.ended;
  await running.close();
  process.exit(0);
}
