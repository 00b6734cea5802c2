import { addRepositoryHost, addUnresolvedHost } from '../../../hosts/index.ts';
import type { ShellWord } from '../../../types.ts';
import { type Invocation, knownWord } from '../../invocation.ts';
import { type Parsed, parseOptions } from '../../options.ts';
import { runShellText } from '../../shell-text.ts';
import type { Meaning } from '../../spec.ts';
import { GIT_COMMANDS } from './commands.ts';
import { applyGlobalOptions, applySetting } from './settings.ts';
import { withoutEnd } from '../../../strings.ts';

/** Options with values, of all subcommands together where they agree. */
const VALUES: Readonly<Record<string, Meaning>> = {
  '-m --message --author --date -C --reuse-message --reedit-message --fixup --squash --cleanup -b -B --branch --depth --since --until --grep -n --max-count --format --pretty --origin -j --jobs -s --strategy -X --strategy-option --onto --refmap --shallow-since --shallow-exclude --filter --server-option --push-option --signed --conflict --unified -U --inter-hunk-context --diff-filter -S -G --color --sort --points-at --contains --prefix --remote-path --reference --separate-git-dir --bundle-uri':
    'text',
  '-F --file --pathspec-from-file --template -t': 'text',
  '--output -o --output-directory': 'write',
  '--config --contents --smtp-server': 'text',
  '--exec -x --upload-pack -u --receive-pack --extcmd --tool': 'text',
  '--remote': 'text',
};

/** Subcommands in which `-u`, `-o`, `-x`, `-n`, `-s`, `-t` and `-S` take no value. */
const SHORT: RegExp = /^(?:push|checkout|switch|branch|stash|add|commit|grep|clean|tag|rebase|remote)$/;
const FEWER_VALUES: Readonly<Record<string, Meaning>> = Object.fromEntries(
  Object.entries(VALUES).map(([names, meaning]) => [
    names
      .split(' ')
      .filter((name) => !/^-[uoxnstSCU]$/.test(name))
      .join(' '),
    meaning,
  ]),
);

export function git(inv: Invocation): void {
  applyGlobalOptions(inv);
  const workTree = inv.value('--work-tree');
  const [sub, ...behind] = inv.operands;
  if (sub === undefined) return;
  if (sub.unresolved.length > 0 || !GIT_COMMANDS.has(sub.value)) return inv.note('alias');
  if (workTree !== undefined) inv.enter(workTree);
  const isShort = SHORT.test(sub.value);
  const parsed = parseOptions(behind, { values: isShort ? FEWER_VALUES : VALUES });
  for (const { meaning, value, name } of parsed.options) {
    if (meaning === 'write' && value !== undefined && !isShort) inv.touch('write', value);
    if (
      /^(?:-F|--file|--pathspec-from-file|--contents|--template|-t)$/.test(name) &&
      sub.value !== 'config' &&
      value !== undefined &&
      value.value !== '-'
    )
      inv.touch('read', value);
  }
  hosts(inv, sub.value, parsed);
  commands(inv, sub.value, parsed, behind);
  files(inv, sub.value, parsed, behind);
}

/** Subcommands that speak to another repository. */
function hosts(inv: Invocation, sub: string, { operands, options }: Parsed): void {
  const add = (word: ShellWord): void => {
    if (/^[a-z0-9+-]+::/i.test(word.value)) transport(inv, word);
    else if (addRepositoryHost(inv.engine, word, inv.name) === 'path')
      inv.touch('read', { ...word, value: word.value.replace(/^file:\/\//i, '') });
  };
  const [first, second, third] = operands;
  const isAll = options.some(({ name }) => name === '--all' || name === '--multiple');
  if (/^(?:push|fetch|pull|ls-remote|fetch-pack|send-pack)$/.test(sub)) {
    const repo = options.find(({ name }) => name === '--repo')?.value ?? first;
    if (repo === undefined || (isAll && sub !== 'push')) addUnresolvedHost(inv.engine, 'remote', inv.name);
    else add(repo);
  } else if (sub === 'clone' && first !== undefined) add(first);
  else if (sub === 'remote') {
    if (first !== undefined && /^(?:add|set-url)$/.test(first.value)) {
      if (third !== undefined) add(third);
      inv.note('deferred-code');
    } else if (first !== undefined && /^(?:update|prune|show)$/.test(first.value))
      addUnresolvedHost(inv.engine, 'remote', inv.name);
  } else if (sub === 'submodule') {
    if (first?.value === 'add' && second !== undefined) add(second);
    else if (first !== undefined && /^(?:update|sync)$/.test(first.value))
      addUnresolvedHost(inv.engine, 'remote', inv.name);
  } else if (/^(?:archive)$/.test(sub)) {
    const remote = options.find(({ name }) => name === '--remote')?.value;
    if (remote !== undefined) add(remote);
  } else if (/^(?:send-email|p4|svn|cvsimport|imap-send|request-pull)$/.test(sub))
    addUnresolvedHost(inv.engine, 'remote', inv.name);
}

/** `ext::command` is run by git as the way to the other side. */
function transport(inv: Invocation, word: ShellWord): void {
  const [kind = '', command = ''] = word.value.split(/::(.*)/s);
  if (word.unresolved.length > 0) inv.note('dynamic-code');
  else if (/^ext$/i.test(kind))
    runShellText(
      inv,
      knownWord(
        command.replaceAll(/%(.)/g, (_all, char: string) => (char === ' ' ? '\\ ' : char === '%' ? '%' : '')),
      ),
    );
  else inv.note('configured');
  if (/:\/\//.test(command)) inv.host(knownWord(command));
}

/** Subcommands and options that run something. */
function commands(
  inv: Invocation,
  sub: string,
  { options, operands }: Parsed,
  behind: readonly ShellWord[],
): void {
  const text = (...names: readonly string[]): void => {
    for (const { name, value } of options)
      if (names.includes(name) && value !== undefined) runShellText(inv, value);
  };
  const [first] = operands;
  if (/^(?:fetch|clone|pull|ls-remote|fetch-pack)$/.test(sub)) text('--upload-pack', '-u', '--exec');
  if (/^(?:push|send-pack)$/.test(sub)) text('--receive-pack', '--exec');
  if (sub === 'archive') text('--exec');
  if (sub === 'rebase') {
    text('--exec');
    behind.forEach(({ value }, at) => {
      const next = behind[at + 1];
      if (/^-[a-z]*x$/.test(value) && next !== undefined) runShellText(inv, next);
      else if (/^-x./.test(value)) runShellText(inv, { ...(behind[at] as ShellWord), value: value.slice(2) });
    });
  }
  if (sub === 'difftool') text('--extcmd', '-x');
  if (sub === 'bisect' && first?.value === 'run') inv.run(behind.slice(behind.indexOf(first) + 1));
  if (sub === 'submodule' && first?.value === 'foreach') {
    const words = behind
      .slice(behind.indexOf(first) + 1)
      .filter(({ value }) => value !== '--recursive' && value !== '--quiet');
    runShellText(inv, {
      value: words.map(({ value }) => value).join(' '),
      unresolved: words.flatMap(({ unresolved }) => unresolved),
    });
  }
  if (sub === 'for-each-repo') inv.run([knownWord('git'), ...operands]);
  if (sub === 'filter-branch') {
    behind.forEach(({ value }, at) => {
      const next = behind[at + 1];
      if (/^--(?:\w+-filter|setup)$/.test(value) && next !== undefined) runShellText(inv, next);
    });
  }
  if (sub === 'grep') {
    for (const word of behind) {
      const open = /^(?:-O|--open-files-in-pager=)(.+)$/s.exec(word.value)?.[1];
      if (open !== undefined) runShellText(inv, { ...word, value: open });
    }
  }
  if (sub === 'config') config(inv, operands, behind);
  if (sub === 'clone')
    for (const { name, value } of options) if (name === '-c' || name === '--config') setting(inv, value);
  if (sub === 'clone' || sub === 'init')
    for (const { name, value } of options)
      if (name === '--template' && value !== undefined) inv.note('configured');
  if (/^(?:clone)$/.test(sub))
    behind.forEach(({ value }, at) => value === '-c' && setting(inv, behind[at + 1]));
  if (
    /^(?:hook|mergetool|instaweb|gui|citool|web--browse|difftool|daemon|credential|remote-ext|remote-fd|p4|svn|send-email)$/.test(
      sub,
    )
  )
    inv.note('configured');
}

function setting(inv: Invocation, word: ShellWord | undefined): void {
  const at = word?.value.indexOf('=') ?? -1;
  if (word === undefined || at === -1) return;
  applySetting(inv, word.value.slice(0, at), { ...word, value: word.value.slice(at + 1) });
}

/** `git config key value`: what is set now runs later. */
function config(inv: Invocation, operands: readonly ShellWord[], behind: readonly ShellWord[]): void {
  const isReading =
    behind.some(({ value }) => /^(?:--get.*|-l|--list|--name-only)$/.test(value)) ||
    /^(?:get|list)$/.test(operands[0]?.value ?? '');
  const words = /^(?:set|unset|rename-section|remove-section|edit)$/.test(operands[0]?.value ?? '')
    ? operands.slice(1)
    : operands;
  const [key, value] = words;
  const file = behind.findIndex(({ value: text }) => text === '-f' || text === '--file');
  const home = behind.some(({ value: text }) => text === '--global');
  if (isReading || (value === undefined && operands[0]?.value !== 'unset')) return;
  if (file !== -1 && behind[file + 1] !== undefined) inv.touch('write', behind[file + 1] as ShellWord);
  else
    inv.touch(
      'write',
      home
        ? knownWord(`${inv.engine.home}/.gitconfig`)
        : behind.some(({ value: text }) => text === '--system')
          ? knownWord('/etc/gitconfig')
          : knownWord('.git/config'),
    );
  if (key === undefined || value === undefined) return;
  if (key.unresolved.length > 0) return inv.note('deferred-code', 'dynamic-code');
  const before = inv.engine.facts.mark().commands;
  applySetting(inv, key.value, value);
  if (inv.engine.facts.mark().commands > before || inv.codes.size > 0) inv.note('deferred-code');
}

/** Subcommands that change the working tree. */
function files(
  inv: Invocation,
  sub: string,
  { options, operands }: Parsed,
  behind: readonly ShellWord[],
): void {
  const has = (...names: readonly string[]): boolean => options.some(({ name }) => names.includes(name));
  const here = knownWord('.');
  const dashes = behind.findIndex(({ value }) => value === '--');
  const paths = dashes === -1 ? operands : behind.slice(dashes + 1);
  switch (sub) {
    case 'clean':
      if (!has('-n', '--dry-run'))
        for (const word of paths.length > 0 ? paths : [here]) inv.touch('delete', word, 'below');
      return;
    case 'rm':
      if (!has('--cached', '-n', '--dry-run')) for (const word of paths) inv.touch('delete', word);
      return;
    case 'mv':
      paths.forEach((word, at) => inv.touch(at === paths.length - 1 ? 'write' : 'delete', word));
      return;
    case 'restore':
      for (const word of paths) inv.touch('write', word, 'below');
      return;
    case 'checkout':
      for (const word of dashes === -1 ? [here] : paths) inv.touch('write', word, 'below');
      return;
    case 'reset':
      if (has('--hard', '--merge', '--keep')) inv.touch('write', here, 'below');
      return;
    case 'switch':
    case 'merge':
    case 'rebase':
    case 'pull':
    case 'cherry-pick':
    case 'revert':
    case 'stash':
      if (sub !== 'stash' || !/^(?:list|show|drop|clear)$/.test(operands[0]?.value ?? ''))
        inv.touch('write', here, 'below');
      return;
    case 'apply':
    case 'am':
      for (const word of operands) inv.touch('read', word);
      if (!has('--check', '--stat', '--numstat', '--summary'))
        inv.touch('write', here, has('--unsafe-paths') ? 'variable' : 'below');
      return;
    case 'clone': {
      const [source, target] = operands;
      const name =
        withoutEnd(source?.value ?? '', '/')
          .replace(/(?:\/?\.git|\.bundle)$/, '')
          .split(/[/:]/)
          .at(-1) ?? '';
      if (target !== undefined) inv.touch('write', target, 'below');
      else if (source !== undefined)
        inv.touch('write', source.unresolved.length > 0 ? here : knownWord(name), 'below');
      return;
    }
    case 'init':
    case 'worktree':
      if (sub === 'init') inv.touch('write', operands[0] ?? here, 'below');
      else if (operands[0]?.value === 'add' && operands[1] !== undefined)
        inv.touch('write', operands[1], 'below');
      else if (operands[0]?.value === 'remove' && operands[1] !== undefined)
        inv.touch('delete', operands[1], 'below');
      return;
    case 'bundle':
      if (operands[0]?.value === 'create' && operands[1] !== undefined) inv.touch('write', operands[1]);
      return;
    case 'diff':
      if (has('--no-index')) for (const word of operands) inv.touch('read', word);
      return;
    case 'checkout-index': {
      const prefix = options.find(({ name }) => name === '--prefix')?.value;
      inv.touch('write', prefix ?? here, 'below');
      return;
    }
    case 'grep':
      if (has('--no-index')) for (const word of operands.slice(1)) inv.touch('read', word);
      return;
    case 'hash-object':
      for (const word of operands) inv.touch('read', word);
      return;
    default:
      return;
  }
}
