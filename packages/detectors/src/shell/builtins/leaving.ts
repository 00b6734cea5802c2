/** `exit`, `return`, `break`, `continue`. */
import { both } from '../engine/index.ts';
import type { Builtin } from './builtin.ts';

export const leaveShell: Builtin = () => ({});

/** Outside a function `return` is an error, after which the shell goes on. */
export const leaveFunction: Builtin = (_engine, { state, frame }) => {
  frame.left.push(state);
  return frame.isInFunction ? {} : both(state);
};

export const breakLoop: Builtin = (_engine, { state, frame }) => {
  frame.left.push(state);
  return frame.isInLoop ? {} : both(state);
};
