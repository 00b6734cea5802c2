/** The daemon over a node, opened from a configuration. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Clock,
  Fault,
  isJsonObject,
  type JsonObject,
  parseStrictJson,
  type Random,
  systemClock,
  systemRandom,
  systemTimers,
  type Timers,
  type ToolDefinition,
} from '@writ/core';
import { type Configuration, hookFolder } from '../../config/index.ts';
import { loadPolicies, openNode, SOFTWARE_VERSION, type WritNode } from '../../node/index.ts';
import { askDaemon, LOCK_NAME } from '../client/index.ts';
import type { HookActions, HookConfiner, HostAdapter, HostId } from '../types.ts';
import { HookFace } from './face.ts';
import { type HookDaemon, serveHooks } from './hook-daemon.ts';
import { PENDING_MS } from './pending.ts';

/** Without anything to do for this long it ends; the next hook starts another. */
const IDLE_MS: number = 30 * 60_000;
/** The guard waits longer than the face, so that an end that never came is the face’s to tell. */
const GRACE_MS = 60_000;
/** Lines that one daemon reports. */
const MAX_LINES = 1_000;

/** What a daemon is opened with. */
export interface OpenHookDaemonOptions {
  readonly config: Configuration;
  readonly adapters: Readonly<Partial<Record<HostId, HostAdapter>>>;
  /** The tools of the hosts themselves, for policies to be checked against. */
  readonly tools: readonly ToolDefinition[];
  /** Made over the node that judges. */
  readonly actions: (node: WritNode) => HookActions;
  /** Absent: what policy lets run only confined is denied. */
  readonly confiner?: HookConfiner;
  /** Default: the system’s. */
  readonly clock?: Clock;
  readonly random?: Random;
  readonly timers?: Timers;
  /** Told what an operator should know, one line each; at most a thousand. */
  readonly report: (line: string) => void;
  readonly idleMs?: number;
}

/** A daemon that runs. */
export interface RunningHookDaemon extends Pick<HookDaemon, 'ended'> {
  readonly node: WritNode;
  /** Ends it: hooks that are being answered deny, calls under way at hosts end unknown. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the daemon of `options.config` and resolves once hooks can meet it; `undefined` where another one answers already. Throws `config.*`, `policy.*`,
 * `key.*`, `log.*` and `io.failed`; nothing is left open then.
 */
export async function openHookDaemon(options: OpenHookDaemonOptions): Promise<RunningHookDaemon | undefined> {
  const { config, clock = systemClock, random = systemRandom, timers = systemTimers } = options;
  const folder = hookFolder(config.data);
  if ((await hookDaemonStatus(folder)) !== undefined) {
    rmSync(join(folder, LOCK_NAME), { force: true });
    return undefined;
  }
  const report = bounded(options.report);
  let node: WritNode | undefined;
  try {
    const maxConcurrent = 2_048;
    const performMs = PENDING_MS + GRACE_MS;
    node = await openNode({
      config,
      createKeys: true,
      clock,
      random,
      report,
      performMs,
      maxConcurrent,
    });
    await loadPolicies(node, options.tools);
    const face = new HookFace({
      guard: node.guard,
      adapters: options.adapters,
      actions: options.actions(node),
      ...(options.confiner === undefined ? {} : { confiner: options.confiner }),
      timers,
      report,
    });
    const daemon = await serveHooks({
      folder,
      face,
      clock,
      random,
      timers,
      report,
      idleMs: options.idleMs ?? IDLE_MS,
      about: {
        version: SOFTWARE_VERSION,
        since: new Date(clock.now()).toISOString(),
        ...(config.file === undefined ? {} : { config: config.file }),
        log: node.log.origin,
        policy: node.policy.current().policyHash,
        mode: config.mode,
      },
    });
    rmSync(join(folder, LOCK_NAME), { force: true });
    return running(node, daemon);
  } catch (fault) {
    report(`the daemon does not start: ${fault instanceof Error ? fault.message : 'it failed'}`);
    await node?.close();
    throw fault;
  }
}

function running(node: WritNode, daemon: HookDaemon): RunningHookDaemon {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    daemon.close();
    await node.close();
  };
  return { node, ended: daemon.ended, close: () => (closed ??= close()) };
}

/** What the daemon in `folder` says of itself; `undefined` where none answers. */
export async function hookDaemonStatus(folder: string): Promise<JsonObject | undefined> {
  return control(folder, 'status');
}

/** Tells the daemon in `folder` to end; whether there was one. */
export async function stopHookDaemon(folder: string): Promise<boolean> {
  return (await control(folder, 'stop')) !== undefined;
}

/** A daemon that says nothing for this long hangs. */
const CONTROL_MS = 5_000;
const NOBODY: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED']);

async function control(folder: string, what: 'status' | 'stop'): Promise<JsonObject | undefined> {
  try {
    const about = Buffer.from(JSON.stringify({ control: what }));
    const answer = askDaemon(folder, { about, payload: Promise.resolve(new Uint8Array()) });
    const reply = await inTime(CONTROL_MS, answer);
    const said = parseStrictJson(new TextDecoder().decode(reply));
    return isJsonObject(said) ? said : {};
  } catch (cause) {
    const isNobody = cause instanceof Error && 'code' in cause && NOBODY.has(cause.code);
    if (isNobody) return undefined;
    const why = cause instanceof Error ? cause.message : 'it failed';
    throw new Fault('io.failed', `what listens in \`${folder}\` cannot be asked: ${why}`, {}, { cause });
  }
}

/** As many lines as anybody reads: what a host makes a daemon say does not fill the disk. */
function bounded(report: (line: string) => void): (line: string) => void {
  let lines = 0;
  return (line) => {
    lines += 1;
    if (lines <= MAX_LINES) report(line);
  };
}

function inTime<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const cancel = systemTimers.after(limitMs, () =>
    late.reject(new Error(`it says nothing for ${limitMs} ms; end its process`)),
  );
  return Promise.race([work, late.promise]).finally(cancel);
}
