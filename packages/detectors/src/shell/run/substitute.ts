/** Command substitution: what runs in it, and its output where that is plain. */
import type { Command, ParsedScript } from 'unbash';
import {
  type Engine,
  type Frame,
  deeper,
  isKnown,
  known,
  Refusal,
  type Scalar,
  type Scope,
} from '../engine/index.ts';
import { expandWord } from '../words/index.ts';
import { withoutEnd } from '../strings.ts';

/** Runs `script` in a copy of the shell; `written` stands for its output where that is not known. */
export function substitute(
  engine: Engine,
  script: ParsedScript | undefined,
  written: string,
  scope: Scope,
  frame: Frame,
): Scalar {
  // The parser gives up on what is nested too deeply or is not a program.
  if (script === undefined || (script.errors?.length ?? 0) > 0) throw new Refusal('syntax');
  const inner = deeper(frame);
  engine.statements(script.commands, scope.state, inner);
  return outputOf(engine, script, scope, inner) ?? { text: written, unresolved: ['substitution'] };
}

/** The output of `pwd`, of `echo` with known words and of `cat` of a here-document; undefined for anything else. */
function outputOf(engine: Engine, script: ParsedScript, scope: Scope, frame: Frame): Scalar | undefined {
  const [statement, ...others] = script.commands;
  if (statement?.command.type !== 'Command' || others.length > 0) return undefined;
  const command: Command = statement.command;
  const name = command.name?.text ?? '';
  const { state } = scope;
  if (state.functions.has(name) || state.aliases.has(name) || command.prefix.length > 0) return undefined;
  if (name === 'cat' && command.args.length === 0) return documentOf(command);
  if (command.args.length !== command.suffix.length) return undefined;
  if (name === 'pwd' && command.args.length === 0)
    return state.cwds?.length === 1 ? known(state.cwds[0] as string) : undefined;
  if (name !== 'echo') return undefined;
  // In a scope of its own: what the words change happened in the copy of the shell.
  const around = { engine, scope: { state }, frame };
  const isPlain = command.args.every(({ type, text }) => type === 'Word' && !/[$`]/.test(text));
  if (!isPlain) return undefined;
  const words = command.args.flatMap((word) => (word.type === 'Word' ? expandWord(word, around) : []));
  const texts = words.map(({ value, unresolved }): Scalar => ({ text: value, unresolved }));
  if (!texts.every(isKnown) || /^-|\\/.test(texts[0]?.text ?? '')) return undefined;
  return known(withoutEnd(texts.map(({ text }) => text).join(' '), '\n'));
}

/** The text of a quoted here-document, where it is all that a command reads. */
function documentOf({ redirects }: Command): Scalar | undefined {
  const [here, ...others] = redirects;
  if (here?.type !== 'HereDoc' || others.length > 0 || here.descriptor !== undefined) return undefined;
  const isPlain = here.delimiter?.quoted === true || !/[$`\\]/.test(here.body.text);
  const text = here.operator === '<<-' ? here.body.text.replaceAll(/^\t+/gm, '') : here.body.text;
  return isPlain ? known(withoutEnd(text, '\n')) : undefined;
}
