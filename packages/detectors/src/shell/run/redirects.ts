/** Redirections: the files and hosts they open, and what standard input becomes. */
import type { HereDoc, HereString, Redirect, Redirection } from 'unbash';
import {
  assign,
  type Engine,
  type Frame,
  type Scalar,
  type Scope,
  type State,
  type Stdin,
  touch,
  UNKNOWN_NUMBER,
} from '../engine/index.ts';
import { addHost } from '../hosts/index.ts';
import type { FileAccess } from '../types.ts';
import { expandBody, expandText } from '../words/index.ts';

const WRITES: ReadonlySet<string> = new Set(['>', '>>', '>|', '&>', '&>>', '>&', '<>']);
const READS: ReadonlySet<string> = new Set(['<', '<>']);
/** A descriptor, or one that is closed or moved. */
const DESCRIPTOR: RegExp = /^(?:\d+-?|-)$/;
/** What bash itself opens as a connection. */
const SOCKET: RegExp = /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/;

/** Opens everything that `redirections` name, for the program `by`. */
export function redirect(
  engine: Engine,
  redirections: readonly Redirection[],
  scope: Scope,
  frame: Frame,
  by: string,
): { readonly state: State; readonly frame: Frame } {
  let inner = frame;
  for (const redirection of redirections) {
    engine.budget.take();
    if (redirection.descriptor?.type === 'FileDescriptorVariable')
      scope.state = assign(scope.state, redirection.descriptor.name, UNKNOWN_NUMBER);
    if (redirection.type === 'Redirect') inner = openTarget(engine, redirection, scope, inner, by);
    else {
      const text = hereText(engine, redirection, scope, inner);
      if (isStdin(redirection)) {
        scope.state = { ...scope.state, stdin: { kind: 'text', text } };
        inner = { ...inner, pipedFrom: [] };
      }
    }
  }
  return { state: scope.state, frame: inner };
}

function isStdin({ descriptor }: Redirection): boolean {
  return descriptor === undefined || (descriptor.type === 'FileDescriptor' && descriptor.value === 0);
}

function hereText(engine: Engine, here: HereString | HereDoc, scope: Scope, frame: Frame): Scalar {
  const around = { engine, scope, frame };
  if (here.type === 'HereDoc') {
    const scalar = expandBody(here.body, here.delimiter?.quoted === true, around);
    return here.operator === '<<-' ? { ...scalar, text: scalar.text.replaceAll(/^\t+/gm, '') } : scalar;
  }
  return here.target === undefined ? { text: '', unresolved: [] } : expandText(here.target, around);
}

function openTarget(engine: Engine, node: Redirect, scope: Scope, frame: Frame, by: string): Frame {
  if (node.target === undefined) return frame;
  const mark = engine.facts.mark();
  const target = expandText(node.target, { engine, scope, frame });
  const word = { value: target.text, unresolved: target.unresolved };
  const isCopy = node.operator === '>&' || node.operator === '<&';
  const isKnownCopy = isCopy && target.unresolved.length === 0 && DESCRIPTOR.test(target.text);
  const readsInput = (READS.has(node.operator) || node.operator === '<&') && isStdin(node);
  if (!isKnownCopy) open(engine, node, { scope, frame, by, target: word });
  if (!readsInput) return frame;
  const substituted = word.unresolved.includes('process-substitution');
  const stdin: Stdin = isCopy
    ? { kind: 'unknown' }
    : substituted
      ? { kind: 'pipe' }
      : { kind: 'file', path: word.value };
  scope.state = { ...scope.state, stdin };
  return { ...frame, pipedFrom: substituted ? engine.facts.programsSince(mark) : [] };
}

function open(
  engine: Engine,
  node: Redirect,
  {
    scope,
    frame,
    by,
    target,
  }: {
    readonly scope: Scope;
    readonly frame: Frame;
    readonly by: string;
    readonly target: { readonly value: string; readonly unresolved: Scalar['unresolved'] };
  },
): void {
  const socket = SOCKET.exec(target.value);
  if (socket !== null) {
    const [, scheme = '', host = '', port = ''] = socket;
    addHost(engine, { value: `${scheme}://${host}:${port}`, unresolved: target.unresolved }, by);
    return;
  }
  const accesses: FileAccess[] = [];
  if (READS.has(node.operator)) accesses.push('read');
  if (WRITES.has(node.operator)) accesses.push('write');
  for (const access of accesses) touch(engine, { access, word: target, by, state: scope.state, frame });
}
