import type { UnresolvedCode } from '../codes.ts';
import type { Engine } from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { addressOf, hostsOfText } from './urls.ts';

/** Records the host of `word`, an address with or without a scheme, which is then `scheme`. */
export function addHost(engine: Engine, word: ShellWord, by: string, scheme?: string): void {
  engine.budget.takeText(word.value.length);
  const addresses = hostsOfText(word.value, word.unresolved);
  if (addresses.length > 0) {
    for (const address of addresses) engine.facts.host({ ...address, by });
    return;
  }
  if (word.value === '' || /^file:/i.test(word.value)) return;
  const authority = word.value.replace(/[/?#].*$/s, '');
  const isOpen = word.unresolved.length > 0 && /[$`*?[{~]/.test(authority === '' ? word.value : authority);
  engine.facts.host({ ...addressOf(scheme, authority, isOpen || authority === ''), by });
}

/** Records that a host is reached which the text does not name. */
export function addUnresolvedHost(engine: Engine, code: UnresolvedCode, by: string, scheme?: string): void {
  engine.facts.note([code]);
  engine.facts.host({ host: `unresolved:${code}`, ...(scheme === undefined ? {} : { scheme }), by });
}
