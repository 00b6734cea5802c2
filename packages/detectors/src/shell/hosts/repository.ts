import type { Engine } from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { addHost, addUnresolvedHost } from './add-host.ts';

/** `user@host:path`, as ssh, scp and git write it; no slash before the colon. */
const SCP_LIKE: RegExp = /^(?:[^/@:]+@)?(\[[^\]]+\]|[^/:[]+):(?!\/\/)/;

/** The host of `user@host:path`; undefined for a local path. */
export function scpHost(value: string): string | undefined {
  return SCP_LIKE.exec(value)?.[1];
}

/** Records where a repository is: an address, `host:path`, or the name of a remote. Gives whether it is a local path. */
export function addRepositoryHost(engine: Engine, word: ShellWord, by: string): 'host' | 'path' | 'name' {
  const { value, unresolved } = word;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) {
    if (/^file:/i.test(value)) return 'path';
    addHost(engine, word, by);
    return 'host';
  }
  const host = scpHost(value);
  if (host !== undefined) {
    addHost(engine, { value: host, unresolved }, by, 'ssh');
    return 'host';
  }
  if (unresolved.length === 0 && /^[./~]/.test(value)) return 'path';
  if (unresolved.length > 0) {
    addUnresolvedHost(engine, 'variable', by);
    return 'host';
  }
  addUnresolvedHost(engine, 'remote', by);
  return 'name';
}
