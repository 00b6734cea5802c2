import type { UnresolvedCode } from '../codes.ts';
import type { Engine } from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { addressOf, hostsOfText } from './urls.ts';
import { before } from '../strings.ts';

/** Clients take `http:/host`, `http:host` and `//host` for `http://host`. */
function withSlashes(value: string): string {
  return value
    .replace(/^(https?|wss?|ftps?|sftp|scp):\/?(?=[^/])/i, '$1://')
    .replace(/^(https?|wss?|ftps?|sftp|scp):\/{3,}/i, '$1://')
    .replace(/^\/{2,}(?=[^/])/, '');
}

/** Records the host of `word`, an address with or without a scheme, which is then `scheme`. */
export function addHost(engine: Engine, word: ShellWord, by: string, scheme?: string): void {
  engine.budget.takeText(word.value.length);
  engine.facts.note(word.unresolved);
  const value = withSlashes(word.value);
  const addresses = hostsOfText(value, word.unresolved);
  if (addresses.length > 0) {
    for (const address of addresses) engine.facts.host({ ...address, by });
    return;
  }
  if (value === '' || /^file:/i.test(value)) return;
  const authority = before(value, /[/?#]/);
  const isOpen = word.unresolved.length > 0 && /[$`*?[{~]/.test(authority === '' ? value : authority);
  engine.facts.host({ ...addressOf(scheme, authority, isOpen || authority === ''), by });
}

/** Records that a host is reached which the text does not name. */
export function addUnresolvedHost(engine: Engine, code: UnresolvedCode, by: string, scheme?: string): void {
  engine.facts.note([code]);
  engine.facts.host({ host: `unresolved:${code}`, ...(scheme === undefined ? {} : { scheme }), by });
}
