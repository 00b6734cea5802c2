/** `createGuard`: a guard inside your own process, with its log beside it. */
import { join } from 'node:path';
import { openLog } from '../../audit/index.ts';
import { defaultDetectors } from '../../detection/index.ts';
import type { Clock, Random } from '../../kernel/index.ts';
import type { AgentIdentity, Approver, Mode, Person, PolicyDecisionPoint, ToolDefinition } from '../../model/index.ts';
import { loadPolicySet } from '../../policy/index.ts';
import { systemClock, systemRandom } from '../../runtime/index.ts';
import { createGuardLine } from '../guard.ts';
import type { ConfiguredDetector, Guard, GuardTimings } from '../types.ts';
import { openDataKeys } from './data-keys.ts';
import { definitionOf, type GuardedTool, type Tool, wrapTool } from './wrap.ts';

/** Name that tools of your own process have as a server, `app/send_email`, unless you say otherwise. */
export const DEFAULT_SERVER = 'app';
/** Waiting of a guard that was told nothing else, in milliseconds. */
export const DEFAULT_TIMINGS: GuardTimings = { holdMs: 45_000, approvalTimeoutMs: 900_000, performMs: 300_000, pollMs: 100 };
/** Actions under way at once, unless told otherwise. */
export const DEFAULT_MAX_CONCURRENT = 1024;

/** What a guard is made from. */
export interface CreateGuardOptions {
  /** Cedar policies, as text or by file name. */
  readonly policies: string | readonly { readonly name: string; readonly text: string }[];
  readonly agent: AgentIdentity;
  readonly person?: Person;
  /** Default `strict`: what no policy permits is denied. */
  readonly mode?: Mode;
  /** Folder of log and keys, made on first use; default `.writ`. */
  readonly data?: string;
  /** Origin of the log, used when its key is made. */
  readonly origin?: string;
  /** What your tools are called as a server; default `app`. */
  readonly server?: string;
  readonly approvers?: readonly Approver[];
  readonly timings?: Partial<GuardTimings>;
  /** Default: all built-in detectors, each blocking where it fails. */
  readonly detectors?: readonly ConfiguredDetector[];
  readonly clock?: Clock;
  readonly random?: Random;
}

/** A guard that also wraps tools and owns its log. */
export interface LibraryGuard extends Guard {
  /** Origin of its log; receipts are `origin#index`. */
  readonly origin: string;
  /**
   * `tool` behind this guard. Policies are validated against its `inputSchema` at once: throws `policy.*` with a place where they do not fit,
   * and nothing is wrapped.
   */
  wrap<Args, Result>(tool: Tool<Args, Result>): GuardedTool<Args, Result>;
}

/**
 * Opens the data folder, loads the policies and puts them in force. Throws `policy.*` for a bad policy (with line and column), `key.*` and `log.*`
 * for a data folder that cannot be used; nothing is left open then.
 */
export async function createGuard(options: CreateGuardOptions): Promise<LibraryGuard> {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const data = options.data ?? '.writ';
  const server = options.server ?? DEFAULT_SERVER;
  const sources = typeof options.policies === 'string' ? [{ name: 'policies', text: options.policies }] : options.policies;
  const load = (tools: readonly ToolDefinition[] | undefined): PolicyDecisionPoint =>
    loadPolicySet({ sources, ...(tools === undefined ? {} : { tools }), mode: options.mode ?? 'strict' }).pdp;

  let pdp = load(undefined);
  const keys = openDataKeys(data, { create: true, clock, random, ...(options.origin === undefined ? {} : { origin: options.origin }) });
  const log = await openLog({ folder: data, keys, tenant: 'local', clock, random });
  const scope = `library:${server}`;
  await log.activatePolicy(scope, pdp);
  const tools: ToolDefinition[] = [];
  const guard = createGuardLine({
    log: log.writer,
    state: log.state,
    policy: { scope, current: () => pdp },
    clock,
    random,
    tenant: 'local',
    node: keys.node,
    agent: options.agent,
    ...(options.person === undefined ? {} : { person: options.person }),
    detectors: options.detectors ?? defaultDetectors().map((detector) => ({ detector, mode: 'block' })),
    approvers: options.approvers ?? [],
    isolation: 'unisolated',
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    maxConcurrent: DEFAULT_MAX_CONCURRENT,
  });
  return {
    origin: keys.origin,
    enforce: guard.enforce.bind(guard),
    list: guard.list.bind(guard),
    countRefusal: guard.countRefusal.bind(guard),
    wrap(tool) {
      const definition = definitionOf(server, tool);
      pdp = load([...tools, definition]);
      tools.push(definition);
      return wrapTool(guard, server, tool);
    },
    async close() {
      await guard.close();
      await log.close();
    },
  };
}
