/** Fires a forbidden action through the real gateway process, and looks whether it happened. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type JsonObject,
  openDataKeys,
  ownProperty,
  systemClock,
  systemRandom,
  verifyFolder,
} from '@writ/core';
import { callCanary } from './call-tool.ts';
import { CANARY_POLICY, CANARY_SERVER } from './server.ts';

/** What the trial showed. */
export interface CanaryReport {
  /** Without the gateway, the action happens: its absence means something. */
  readonly isArmed: boolean;
  /** Through the gateway, the client got an error. */
  readonly isRefused: boolean;
  /** Through the gateway, the action did not happen. */
  readonly isHarmless: boolean;
  /** The log of the trial verifies. */
  readonly isVerified: boolean;
  /** What the client was told. */
  readonly message: string;
}

/** Runs the trial in a scratch folder that is removed afterwards; touches nothing of the operator's. Throws `upstream.*` where it cannot be run. */
export async function runCanary(): Promise<CanaryReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-doctor-'));
  try {
    const effect = join(scratch, 'effect');
    const data = join(scratch, 'data');
    const server: readonly [string, ...string[]] = [process.execPath, join(scratch, 'canary.mjs'), effect];
    writeFileSync(join(scratch, 'canary.mjs'), CANARY_SERVER);
    mkdirSync(join(scratch, 'policies'));
    writeFileSync(join(scratch, 'policies', 'canary.cedar'), CANARY_POLICY);
    await callCanary(server, scratch);
    const isArmed = existsSync(effect);
    rmSync(effect, { force: true });
    const launcher = resolve(import.meta.dirname, '../../bin/writ.js');
    const flags = ['--policy', 'policies', '--data', data, '--name', 'canary', '--'];
    const result = await callCanary([process.execPath, launcher, 'mcp', ...flags, ...server], scratch);
    const isHarmless = !existsSync(effect);
    const isRefused = ownProperty(result, 'isError') === true;
    return { isArmed, isRefused, isHarmless, isVerified: await isLogVerified(data), message: textOf(result) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function isLogVerified(data: string): Promise<boolean> {
  // The key is this trial's own; nobody else could have brought another.
  const { logKey } = openDataKeys(data, { create: false, clock: systemClock, random: systemRandom });
  const { ok, size } = await verifyFolder(data, { keys: [logKey.key] });
  return ok && (size ?? 0) > 0;
}

function textOf(result: JsonObject): string {
  const content = ownProperty(result, 'content');
  const [first] = Array.isArray(content) ? (content as readonly JsonObject[]) : [];
  const text = first === undefined ? ownProperty(result, 'message') : ownProperty(first, 'text');
  return typeof text === 'string' ? text : JSON.stringify(result);
}
