/** Builtins that change what a name of a command means: `alias`, `hash`, `enable`. */
import { atAnyTime, both, startedBy, touch, withEntry } from '../engine/index.ts';
import { quoteWord } from '../words/index.ts';
import { argumentsOf, type Builtin } from './builtin.ts';

/** `alias name=text`: the text is judged here, and again where the name is used. */
export const defineAlias: Builtin = (engine, call, note) => {
  const { state, frame } = call;
  let next = state;
  for (const { value, unresolved } of argumentsOf(call.words).rest) {
    const at = value.indexOf('=');
    if (unresolved.length > 0) {
      note('dynamic-code');
      // Which name it is, or what it stands for, is not known.
      const name = at === -1 ? undefined : value.slice(0, at);
      if (name !== undefined) next = { ...next, aliases: withEntry(next.aliases, name, []) };
    } else if (at !== -1) {
      const [name, text] = [value.slice(0, at), value.slice(at + 1)];
      if (text.trim() !== '') engine.text(text, atAnyTime(state), startedBy(frame, 'alias'));
      next = {
        ...next,
        aliases: withEntry(next.aliases, name, [...(next.aliases.get(name) ?? []), text].slice(-4)),
      };
    }
  }
  return both(next);
};

/** What an alias may have been stays possible: whether this runs is not always known. */
export const removeAlias: Builtin = (_engine, { state }) => both(state);

/** `hash -p path name`: the name then stands for that path. */
export const hash: Builtin = (_engine, call, note) => {
  const { options, rest } = argumentsOf(call.words, 'p');
  const path = options.get('p');
  if (path === undefined) return both(call.state);
  let { aliases } = call.state;
  if (path.unresolved.length > 0) note('program');
  for (const { value } of rest)
    aliases = withEntry(aliases, value, path.unresolved.length > 0 ? [] : [quoteWord(path.value)]);
  return both({ ...call.state, aliases });
};

/** `enable -f file name` loads code; `enable -n cd` takes a builtin away. */
export const enable: Builtin = (engine, call, note) => {
  const { options } = argumentsOf(call.words, 'f');
  const file = options.get('f');
  if (file !== undefined) {
    note('script-file');
    touch(engine, { access: 'read', word: file, by: 'enable', state: call.state, frame: call.frame });
  }
  if (!options.has('n')) return both(call.state);
  note('configured');
  return both(atAnyTime(call.state));
};
