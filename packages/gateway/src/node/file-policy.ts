/** The policies of a node: read from files, validated against its tools, put in force through the log, followed while they change. */
import { createHash } from 'node:crypto';
import {
  type Approver,
  bundleScope,
  describeFault,
  type EntryDetail,
  type EntryDraft,
  type LoadedPolicySet,
  type LogWriter,
  loadPolicySet,
  type Person,
  type PolicyDecisionPoint,
  renderIssue,
  requireLimitFacts,
  requireNewer,
  type SetVersion,
  type StateReader,
  suppliedFacts,
  type ToolDefinition,
  versionMark,
} from '@writ/core';
import type { Configuration } from '../config/index.ts';
import { hashSources, watchPolicyFiles } from './policy-files.ts';
import { inputOptions, readPolicyInput, versionOf } from './policy-set.ts';
import type { NodePolicy, Report } from './types.ts';

/** What the policies of a node stand on. */
export interface FilePolicyOptions {
  /** Default: the files of a configuration, see {@link fileOrigin}. */
  readonly origin: PolicyOrigin;
  readonly log: LogWriter;
  readonly state: StateReader;
  /** Completes an entry that the node writes about itself. */
  readonly draft: (detail: EntryDetail, rest: Partial<EntryDraft>) => EntryDraft;
  /** Told about faults that leave the last good set in force, one line each, and of a set that came into force. */
  readonly report: Report;
  /** Told of each reading while running: whether what was read is in force. */
  readonly onChange?: (isInForce: boolean) => void;
}

/** Where policies come from. */
export interface PolicyOrigin {
  /** Key of the policy epoch in the store. */
  readonly scope: string;
  /** Reads and checks them against `tools`; what it shares with `previous` is taken over. Throws `policy.*`. */
  read(
    tools: readonly ToolDefinition[],
    previous: LoadedPolicySet | undefined,
    unseen: readonly string[],
  ): Loaded;
  /** What stands there now, to tell whether it changed: the hash of what was read, or why nothing could be. */
  look(): string;
  watch(onLook: () => void): () => void;
  /** Whether what was read decides still, asked at each call; absent: until something else is read. */
  stands?(): boolean;
  /** Who may approve, where that comes with the policies. */
  approvers?(): readonly Approver[] | undefined;
  /** Issuers whose tokens say who a person is, where that comes with the policies. */
  issuers?(): readonly string[] | undefined;
  /** A candidate that answers beside and decides nothing, checked against `tools`. Never throws. */
  shadow?(tools: readonly ToolDefinition[], unseen: readonly string[]): PolicyDecisionPoint | undefined;
}

/** Code of every decision before a set is loaded. */
const NOT_LOADED = 'policy.empty';

/** A {@link NodePolicy} that also can be closed. */
export interface FilePolicy extends NodePolicy {
  approvers(): readonly Approver[] | undefined;
  issuers(): readonly string[] | undefined;
  shadow(): PolicyDecisionPoint | undefined;
  /** Stops watching. Idempotent. */
  close(): void;
}

/** Reads and checks the policies of `config` without any tools; for a start that must fail before anything else does. Throws `policy.*`. */
export function checkPolicies(config: Configuration): LoadedPolicySet {
  return loadSet(config, undefined).set;
}

/** The policies of a node. Nothing is in force before `load`. */
export function createFilePolicy(options: FilePolicyOptions): FilePolicy {
  return new Policies(options);
}

/** The files that `config` names. */
export function fileOrigin(config: Configuration, approvers: () => readonly Approver[]): PolicyOrigin {
  return {
    approvers,
    scope: policyScope(config),
    read: (tools, previous, unseen) => loadSet(config, tools, previous, unseen),
    look() {
      try {
        return hashSources(readPolicyInput(config.policies, config.folder).files);
      } catch (fault) {
        return describeFault(fault);
      }
    },
    watch: (onLook) => watchPolicyFiles(config.policies, onLook),
  };
}

/** Guards with one scope share one policy: the same files in the same mode. */
export function policyScope(
  config: Pick<Configuration, 'policies' | 'mode' | 'auditUntil' | 'plane'>,
): string {
  if (config.plane !== undefined) return `policy-of-${bundleScope(config.plane)}`;
  const value = JSON.stringify([config.policies, config.mode, config.auditUntil ?? null]);
  return `files:${createHash('sha256').update(value).digest('hex')}`;
}

/** A set that was read. */
export interface Loaded {
  readonly set: LoadedPolicySet;
  /** Of the files it came from. */
  readonly sourcesHash: string;
  /** Absent where what was read has no version. */
  readonly version?: KeptVersion;
}

/** A version of which the highest is kept in the sealed state of the log. */
export interface KeptVersion {
  readonly scope: string;
  readonly mark: string;
  /** Throws where it may not follow what `seen` says was in force; absent for nothing. */
  requireAfter(seen: string | undefined): void;
}

/** The set at the paths of `config`, with the hash of its files; what it shares with `previous` is taken over. `unseen` are servers whose tools nobody knows. Throws `policy.*`. */
export function loadSet(
  config: Configuration,
  tools: readonly ToolDefinition[] | undefined,
  previous?: LoadedPolicySet,
  unseen: readonly string[] = [],
): Loaded {
  const input = readPolicyInput(config.policies, config.folder);
  const options = inputOptions(input, config.mode, tools);
  const { auditUntil } = config;
  const set = loadPolicySet({
    ...options,
    ...(auditUntil === undefined || options.auditUntil !== undefined ? {} : { auditUntil }),
    ...(previous === undefined ? {} : { previous }),
    unseen,
  });
  // No face of a gateway reports tokens or cost: a limit on what nobody supplies would never hold.
  requireLimitFacts(set.decisionPoint.limits, suppliedBy(config));
  const version = versionOf(input, set);
  return {
    set,
    sourcesHash: hashSources(input.files),
    ...(version === undefined ? {} : { version: keptVersion(version) }),
  };
}

function keptVersion(version: SetVersion): KeptVersion {
  return {
    scope: `policy-set:${version.name}`,
    mark: versionMark(version),
    requireAfter: (seen) => requireNewer(version, seen),
  };
}

/** Facts that faces of `config` supply. */
export function suppliedBy(config: Configuration): ReturnType<typeof suppliedFacts> {
  const { agent, privacy } = config;
  const purposes = privacy === undefined ? {} : { purposes: privacy };
  return suppliedFacts({ agent, ...knownPerson(config), ...purposes });
}

/** Callers over HTTP may have one each; a call without is denied by a limit for each person. */
function knownPerson({ person, isPersonOsUser, gateway }: Configuration): { readonly person?: Person } {
  if (person !== undefined) return { person };
  const mayTell = isPersonOsUser === true || gateway?.auth?.kind === 'checked';
  return mayTell ? { person: { id: 'anybody', roles: [] } } : {};
}

class Policies implements FilePolicy {
  readonly scope: string;
  readonly #options: FilePolicyOptions;
  #tools: readonly ToolDefinition[] = [];
  /** Tools that the policies did not fit: tried again with the next policies, because what they belong to cannot be called until then. */
  #refused: readonly ToolDefinition[] | undefined;
  #unseen: readonly string[] = [];
  #loaded: Loaded | undefined;
  #stopWatching: (() => void) | undefined;
  /** What the last look found, so that a set that is not usable is tried and told of once. */
  #seen: string | undefined;
  /** One change at a time; a change never overtakes an earlier one. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: FilePolicyOptions) {
    this.#options = options;
    this.scope = options.origin.scope;
  }

  current(): PolicyDecisionPoint {
    // INVARIANT: what is past its time decides nothing more; a guard that finds nothing in force has it read anew.
    if (this.#options.origin.stands?.() === false) return DENIES_ALL;
    return this.#loaded?.set.decisionPoint ?? DENIES_ALL;
  }

  approvers(): readonly Approver[] | undefined {
    return this.#options.origin.approvers?.();
  }

  issuers(): readonly string[] | undefined {
    return this.#options.origin.issuers?.();
  }

  shadow(): PolicyDecisionPoint | undefined {
    return this.#options.origin.shadow?.(this.#tools, this.#unseen);
  }

  get unchecked(): ReadonlySet<string> {
    return new Set(this.#unseen);
  }

  load(tools: readonly ToolDefinition[], unseen: readonly string[] = []): Promise<void> {
    return this.#inTurn(async () => {
      const loaded = this.#options.origin.read(tools, this.#loaded?.set, unseen);
      this.#tools = tools;
      this.#unseen = unseen;
      await this.#activate(loaded);
      for (const issue of loaded.set.report.waiting) this.#options.report(renderIssue(issue));
    });
  }

  setTools(tools: readonly ToolDefinition[]): Promise<boolean> {
    return this.#inTurn(() => this.#change(tools, 'the policies do not fit the changed tools'));
  }

  async reload(): Promise<void> {
    await this.#inTurn(async () => {
      const refused = this.#refused;
      const isWhole =
        refused !== undefined && (await this.#change(refused, 'the changed policies do not fit all tools'));
      return isWhole || this.#change(this.#tools, 'the changed policies are not usable');
    });
  }

  watch(): void {
    this.#stopWatching ??= this.#options.origin.watch(() => void this.#reloadIfChanged());
  }

  close(): void {
    this.#stopWatching?.();
    this.#stopWatching = () => {};
  }

  async #reloadIfChanged(): Promise<void> {
    const seen = this.#options.origin.look();
    const isNews = seen !== (this.#seen ?? this.#loaded?.sourcesHash);
    this.#seen = seen;
    if (isNews) await this.reload();
  }

  /** Whether the new set is in force; otherwise the last good one stays, and the operator is told. */
  async #change(tools: readonly ToolDefinition[], problem: string): Promise<boolean> {
    const { origin, report, onChange } = this.#options;
    try {
      const unseen = this.#unseen.filter((server) => tools.every((tool) => tool.server !== server));
      const loaded = origin.read(tools, this.#loaded?.set, unseen);
      this.#tools = tools;
      this.#refused = undefined;
      const before = this.current().policyHash;
      await this.#activate(loaded);
      this.#unseen = unseen;
      const { policyHash } = loaded.set.decisionPoint;
      if (policyHash !== before) report(`policies ${policyHash.slice(0, 12)} are in force`, 'info');
      onChange?.(true);
      return true;
    } catch (fault) {
      if (this.#unseen.some((server) => tools.some((tool) => tool.server === server))) this.#refused = tools;
      report(`${problem}; the last good set stays in force: ${describeFault(fault)}`);
      onChange?.(false);
      return false;
    }
  }

  /** INVARIANT: what decides is what the log says is in force; a guard that sees them differ denies. */
  async #activate(loaded: Loaded): Promise<void> {
    const { log, state, draft } = this.#options;
    const { policyHash, schemaHash, mode } = loaded.set.decisionPoint;
    const inForce = state.epochs(this.scope);
    const mark = this.#markOf(loaded);
    if (inForce.policyHash !== policyHash || mark?.isNews === true) {
      await log.append(
        draft(
          { kind: 'policy', policy: { policyHash, schemaHash, mode, policyEpoch: inForce.policyEpoch + 1 } },
          {
            effects: [
              { type: 'activate_policy', scope: this.scope, policyHash },
              ...(mark === undefined
                ? []
                : [{ type: 'activate_policy', scope: mark.scope, policyHash: mark.text } as const]),
            ],
          },
        ),
      );
    }
    this.#loaded = loaded;
  }

  /**
   * What is kept of the version of a set, in the sealed state of the log, so that a node knows the highest it saw after every restart.
   * Throws `policy.version` or `bundle.rolled-back` where this one may not follow.
   */
  #markOf({
    version,
  }: Loaded): { readonly scope: string; readonly text: string; readonly isNews: boolean } | undefined {
    if (version === undefined) return undefined;
    const { scope, mark: text } = version;
    const { policyHash: seen } = this.#options.state.epochs(scope);
    version.requireAfter(seen);
    return { scope, text, isNews: text !== seen };
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** What decides before anything is loaded. */
const DENIES_ALL: PolicyDecisionPoint = {
  policyHash: '0'.repeat(64),
  schemaHash: '0'.repeat(64),
  entitiesHash: '0'.repeat(64),
  engineVersion: 'none',
  mode: 'strict',
  decide: (query) => ({
    verdict: 'deny',
    mode: 'strict',
    source: 'fault',
    code: NOT_LOADED,
    determining: [],
    errors: [],
    obligations: [],
    held: [],
    needs: [],
    parts: query.parts.map(() => ({ verdict: 'deny', determining: [] })),
    unjudgedArgs: [],
    reasons: ['no policy is in force yet'],
  }),
};
