/** Builtins that run what they are given: `eval`, `source`, `exec`, `command`, `builtin`, `trap`. */
import {
  after,
  afterUnknownCode,
  atAnyTime,
  both,
  type Call,
  deeper,
  type Engine,
  type Outcome,
  startedBy,
  touch,
} from '../engine/index.ts';
import { runStdin, STDIN_PATH } from '../programs/index.ts';
import { keep } from '../words/index.ts';
import { argumentsOf, type Builtin, type Note } from './builtin.ts';

/** `eval`: its words as one text, in this very shell. */
export const evaluate: Builtin = (engine, call, note) => {
  const { rest } = argumentsOf(call.words);
  const state = keep(call.state, call.assignments);
  if (rest.length === 0) return both(call.state);
  if (rest.some(({ unresolved }) => unresolved.length > 0)) {
    note('dynamic-code');
    return both(afterUnknownCode(state));
  }
  return engine.text(rest.map(({ value }) => value).join(' '), state, {
    ...startedBy(call.frame, 'eval'),
    left: call.frame.left,
    isInLoop: call.frame.isInLoop,
  });
};

/** `source file`: what the file says is not known, and may change the whole shell. */
export const source: Builtin = (engine, call, note) => {
  const [file] = argumentsOf(call.words).rest;
  if (file === undefined) return both(call.state);
  const name = call.words[0]?.value === '.' ? '.' : 'source';
  if (STDIN_PATH.test(file.value) || file.unresolved.includes('process-substitution')) {
    const end = STDIN_PATH.test(file.value) ? runStdin(engine, call, note) : undefined;
    if (end === undefined) note('piped-code');
  } else {
    note('script-file');
    touch(engine, { access: 'read', word: file, by: name, state: call.state, frame: call.frame });
  }
  return both(afterUnknownCode(call.state));
};

/** `exec program`: nothing follows it. Without a program it only opens files, for good. */
export const exec: Builtin = (engine, call) => {
  const { rest } = argumentsOf(call.words, 'a');
  if (rest.length === 0) return both(call.state);
  runRest(engine, call, rest, { isExternal: true, via: 'exec' });
  return {};
};

/** `command program`: past functions and aliases, but in this shell. With `-v` it only looks. */
export const command: Builtin = (engine, call) => {
  const { options, rest } = argumentsOf(call.words);
  if (rest.length === 0 || options.has('v') || options.has('V')) return both(call.state);
  return runRest(engine, call, rest, { isExternal: false, via: 'command' });
};

export const builtin: Builtin = (engine, call) => {
  const { rest } = argumentsOf(call.words);
  return rest.length === 0
    ? both(call.state)
    : runRest(engine, call, rest, { isExternal: false, via: 'builtin' });
};

function runRest(
  engine: Engine,
  call: Call,
  rest: Call['words'],
  { isExternal, via }: { readonly isExternal: boolean; readonly via: string },
): Outcome {
  const frame = {
    ...startedBy(call.frame, via),
    left: call.frame.left,
    isInLoop: call.frame.isInLoop,
  };
  const listed = call.listed ?? [];
  return engine.call({ ...call, words: rest, listed, frame, isExternal, skipFunctions: true });
}

/** `trap code signal…`: the code runs at an unknown later time. */
export const trap: Builtin = (engine, call, note: Note) => {
  const { options, rest } = argumentsOf(call.words);
  const [code, ...signals] = rest;
  if (code === undefined || options.has('p') || options.has('l') || signals.length === 0)
    return both(call.state);
  if (code.value === '-' || code.value === '') return both(call.state);
  if (code.unresolved.length > 0) note('dynamic-code');
  else
    after(
      engine.text(code.value, atAnyTime(call.state), {
        ...deeper(call.frame),
        via: [...call.frame.via, 'trap'],
      }),
    );
  return both(call.state);
};
