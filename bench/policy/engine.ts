// What every engine of the policy bench is, ours and the peers.
import type { Scenario } from './scenario.ts';

export interface BenchedEngine {
  readonly engine: string;
  readonly mode: string;
  /** Most rules it is asked to hold; beyond, one decision takes longer than a figure is worth. */
  readonly most: number;
  /** Everything that is done once; the answer decides the request at a place, a promise where the engine has no synchronous call. */
  load(scenario: Scenario): Promise<(request: number) => boolean | Promise<boolean>>;
}
