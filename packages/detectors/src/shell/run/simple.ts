/** A simple command: its words, its redirections, what it assigns, and then its call. */
import type { ArrayValue, Assignment, Command } from 'unbash';
import { unite } from '../codes.ts';
import {
  type Assigned,
  both,
  type Engine,
  type Frame,
  isKnown,
  join,
  known,
  type Outcome,
  type Scalar,
  type State,
  textValue,
  UNKNOWN_HERE,
  valueOf,
} from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { computeText, expandText, expandWord, keep, type Surroundings } from '../words/index.ts';
import { changesOf } from '../programs/index.ts';
import { redirect } from './redirects.ts';

export function runSimple(engine: Engine, node: Command, state: State, frame: Frame): Outcome {
  const around = { engine, scope: { state }, frame };
  const words = node.name === undefined ? [] : [...expandWord(node.name, around)];
  const listed: Assigned[] = [];
  const typed = words[0]?.value ?? '';
  for (const argument of node.args) {
    if (argument.type === 'Word') words.push(...expandWord(argument, around));
    else {
      const assigned = expandAssignment(argument, around);
      words.push({
        value: `${argument.name}${argument.append ? '+' : ''}=${assigned.value}`,
        unresolved: assigned.unresolved,
      });
      if (typed !== 'alias') listed.push(assigned);
    }
  }
  const by = programName(words[0]);
  const opened = redirect(engine, node.redirects, around.scope, frame, by);
  const prefix: Assigned[] = [];
  const before = around.scope.state;
  for (const item of node.prefix) {
    if (item.type !== 'Assignment') continue;
    const assigned = expandAssignment(item, around);
    prefix.push(assigned);
    // The next one sees it already.
    around.scope.state = keep(around.scope.state, [assigned]);
  }
  if (words.length > 0) around.scope.state = before;
  const restore = (end: State | undefined): State | undefined => end && { ...end, stdin: state.stdin };

  if (words.length === 0) {
    const codes = changesOf(engine, prefix, around.scope.state, frame);
    engine.facts.note(codes);
    const kept = keep(around.scope.state, prefix);
    return both({ ...kept, stdin: state.stdin, lasting: unite(kept.lasting, codes) });
  }
  const { success, failure } = engine.call({
    words,
    assignments: prefix,
    state: around.scope.state,
    frame: opened.frame,
    listed,
  });
  // `$x` may vanish, and then what stands before it is assigned for good.
  const mayVanish = prefix.length > 0 && words[0]?.unresolved.length !== 0;
  const finish = (end: State | undefined): State | undefined => {
    const isKept = words[0]?.value === 'exec' && words.length === 1;
    const restored = isKept ? end : restore(end);
    return restored !== undefined && mayVanish ? join(restored, keep(restored, prefix)) : restored;
  };
  return { success: finish(success), failure: finish(failure) };
}

function programName(word: ShellWord | undefined): string {
  if (word === undefined) return 'shell';
  return word.unresolved.length > 0 ? '?' : (word.value.split('/').at(-1) ?? '?');
}

function expandAssignment(node: Assignment, around: Surroundings): Assigned {
  const { name } = node;
  const before = valueOf(around.scope.state, name);
  const base = { name };
  let index: Scalar | undefined;
  if (node.index !== undefined) {
    index = expandText(node.index, around);
    computeText(index, around);
  }
  if (node.value.type === 'ArrayValue') {
    const items = expandItems(node.value, around);
    const old = before.kind === 'list' && node.append === true ? before.items : [];
    const isKnownList = items !== undefined && (node.append !== true || before.kind === 'list');
    return {
      ...base,
      value: node.text.slice(name.length + 1),
      unresolved: unite(...(items ?? []).map((item) => item.unresolved)),
      held: isKnownList ? { kind: 'list', items: [...old, ...items] } : UNKNOWN_HERE,
    };
  }
  const scalar = expandText(node.value, around, true);
  // A variable with attributes may be an integer, whose value is computed.
  if (around.scope.state.odd.has(name)) computeText(scalar, around);
  const shown = { ...base, value: scalar.text, unresolved: scalar.unresolved };
  if (index !== undefined || before.kind === 'list') return { ...shown, held: UNKNOWN_HERE };
  if (node.append !== true) return { ...shown, held: textValue(scalar) };
  const old = before.kind === 'text' ? before.scalar : before.kind === 'unset' ? known('') : undefined;
  if (old === undefined || (old.numeric ?? scalar.numeric)) return { ...shown, held: UNKNOWN_HERE };
  return {
    ...shown,
    held: textValue({ text: old.text + scalar.text, unresolved: unite(old.unresolved, scalar.unresolved) }),
  };
}

/** The elements of `(…)`; undefined where they have indices or are not all known. */
function expandItems(array: ArrayValue, around: Surroundings): readonly Scalar[] | undefined {
  const words = array.elements.flatMap((element) => expandWord(element, around));
  const hasIndex = array.elements.some(({ text }) => /^\[.*\]\+?=/s.test(text));
  const items = words.map(({ value, unresolved }): Scalar => ({ text: value, unresolved }));
  return hasIndex || !items.every(isKnown) ? undefined : items;
}
