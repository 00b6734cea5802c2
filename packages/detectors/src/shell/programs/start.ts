/** Starting a program: the fact itself, and what its words do. */
import { type UnresolvedCode, unite } from '../codes.ts';
import { type Call, type Engine, inFolder, type State } from '../engine/index.ts';
import { hostsOfText } from '../hosts/index.ts';
import { isInside, isSystemFolder, locate } from '../paths/index.ts';
import type { ShellCommand } from '../types.ts';
import { lineOf, quoteWord } from '../words/index.ts';
import { changesOf } from './environment.ts';
import { handlerOf } from './handlers/index.ts';
import { Invocation } from './invocation.ts';
import { applyMeaning } from './meanings.ts';
import { type Parsed, parseOptions } from './options.ts';
import { runStdinCode } from './shell-text.ts';
import { nameInTables, specOf } from './tables/index.ts';

/** A program whose command is recorded. */
export interface Started {
  readonly invocation: Invocation;
  /** State in which the shell started it. */
  readonly before: State;
  /** Adds codes to the command. */
  readonly note: (...codes: readonly UnresolvedCode[]) => void;
  /** Adds the name of the script that it runs. */
  readonly name: (packageScript: string) => void;
  /** Adds the program that it reads from its standard input to its words. */
  readonly reads: (code: string) => void;
}

/** Records the command. `name` is `?` where the program is not known. */
export function recordCommand(engine: Engine, call: Call, given: string): Started {
  const { words, frame } = call;
  const name = nameInTables(given);
  const spec = specOf(name);
  const parsed = parseOptions(words.slice(1), spec);
  const state = inFolders(call.state, parsed);
  const codes = unite(
    ...words.map(({ unresolved }) => unresolved),
    ...call.assignments.map(({ unresolved }) => unresolved),
    call.codes ?? [],
    state.lasting,
    spec?.codes ?? [],
    changesOf(engine, call.assignments, state, frame),
    codesOfName(given),
    state.cwds === undefined ? ['cwd'] : [],
    frame.codes,
    frame.isElsewhere ? ['elsewhere'] : [],
  );
  const place = pathOf(call, given);
  const [first] = parsed.operands;
  const hasSubcommand = spec?.subcommands === true && first !== undefined;
  const [cwd = '/?', ...otherCwds] = state.cwds ?? [];
  const at = engine.facts.command({
    program: name,
    ...(place.path === undefined ? {} : { path: place.path }),
    argv: words,
    line: lineOf(words),
    ...(hasSubcommand ? { subcommand: first.value } : {}),
    options: parsed.names,
    operands: parsed.operands.slice(hasSubcommand ? 1 : 0).map(({ value }) => value),
    cwd,
    ...(otherCwds.length > 0 ? { otherCwds } : {}),
    inWorkspace: isInWorkspace(state, engine.workspace) && !frame.isElsewhere,
    pipedFrom: frame.pipedFrom,
    via: frame.via,
    assignments: call.assignments.map(({ name: variable, value, unresolved }) => ({
      name: variable,
      value,
      unresolved,
    })),
    unresolved: unite(codes, place.codes),
  });
  for (const word of [...words, ...call.assignments])
    for (const address of hostsOfText(word.value, word.unresolved))
      engine.facts.host({ ...address, by: name });
  return {
    before: call.state,
    invocation: new Invocation({
      engine,
      name,
      args: words.slice(1),
      spec,
      parsed,
      frame,
      state,
      assignments: call.assignments,
    }),
    name: (packageScript) => {
      engine.facts.amend(at, (command) => ({ ...command, packageScript }));
    },
    reads: (code) => {
      engine.facts.amend(at, (command) => ({ ...command, line: `${command.line} <<< ${quoteWord(code)}` }));
    },
    note: (...more) => {
      engine.facts.amend(
        at,
        (command): ShellCommand => ({ ...command, unresolved: unite(command.unresolved, more) }),
      );
    },
  };
}

/** `state` in the folder that options of the program name. */
function inFolders(state: State, { options }: Parsed): State {
  let next = state;
  for (const { meaning, value } of options)
    if (meaning === 'folder' && value !== undefined) next = inFolder(next, value);
  return next;
}

function isInWorkspace(state: State, workspace: string): boolean {
  return state.cwds?.every((cwd) => isInside(cwd, workspace)) === true;
}

function codesOfName(name: string): readonly UnresolvedCode[] {
  if (name === '?') return ['program'];
  if (/[^\x20-\x7e]/.test(name)) return ['non-ascii-program'];
  return name.startsWith('!') && name !== '!' ? ['history'] : [];
}

function pathOf(
  { words, state }: Call,
  name: string,
): { readonly path?: string; readonly codes: readonly UnresolvedCode[] } {
  const [program] = words;
  if (name === '?' || program === undefined || !program.value.includes('/')) return { codes: [] };
  const { path, unresolved } = locate(program.value, [], state.cwds?.[0]);
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  return { path, codes: isSystemFolder(folder) ? unresolved : unite(unresolved, ['local-program']) };
}

/** Carries out what the words of a recorded program do; gives the state after it. */
export function runProgram(started: Started): State {
  const { invocation: inv, note } = started;
  const { spec, parsed } = inv;
  // A dash stands for the standard streams.
  for (const { meaning, value } of parsed.options)
    if (meaning !== undefined && value !== undefined && value.value !== '-')
      applyMeaning(inv, meaning, value);
  if (spec !== undefined) applyOperands(inv);
  handlerOf(inv.name)?.(inv);
  note(...inv.codes);
  if (inv.packageScript !== undefined) started.name(inv.packageScript);
  if (inv.stdinCode !== undefined) started.reads(inv.stdinCode);
  return { ...started.before, links: inv.state.links };
}

function applyOperands(inv: Invocation): void {
  const { spec, operands } = inv;
  if (spec === undefined) return;
  if (spec.runs !== undefined) {
    for (const word of operands.slice(0, spec.runs)) if (spec.first) applyMeaning(inv, spec.first, word);
    const command = operands.slice(spec.runs);
    inv.run(command[0]?.value === '--' ? command.slice(1) : command);
    return;
  }
  const all = spec.subcommands === true ? operands.slice(1) : operands;
  const list = spec.plus === true ? all.filter(({ value }) => !/^\+./.test(value)) : all;
  const noFirst = spec.firstUnless?.split(' ').some((name) => inv.has(name)) === true;
  list.forEach((word, at) => {
    const isFirst = at === 0 && spec.first !== undefined && !noFirst;
    const isLast = at === list.length - 1 && at > 0 && spec.last !== undefined;
    const meaning = isFirst ? spec.first : isLast ? spec.last : spec.operands;
    if (meaning !== undefined) applyMeaning(inv, meaning, word);
  });
  if (list.length === 0 && spec.readsCode !== undefined && inv.codes.size === 0)
    runStdinCode(inv, spec.readsCode);
}
