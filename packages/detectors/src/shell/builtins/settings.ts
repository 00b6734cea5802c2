/** `set`, `shift`, `shopt`, `complete`. */
import { both, isKnown, type Scalar } from '../engine/index.ts';
import { argumentsOf, type Builtin } from './builtin.ts';
import { runCallback } from './reading.ts';

/** `set -- words` replaces the positional parameters. */
export const setParams: Builtin = (_engine, call) => {
  const words = call.words.slice(1);
  let at = 0;
  let isEnded = false;
  while (at < words.length && !isEnded) {
    const value = words[at]?.value ?? '';
    if (value === '--' || value === '-') isEnded = true;
    else if (!/^[-+]./.test(value)) break;
    else if (/^[-+]\w*o$/.test(value)) at += 1;
    at += 1;
  }
  const scalars = words.slice(at).map(({ value, unresolved }): Scalar => ({ text: value, unresolved }));
  const isUnknown = words.some(({ unresolved }) => unresolved.length > 0);
  if (!isEnded && scalars.length === 0 && !isUnknown) return both(call.state);
  return both({ ...call.state, params: !isUnknown && scalars.every(isKnown) ? scalars : undefined });
};

export const shift: Builtin = (_engine, { words, state }) => {
  const [, count] = words;
  const by = count === undefined ? 1 : Number(count.value);
  const isPlain = Number.isSafeInteger(by) && (count?.unresolved.length ?? 0) === 0;
  const params = isPlain && by <= (state.params?.length ?? 0) ? state.params?.slice(by) : undefined;
  return both({ ...state, params });
};

export const option: Builtin = (_engine, call) =>
  both(
    call.words.some(({ value, unresolved }) => value === 'lastpipe' || unresolved.length > 0)
      ? { ...call.state, lastPipe: true }
      : call.state,
  );

/** `complete -C command` and `compgen -C command`. */
export const complete: Builtin = (engine, call, note) => {
  const { options } = argumentsOf(call.words, 'oAGWFCXPSV');
  runCallback(engine, call, options.get('C'), note);
  runCallback(engine, call, options.get('F'), note);
  const words = options.get('W');
  // A list of words is expanded, commands in it included.
  if (words !== undefined && (words.unresolved.length > 0 || /[$`]/.test(words.value))) note('dynamic-code');
  return both(call.state);
};
