/** What tests say to hooks and daemons, and who stands between them. */
import { renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HookWorld } from './host.ts';

/** What Claude Code writes before a call of `tool`. */
export const before = (tool: string, more: object = {}): string =>
  JSON.stringify({
    hook_event_name: 'PreToolUse',
    tool_name: tool,
    tool_input: {},
    tool_use_id: 'x',
    ...more,
  });

/** Takes the daemon’s place; what it is told. */
export async function impostor(world: HookWorld, greet: (socket: Socket) => void): Promise<() => Buffer> {
  world.kill('SIGKILL');
  const socket = join(world.hooks, 'hook.sock');
  rmSync(socket, { force: true });
  const chunks: Buffer[] = [];
  const server = createServer((client) => {
    client.on('data', (chunk: Buffer) => chunks.push(chunk));
    client.on('error', () => undefined);
    greet(client);
  });
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  return () => Buffer.concat(chunks);
}

/** Stands between a genuine hook and its daemon, for one call. */
export async function overhear(
  world: HookWorld,
): Promise<{ fromDaemon: () => Buffer; fromHook: () => Buffer }> {
  const place = join(world.hooks, 'hook.sock');
  const moved = join(world.hooks, 'real.sock');
  renameSync(place, moved);
  const up: Buffer[] = [];
  const down: Buffer[] = [];
  const server = createServer((hook) => {
    const daemon = connect(moved);
    hook.on('data', (chunk: Buffer) => up.push(chunk)).pipe(daemon);
    daemon.on('data', (chunk: Buffer) => down.push(chunk)).pipe(hook);
  });
  await new Promise<void>((resolve) => void server.listen(place, resolve));
  await world.call('run');
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  renameSync(moved, place);
  return { fromDaemon: () => Buffer.concat(down), fromHook: () => Buffer.concat(up) };
}

/** What the daemon says to `bytes` until it hangs up. */
export function answerTo(world: HookWorld, bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(join(world.hooks, 'hook.sock'));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.write(bytes);
  });
}
