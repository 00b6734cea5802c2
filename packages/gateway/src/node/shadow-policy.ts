/** A candidate set beside the policies of a node: read, followed while its files change, never in force. */
import { describeFault, type PolicyDecisionPoint, type ToolDefinition } from '@writ/core';
import type { Configuration } from '../config/index.ts';
import { type FilePolicy, loadSet } from './file-policy.ts';
import { hashSources, watchPolicyFiles } from './policy-files.ts';
import { readPolicyInput } from './policy-set.ts';
import type { Report } from './types.ts';

/** What the candidate of a node stands on. */
export interface ShadowOptions {
  readonly config: Configuration;
  /** Told when another candidate answers, and why one does not. */
  readonly report: Report;
}

/**
 * `policy` with the candidate of the configuration as its `shadow`; `policy` itself where there is none. INVARIANT: nothing of the candidate
 * decides, and no fault of it reaches `policy`: a candidate that is not usable is reported and answers nothing.
 */
export function withShadow(policy: FilePolicy, options: ShadowOptions): FilePolicy {
  const { shadow } = options.config;
  if (shadow === undefined) return policy;
  const candidate = new Candidate({ ...options, config: { ...options.config, ...shadow } });
  return {
    scope: policy.scope,
    current: () => policy.current(),
    approvers: () => policy.approvers(),
    issuers: () => policy.issuers(),
    shadow: () => candidate.current(),
    get unchecked() {
      return policy.unchecked;
    },
    async load(tools, unseen) {
      await policy.load(tools, unseen);
      candidate.load(tools, policy.unchecked);
    },
    async setTools(tools) {
      const isInForce = await policy.setTools(tools);
      candidate.load(tools, policy.unchecked);
      return isInForce;
    },
    reload: () => policy.reload(),
    watch() {
      policy.watch();
      candidate.watch(shadow.policies);
    },
    close() {
      policy.close();
      candidate.close();
    },
  };
}

class Candidate {
  readonly #options: ShadowOptions;
  #tools: readonly ToolDefinition[] = [];
  #unseen: readonly string[] = [];
  #current: PolicyDecisionPoint | undefined;
  /** What the last look found, so that a candidate that is not usable is told of once. */
  #seen: string | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(options: ShadowOptions) {
    this.#options = options;
  }

  current(): PolicyDecisionPoint | undefined {
    return this.#current;
  }

  load(tools: readonly ToolDefinition[], unseen: ReadonlySet<string>): void {
    this.#tools = tools;
    this.#unseen = [...unseen];
    this.#read();
  }

  watch(paths: readonly string[]): void {
    this.#stopWatching ??= watchPolicyFiles(paths, () => {
      if (this.#look() !== this.#seen) this.#read();
    });
  }

  close(): void {
    this.#stopWatching?.();
    this.#stopWatching = () => {};
  }

  #read(): void {
    const { config, report } = this.#options;
    const before = this.#current?.policyHash;
    this.#seen = this.#look();
    try {
      this.#current = loadSet(config, this.#tools, undefined, this.#unseen).set.decisionPoint;
      const { policyHash } = this.#current;
      if (policyHash !== before)
        report(`candidate policies ${policyHash.slice(0, 12)} answer beside; they decide nothing`, 'info');
    } catch (fault) {
      // An old candidate that went on answering would be taken for the new one.
      this.#current = undefined;
      report(`the candidate policies are not usable and answer nothing: ${describeFault(fault)}`);
    }
  }

  #look(): string {
    const { config } = this.#options;
    try {
      return hashSources(readPolicyInput(config.policies, config.folder).files);
    } catch (fault) {
      return describeFault(fault);
    }
  }
}
