/** Programs that a run of conformance starts and ends: the fixture, and the gateway in front of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../../scripts/testing/free-port.ts';
import { WRIT } from '../../../../scripts/testing/writ.ts';

const FIXTURE_HTTP = fileURLToPath(new URL('./fixture/http.ts', import.meta.url));
const FIXTURE_STDIO = fileURLToPath(new URL('./fixture/stdio.ts', import.meta.url));

/** How long a program may take until it can be reached, and until it has ended, in milliseconds. */
const START_MS = 120_000;
const END_MS = 5_000;
/** Between two attempts to reach it, in milliseconds. */
const ATTEMPT_MS = 25;
/** The last of what a program wrote on standard error that is told when it fails, in characters. */
const TOLD = 2_000;

/** Permits everything. */
export const ALLOW_ALL = '@id("allow-all")\npermit (principal, action, resource);\n';

/** The fixture as a program: what `servers.NAME.command` says. */
export const STDIO_FIXTURE: readonly string[] = [process.execPath, FIXTURE_STDIO];

/** A started program. */
export interface Running {
  /** The MCP endpoint. */
  readonly url: string;
  stop(): Promise<void>;
}

/** How the gateway reaches the server behind it. */
export type Behind = { readonly url: string } | { readonly command: readonly string[] };

/** What a gateway is started with. */
export interface GatewaySetting {
  readonly behind: Behind;
  /** Policies; absent means `ALLOW_ALL`. */
  readonly policies?: string;
  /** What else `writ.yaml` says. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What else the server's entry says. */
  readonly server?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether somebody signs in to the server before the gateway opens. */
  readonly signsIn?: boolean;
}

/** Starts the fixture over Streamable HTTP. */
export async function startFixture(): Promise<Running> {
  const child = spawn(process.execPath, [FIXTURE_HTTP], { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line) as { readonly url: string };
    return { url, stop: () => end(child) };
  }
  throw new Error('the fixture did not start');
}

/** Starts `writ gateway` in a folder of its own. */
export async function startGateway(setting: GatewaySetting): Promise<Running> {
  const folder = makeFolder();
  const port = await freePort();
  const config = writeConfiguration(folder, port, setting);
  const child = spawn(WRIT, ['gateway', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...setting.environment },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr = (stderr + chunk).slice(-TOLD)));
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  if (await isReachable(child, port)) return { url: `http://127.0.0.1:${port}/mcp`, stop };
  await stop();
  throw new Error(`the gateway did not start:\n${stderr}`);
}

/** A folder for one gateway, of which only its owner reads. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'writ-conformance-'));
}

/** Writes a configuration for `writ gateway` and `writ mcp`; returns its path. */
export function writeConfiguration(folder: string, port: number, setting: GatewaySetting): string {
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/all.cedar'), setting.policies ?? ALLOW_ALL);
  const path = join(folder, 'writ.yaml');
  const config = {
    policies: ['./policies/all.cedar'],
    agent: { id: 'conformance' },
    data: './.writ',
    // The suite takes an empty result for one without members, `_meta` among them.
    receipts: false,
    servers: { fixture: { ...setting.behind, trusted: true, ...setting.server } },
    gateway: { listen: `127.0.0.1:${port}`, auth: 'none', admin: 'off' },
    ...setting.config,
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** Whether `child` came to listen on `port` before it ended or its time was up. */
async function isReachable(child: ChildProcess, port: number): Promise<boolean> {
  const deadline = Date.now() + START_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const [event] = await Promise.race([
      once(socket, 'connect').then(() => ['connect']),
      once(socket, 'close').then(() => ['close']),
    ]).catch(() => ['error']);
    socket.destroy();
    if (event === 'connect') return true;
    await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await ended;
  clearTimeout(late);
}
