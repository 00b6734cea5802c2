import { type Call, deeper, type Engine, type Outcome } from '../engine/index.ts';
import type { UnresolvedCode } from '../codes.ts';

/** `source /dev/stdin`: what stands there is run in this very shell; undefined where it is not known. */
export function runStdin(
  engine: Engine,
  { state, frame }: Call,
  note: (...codes: readonly UnresolvedCode[]) => void,
): Outcome | undefined {
  const { stdin } = state;
  if (stdin.kind !== 'text') return undefined;
  if (stdin.text.unresolved.length > 0) {
    note('dynamic-code');
    return undefined;
  }
  return engine.text(stdin.text.text, state, deeper(frame));
}
