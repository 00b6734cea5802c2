import { MAX_DEPTH, Refusal } from './budget.ts';
import type { Frame } from './engine.ts';

/** `frame` one interpretation deeper, with `changes`. */
export function deeper(frame: Frame, changes: Partial<Frame> = {}): Frame {
  if (frame.depth >= MAX_DEPTH) throw new Refusal('too-deep');
  return { ...frame, left: [], isInLoop: false, ...changes, depth: frame.depth + 1 };
}

/** The frame of what the program `name` starts. */
export function startedBy(frame: Frame, name: string, changes: Partial<Frame> = {}): Frame {
  return deeper(frame, { ...changes, via: [...frame.via, name] });
}

/** The frame of a shell of its own: what leaves it leaves nothing here. */
export function inSubshell(frame: Frame): Frame {
  return { ...frame, left: [], isInLoop: false };
}
