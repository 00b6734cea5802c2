/** Programs that start another: their own options, and where the command begins. */
import { unite } from '../../codes.ts';
import { type Assigned, isKnown, known, type Scalar, textValue, UNKNOWN_HERE } from '../../engine/index.ts';
import type { ShellWord } from '../../types.ts';
import { type Invocation, knownWord } from '../invocation.ts';
import { parseOptions } from '../options.ts';
import { runShellText, runStdinCode } from '../shell-text.ts';
import type { Meaning } from '../spec.ts';
import { changesOf } from '../environment.ts';
import { lineOf } from '../../words/index.ts';

const ASSIGNMENT: RegExp = /^([A-Za-z_][A-Za-z0-9_.%]*)=(.*)$/s;

/** The variables in front of a command, and the command. */
function splitAssignments(words: readonly ShellWord[]): {
  readonly assigned: readonly Assigned[];
  readonly command: readonly ShellWord[];
} {
  const assigned: Assigned[] = [];
  for (const { value, unresolved } of words) {
    const [, name, text = ''] = ASSIGNMENT.exec(value) ?? [];
    if (name === undefined) break;
    const held = unresolved.length === 0 ? textValue(known(text)) : UNKNOWN_HERE;
    assigned.push({ name, value: text, unresolved, held });
  }
  return { assigned, command: words.slice(assigned.length) };
}

/** Runs `words` behind options that `values` describes; gives the options. */
function runBehind(
  inv: Invocation,
  values: Readonly<Record<string, Meaning>>,
): ReturnType<typeof parseOptions> {
  // `env - program`: a dash alone is an option.
  const at = inv.args.findIndex(({ value }) => !value.startsWith('-') || value === '--');
  const args = inv.args.filter(({ value }, index) => value !== '-' || (at !== -1 && index > at));
  const parsed = parseOptions(args, { values, stops: true });
  const folder = parsed.options.find(({ meaning }) => meaning === 'folder')?.value;
  if (folder !== undefined) inv.enter(folder);
  const { assigned, command } = splitAssignments(parsed.operands);
  inv.note(...changesOf(inv.engine, assigned, inv.state, inv.frame));
  inv.run(command, {}, assigned);
  return parsed;
}

/** What was exported before reaches nothing that is started now. */
function clearEnvironment(inv: Invocation): void {
  inv.state = { ...inv.state, exported: new Set() };
}

export function env(inv: Invocation): void {
  const values = {
    '-u --unset --block-signal --default-signal --ignore-signal -a --argv0 -P -f --file': 'text',
    '-C --chdir': 'folder',
    '-S --split-string': 'text',
  } as const;
  const isCleared = inv.args.some(({ value }) =>
    /^(?:-|-[a-hj-z]*i[a-z]*|--ignore-environment|-[a-tv-z]*u.*|--unset.*)$/.test(value),
  );
  if (isCleared) clearEnvironment(inv);
  const parsed = runBehind(inv, values);
  const split = parsed.options.find(({ name }) => name === '-S' || name === '--split-string')?.value;
  if (split === undefined) return;
  if (split.unresolved.length > 0) return inv.note('dynamic-code');
  // Its quoting is nearly that of a shell.
  runShellText(inv, { ...split, value: `env ${split.value} ${lineOf(parsed.operands)}` });
}

export function sudo(inv: Invocation): void {
  const values = {
    '-u --user -g --group -h --host -p --prompt -C --close-from -r --role -t --type -T --command-timeout -U --other-user':
      'text',
    '-D --chdir': 'folder',
    '-R --chroot': 'text',
  } as const;
  const parsed = parseOptions(inv.args, { values, stops: true });
  if (parsed.names.includes('-e') || parsed.names.includes('--edit')) {
    for (const word of parsed.operands) inv.touch('write', word);
    return;
  }
  clearEnvironment(inv);
  runBehind(inv, values);
  const isShell = ['-s', '-i', '--shell', '--login'].some((name) => parsed.names.includes(name));
  if (isShell && parsed.operands.length === 0) runStdinCode(inv, 'shell');
}

export function su(inv: Invocation): void {
  const { options } = parseOptions(inv.args, {
    values: { '-c --command --session-command': 'text', '-g -G -s --shell --group -w': 'text' },
  });
  const code = options.find(({ name }) => ['-c', '--command', '--session-command'].includes(name))?.value;
  const behind = inv.args.findIndex(({ value }) => value === '--');
  const late =
    behind === -1 ? -1 : inv.args.findIndex(({ value }, at) => at > behind && /^-\w*c$/.test(value));
  const text = code ?? (late === -1 ? undefined : inv.args[late + 1]);
  if (text === undefined) return runStdinCode(inv, 'shell');
  runShellText(inv, text);
}

/** `script -c command`; on other systems `script file command…`. */
export function script(inv: Invocation): void {
  const { options, operands } = parseOptions(inv.args, {
    values: {
      '-c --command': 'text',
      '-I -O -B -T -m -E -o -t --log-in --log-out --log-io --log-timing --logging-format --echo --output-limit':
        'text',
    },
    stops: true,
  });
  const code = options.find(({ name }) => name === '-c' || name === '--command')?.value;
  if (code !== undefined) runShellText(inv, code);
  const [file, ...command] = operands;
  if (file !== undefined) inv.touch('write', file);
  inv.run(command);
  if (code === undefined && command.length === 0) runStdinCode(inv, 'shell');
}

/** `watch` hands its words to a shell as one text. */
export function watch(inv: Invocation): void {
  const { operands, names } = parseOptions(inv.args, {
    values: { '-n --interval -q --equexit': 'text' },
    stops: true,
  });
  if (names.includes('-x') || names.includes('--exec')) return inv.run(operands);
  joinedText(inv, operands);
}

function joinedText(inv: Invocation, words: readonly ShellWord[]): void {
  if (words.length === 0) return;
  runShellText(inv, {
    value: words.map(({ value }) => value).join(' '),
    unresolved: unite(...words.map(({ unresolved }) => unresolved)),
  });
}

/** `flock file command…`, `flock file -c text`. */
export function withLock(inv: Invocation): void {
  const { operands } = parseOptions(inv.args, {
    values: { '-w --wait --timeout -E --conflict-exit-code': 'text' },
    stops: true,
  });
  const [file, flag, ...others] = operands;
  if (file !== undefined) inv.touch('write', file);
  if (flag?.value === '-c' || flag?.value === '--command') return joinedText(inv, others);
  if (flag !== undefined) inv.run([flag, ...others]);
}

/** Without a command these start a shell. */
export function unshare(inv: Invocation): void {
  const skipped = inv.name === 'chroot' ? 1 : 0;
  if (inv.operands.length <= skipped) runStdinCode(inv, 'shell');
  else if (inv.name === 'chroot') inv.run(inv.operands.slice(1), { isElsewhere: true });
}

/** `tmux new-session -d command`, `screen -dm command`: the last words are a command, joined by a shell. */
export function terminal(inv: Invocation): void {
  const values = { '-c -e -f -L -S -s -n -t -x -y -F -h -p -T -d-session': 'text' } as const;
  const { operands } = parseOptions(inv.args, { values, stops: true });
  const words =
    inv.name === 'screen' ? operands : parseOptions(operands.slice(1), { values, stops: true }).operands;
  const sub = operands[0]?.value ?? '';
  if (inv.name !== 'screen' && sub.startsWith('send')) inv.note('deferred-code');
  if (inv.name === 'screen' || /^(?:new|split|respawn|run|if|pipe|popup|display-popup|neww|splitw)/.test(sub))
    joinedText(inv, words);
}

export function xargs(inv: Invocation): void {
  const values = {
    '-a --arg-file': 'arguments',
    '-d --delimiter -E -L --max-lines -n --max-args -P --max-procs -s --max-chars --process-slot-var -R':
      'text',
    '-I': 'text',
  } as const;
  const { options, operands } = parseOptions(inv.args, { values, attached: 'iel', stops: true });
  const file = options.find(({ meaning }) => meaning === 'arguments')?.value;
  if (file !== undefined) inv.touch('read', file);
  const replace = options.find(
    ({ name }) => name === '-I' || name === '-i' || name === '--replace' || name === '-J',
  );
  const mark = replace === undefined ? undefined : (replace.value?.value ?? '{}');
  inv.run(withMore(operands.length === 0 ? [knownWord('echo')] : operands, mark));
}

/** The words of a command to which others come: in place of `mark`, or at the end. */
function withMore(words: readonly ShellWord[], mark: string | undefined): readonly ShellWord[] {
  const more: ShellWord = { value: '…', unresolved: ['stdin-arguments'] };
  if (mark === undefined || mark === '') return [...words, more];
  return words.map((word) =>
    word.value.includes(mark) ? { ...word, unresolved: unite(word.unresolved, ['stdin-arguments']) } : word,
  );
}

/** GNU parallel: the command before `:::` is a text for a shell, the words behind take the place of `{}`. */
export function parallel(inv: Invocation): void {
  const { operands } = parseOptions(inv.args, {
    values: {
      '-j --jobs --max-procs -n --max-args -N -I -S --sshlogin --joblog --results --tempdir --tmpdir -d --delimiter --colsep -C --delay --timeout --retries --halt --workdir --wd --tagstring -P -L --load --memfree --nice --basefile --return':
        'text',
      '-a --arg-file': 'arguments',
    },
    stops: true,
  });
  const at = operands.findIndex(({ value }) => /^::::?\+?$/.test(value));
  const command = at === -1 ? operands : operands.slice(0, at);
  const behind = at === -1 ? [] : operands.slice(at + 1).filter(({ value }) => !/^::::?\+?$/.test(value));
  if (inv.has('-S', '--sshlogin', '--sshloginfile', '--slf')) inv.note('elsewhere');
  if (command.length === 0) {
    // Each of the words is a whole command.
    for (const word of behind) runShellText(inv, word);
    if (behind.length === 0) inv.note('piped-code');
    return;
  }
  const places =
    at !== -1 && operands[at]?.value === ':::'
      ? behind
      : [{ value: '…', unresolved: ['stdin-arguments'] as const }];
  for (const place of places) {
    const hasMark = command.some(({ value }) => hasBraces(value));
    const filled = command.map((word) => ({
      value: word.value.replaceAll('{}', () => place.value),
      unresolved: hasBraces(word.value) ? unite(word.unresolved, place.unresolved) : word.unresolved,
    }));
    const words = hasMark ? filled : [...filled, place];
    if (words.every(({ value, unresolved }) => isKnown(scalar(value, unresolved)))) joinedText(inv, words);
    else inv.run(words);
  }
}

function scalar(text: string, unresolved: Scalar['unresolved']): Scalar {
  return { text, unresolved };
}

/** `at` and `batch` keep what stands on standard input, and hand it to a shell later. */
export function later(inv: Invocation): void {
  runStdinCode(inv, 'shell');
}

/** Whether a word holds `{}`, `{1}` or the like. */
function hasBraces(value: string): boolean {
  const open = value.indexOf('{');
  return open !== -1 && value.includes('}', open);
}

/** `writ run … -- command`: confined or not, it is the command that counts. */
export function confined(inv: Invocation): void {
  const [sub, ...words] = inv.operands;
  if (sub === undefined || (sub.value !== 'run' && sub.unresolved.length === 0)) return;
  const { options, operands } = parseOptions(words, { values: CONFINED_VALUES, stops: true });
  for (const { name, value } of options) {
    if (value === undefined) continue;
    if (name === '--folder') inv.enter(value);
    if (name === '--write' || name === '--egress') inv.touch('write', value);
    if (name === '--read' || name === '--config') inv.touch('read', value);
    if (name === '--config') inv.note('configured');
  }
  inv.run(operands);
}

const CONFINED_VALUES = {
  '--profile --allow-env --timeout --write --read --egress --config --folder': 'text',
} as const;
