// What every engine of the policy bench is: something that loads a scenario and then answers requests by their place.
import type { Scenario } from '../../policy/scenario.ts';

export interface PeerEngine {
  readonly engine: string;
  readonly mode: string;
  /** Most rules it is asked to hold; beyond, one decision takes longer than a figure is worth. */
  readonly most: number;
  /** Everything that is done once; the answer decides the request at a place, a promise where the engine has no synchronous call. */
  load(scenario: Scenario): Promise<(request: number) => boolean | Promise<boolean>>;
}
