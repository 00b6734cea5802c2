/** Whether a node may still be answered: what is held for it outlives no suspension, removal or key. */
import type { Caller } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { goodKey, NODES } from './node.ts';

/** How the node that asked stands at each instant. */
export interface NodeStanding {
  /** Whether its proof would be taken now. */
  readonly isGood: () => boolean;
  /** Whether besides its key was not replaced since it asked. */
  readonly isSame: () => boolean;
}

/** The standing of the node `caller`, as it is when it is asked for. */
export function nodeStanding(
  plane: Pick<Plane, 'objects' | 'clock'>,
  { organisation, id, credential }: Pick<Caller, 'organisation' | 'id' | 'credential'>,
): NodeStanding {
  const key = (): ReturnType<typeof goodKey> => {
    const node = plane.objects(organisation, NODES).get(id);
    return node === undefined ? undefined : goodKey(node, credential, plane.clock.now());
  };
  const before = key();
  return {
    isGood: () => key() !== undefined,
    isSame() {
      const now = key();
      return now !== undefined && now.until === before?.until;
    },
  };
}

/** Throws `request.forbidden` where the proof of the node would not be taken now. */
export function requireGood({ isGood }: NodeStanding): void {
  if (isGood()) return;
  throw new Problem('request.forbidden', 'the node takes no part any more, or its key was replaced');
}
