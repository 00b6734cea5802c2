/** `createGuard`: a guard inside your own process, with its log beside it. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DATABASE_FILE, openLog } from '../../audit/index.ts';
import { defaultDetectors } from '../../detection/index.ts';
import { type KeyEncryption, KEYS_FOLDER, openDataKeys, openKeyRing } from '../../identity/index.ts';
import type { Clock, JsonObject, Random } from '../../kernel/index.ts';
import {
  type AgentIdentity,
  type Approver,
  type LimitLeases,
  type Mode,
  parseLimits,
  type Person,
  type PolicyDecisionPoint,
  type ToolDefinition,
} from '../../model/index.ts';
import { loadPolicySet } from '../../policy/index.ts';
import type { PurposeRegister } from '../../privacy/index.ts';
import { requireLimitFacts } from '../../reliability/index.ts';
import { createSelfProtection, systemClock, systemRandom, systemRepeater } from '../../runtime/index.ts';
import { createGuardLine } from '../guard.ts';
import { suppliedFacts } from '../supplied-facts.ts';
import type { ConfiguredDetector, Guard, GuardTimings, UsageMeter } from '../types.ts';
import { activatePolicy } from './activate-policy.ts';
import { activateRegister } from './activate-register.ts';
import { createCandidate } from './candidate.ts';
import { SOFTWARE_VERSION } from './software-version.ts';
import { definitionOf, type GuardedTool, type Tool, wrapTool } from './wrap.ts';

/** Name that tools of your own process have as a server, `app/send_email`, unless you say otherwise. */
export const DEFAULT_SERVER = 'app';
/** Waiting of a guard that was told nothing else, in milliseconds. */
export const DEFAULT_TIMINGS: GuardTimings = {
  holdMs: 45_000,
  approvalTimeoutMs: 900_000,
  performMs: 300_000,
  pollMs: 100,
};
/** Actions under way at once, unless told otherwise. */
export const DEFAULT_MAX_CONCURRENT = 1024;
/** The tenant of a node that serves one. */
export const LOCAL_TENANT = 'local';

/** What a guard is made from. */
export interface CreateGuardOptions {
  /** Cedar policies, as one text or as named ones. */
  readonly policies: string | readonly { readonly name: string; readonly text: string }[];
  /** Packs beside them: rules in YAML, see the guide "From YAML to Cedar". A glob stands for the tools wrapped so far. */
  readonly packs?: readonly { readonly name: string; readonly text: string }[];
  readonly agent: AgentIdentity;
  readonly person?: Person;
  /** Default `strict`: what no policy permits is denied. */
  readonly mode?: Mode;
  /**
   * A candidate set that answers beside: its answers are recorded with every decision, and nothing of it decides. Its mode and limits are those of the
   * set in force.
   */
  readonly shadow?: CreateGuardOptions['policies'] | Pick<CreateGuardOptions, 'policies' | 'packs'>;
  /** Folder of log and keys, made on first use; default `.writ` in the working folder. */
  readonly data?: string;
  /** Origin of the log, used when its key is made. */
  readonly origin?: string;
  /** What wraps the keys of bodies, index and state (default: a file beside them). */
  readonly keyEncryption?: KeyEncryption;
  /** What wrapped them before, until `rewrapKeyRing` has wrapped them anew. */
  readonly formerKeyEncryptions?: readonly KeyEncryption[];
  /** What your tools are called as a server; default `app`. */
  readonly server?: string;
  readonly approvers?: readonly Approver[];
  /** Limits of the set, in the form that people write: `{ id: 'calls', kind: 'rate', amount: 10, per: '1m' }`. */
  readonly limits?: readonly JsonObject[];
  /** Counts tokens and money for limits on them; a limit on what nothing counts does not load. */
  readonly usage?: UsageMeter;
  /** The side that all nodes of a fleet share, for limits `across: fleet`; without it such a limit does not load. */
  readonly leases?: LimitLeases;
  /** What personal data may be used for, and what calls are for where they do not say it themselves: your own process is believed. */
  readonly purposes?: {
    readonly register: PurposeRegister;
    readonly purpose?: string;
    /**
     * Your process shows a person `enforced.notice` of what a wrapped tool answers (`refused.enforced.notice` of what it throws). It is recorded as shown and
     * handed out once. Absent: a purpose that demands a notice is in force for those alone of whom another face, or you, recorded that they were told.
     */
    readonly showsNotices?: boolean;
    /** In which languages, the first that there is. */
    readonly languages?: readonly string[];
  };
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
 * Opens the data folder, loads the policies and puts them in force. Throws `policy.*` for a bad policy or candidate (with line and column) or limit, `key.*` and `log.*`
 * for a data folder that cannot be used; nothing is left open then.
 */
export async function createGuard(options: CreateGuardOptions): Promise<LibraryGuard> {
  const { clock = systemClock, random = systemRandom, server = DEFAULT_SERVER, mode = 'strict' } = options;
  const data = resolve(options.data ?? '.writ');
  const limits = parseLimits(options.limits ?? [], 'limits', suppliedFacts(options));
  const loaderOf = ({ policies, packs = [] }: Pick<CreateGuardOptions, 'policies' | 'packs'>) => {
    const sources = typeof policies === 'string' ? [{ name: 'policies', text: policies }] : policies;
    return (tools: readonly ToolDefinition[] | undefined): PolicyDecisionPoint => {
      const set = { sources, packs, mode, limits, unlisted: 'assume' as const };
      const { decisionPoint } = loadPolicySet({ ...set, ...(tools === undefined ? {} : { tools }) });
      requireLimitFacts(decisionPoint.limits, suppliedFacts(options));
      return decisionPoint;
    };
  };
  const load = loaderOf(options);
  const { shadow } = options;
  const candidate =
    shadow === undefined
      ? undefined
      : createCandidate(
          loaderOf(typeof shadow === 'object' && 'policies' in shadow ? shadow : { policies: shadow }),
        );

  let decisionPoint = load(undefined);
  const keys = openDataKeys(data, {
    create: true,
    clock,
    random,
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  });
  const { keyEncryption, formerKeyEncryptions = [] } = options;
  const tenantKeys = await openKeyRing({
    keys: join(data, KEYS_FOLDER),
    node: keys.node,
    tenant: LOCAL_TENANT,
    ...(keyEncryption === undefined ? {} : { encryption: keyEncryption }),
    former: formerKeyEncryptions,
    // INVARIANT: where there is a log, keys that are gone are not replaced by others, under which nothing of it opens.
    create: !existsSync(join(data, DATABASE_FILE)),
    clock,
    random,
  });
  const log = await openLog({
    path: data,
    origin: keys.origin,
    tenant: LOCAL_TENANT,
    node: keys.node,
    softwareVersion: SOFTWARE_VERSION,
    signingKey: keys.signingKey,
    ...tenantKeys,
    timer: systemRepeater,
    clock,
    random,
  });
  const scope = `library:${server}`;
  const { purposes } = options;
  try {
    const place = { log: log.writer, state: log.state, tenant: LOCAL_TENANT, clock };
    await activatePolicy(place, scope, decisionPoint);
    if (purposes !== undefined) await activateRegister(place, scope, purposes.register);
  } catch (fault) {
    await log.close();
    throw fault;
  }
  const guard = createGuardLine({
    log: log.writer,
    state: log.state,
    policy: {
      scope,
      current: () => decisionPoint,
      ...(candidate === undefined ? {} : { shadow: candidate.current }),
    },
    clock,
    random,
    tenant: LOCAL_TENANT,
    node: keys.node,
    agent: options.agent,
    ...(options.person === undefined ? {} : { person: options.person }),
    detectors:
      options.detectors ?? defaultDetectors().map((detector) => ({ detector, mode: 'block' as const })),
    approvers: options.approvers ?? [],
    ...(purposes === undefined
      ? {}
      : {
          purposes: {
            scope,
            current: () => purposes.register,
            ...(purposes.languages === undefined ? {} : { languages: purposes.languages }),
            declared: ({ claimed = purposes.purpose }: { readonly claimed?: string }) => claimed,
          },
        }),
    ...(options.usage === undefined ? {} : { usage: options.usage }),
    ...(options.leases === undefined ? {} : { leases: options.leases }),
    isolation: 'unisolated',
    selfProtection: createSelfProtection({ paths: [data], bases: [process.cwd()] }),
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    maxConcurrent: DEFAULT_MAX_CONCURRENT,
  });
  const tools: ToolDefinition[] = [];
  return {
    origin: keys.origin,
    enforce: guard.enforce.bind(guard),
    list: guard.list.bind(guard),
    countRefusal: guard.countRefusal.bind(guard),
    wrap(tool) {
      const definition = definitionOf(server, tool);
      decisionPoint = load([...tools, definition]);
      tools.push(definition);
      candidate?.load(tools);
      return wrapTool(guard, server, tool, { showsNotices: purposes?.showsNotices === true });
    },
    async close() {
      await guard.close();
      await log.close();
    },
  };
}
