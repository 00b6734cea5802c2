/** Where in a value a string stands; the pointer is written only for a finding. */
import type { Span } from '../../model/index.ts';

/** A chain of steps from the root, shared by everything below a node. */
export interface Path {
  readonly parent: Path | undefined;
  readonly step: string | number;
}

/** A string, key or number of the value. */
export interface Place {
  readonly path: Path | undefined;
  readonly inKey: boolean;
}

/** RFC 6901 pointer of `path`; the empty text is the root. */
export function pointerOf(path: Path | undefined): string {
  const steps: string[] = [];
  for (let node = path; node !== undefined; node = node.parent) {
    const step = String(node.step);
    steps.push(step.includes('~') || step.includes('/') ? escapeStep(step) : step);
  }
  return steps.length === 0 ? '' : `/${steps.reverse().join('/')}`;
}

/** The span `start` to `end` at `place`. */
export function spanAt(place: Place, start: number, end: number): Span {
  const pointer = pointerOf(place.path);
  return place.inKey ? { pointer, start, end, inKey: true } : { pointer, start, end };
}

function escapeStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
