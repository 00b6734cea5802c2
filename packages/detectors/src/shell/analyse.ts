/** The entry of the analysis. */
import { REFUSALS, type RefusalCode } from './codes.ts';
import {
  type Frame,
  MAX_TEXT_BYTES,
  Refusal,
  type State,
  textValue,
  known,
  type Value,
} from './engine/index.ts';
import { normalise } from './paths/index.ts';
import { createEngine } from './run/index.ts';
import type { ShellFacts, ShellOptions, ShellRefused } from './types.ts';

const BASH: RegExp = /^(?:.*\/)?bash$/;
const POSIX: RegExp = /^(?:.*\/)?(?:sh|dash|ash|zsh|ksh|mksh)$/;
/** Characters that nobody sees, or that change what is seen: C0 and C1 controls, formats, separators, a lone mark. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const INVISIBLE: RegExp = /[\x01-\x08\x0b-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]|(?![ ])\p{Zs}/u;

/**
 * What `text` would do if a shell ran it: every program it starts or could start, the files and hosts it names, and
 * for everything that the text alone does not say, a code. Pure: no file, environment, clock or network is asked.
 *
 * Bounds: 262,144 bytes, 1,000 commands, 32 nested interpretations, 200,000 steps; beyond them, and for whatever bash
 * would not take as a program, the text is refused. Never throws for any text.
 *
 * It does not say what a program does beyond what its words say, nor what files, settings or scripts make it do.
 */
export function analyseShell(text: string, options: ShellOptions): ShellFacts | ShellRefused {
  const shell = options.shell ?? 'bash';
  if (!BASH.test(shell) && !POSIX.test(shell)) return refused('unknown-shell');
  if (text.length > MAX_TEXT_BYTES || Buffer.byteLength(text) > MAX_TEXT_BYTES) return refused('too-large');
  if (text.includes('\0') || !text.isWellFormed()) return refused('not-text');
  const engine = createEngine(normalise(options.workspace), normalise(options.home));
  const frame: Frame = {
    pipedFrom: [],
    via: [],
    isElsewhere: false,
    depth: 0,
    repeats: 1,
    dialect: BASH.test(shell) ? 'bash' : 'sh',
    codes: [],
    isInLoop: false,
    isInFunction: false,
    calls: [],
    left: [],
  };
  try {
    if (INVISIBLE.test(text)) engine.facts.note(['control-character']);
    engine.text(text, initialState(options), frame);
    return engine.facts.facts();
  } catch (thrown) {
    if (thrown instanceof Refusal) return refused(thrown.code);
    throw thrown;
  }
}

function refused(code: RefusalCode): ShellRefused {
  return { refused: code, reason: REFUSALS[code] };
}

function initialState({ cwd, home, env = {}, aliases = {} }: ShellOptions): State {
  const variables = new Map<string, Value>(
    Object.entries({ HOME: home, ...env }).map(([name, value]) => [name, textValue(known(value))]),
  );
  const exported = new Set(variables.keys());
  variables.set('IFS', textValue(known(' \t\n')));
  variables.delete('PWD');
  variables.delete('OLDPWD');
  return {
    variables,
    exported,
    odd: new Set(),
    cwds: [normalise(cwd)],
    oldCwds: undefined,
    folders: [],
    params: undefined,
    functions: new Map(),
    aliases: new Map(Object.entries(aliases).map(([name, value]) => [name, [value]])),
    links: [],
    stdin: { kind: 'inherited' },
    lastPipe: false,
    lasting: [],
  };
}
