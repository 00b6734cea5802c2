/** What a word with a meaning does. */
import { addHost } from '../hosts/index.ts';
import type { ShellWord } from '../types.ts';
import type { Invocation } from './invocation.ts';
import { rest } from './options.ts';
import { runForeignCode, runShellText, STDIN_PATH, runDescriptor } from './shell-text.ts';
import type { Meaning } from './spec.ts';
import { before } from '../strings.ts';

export function applyMeaning(inv: Invocation, meaning: Meaning, word: ShellWord): void {
  switch (meaning) {
    case 'text':
    case 'folder':
      return;
    case 'read':
    case 'write':
    case 'delete':
      if (word.value !== '-' || meaning !== 'read') inv.touch(meaning, word);
      return;
    case 'move':
      inv.touch('read', word);
      return inv.touch('delete', word);
    case 'update':
      inv.touch('read', word);
      return inv.touch('write', word);
    case 'shell':
      return runShellText(inv, word);
    case 'code':
      return runForeignCode(inv, word);
    case 'script':
      if (word.unresolved.includes('process-substitution')) return inv.note('piped-code');
      if (STDIN_PATH.test(word.value)) return runDescriptor(inv, word.value, 'code');
      inv.note('script-file');
      return inv.touch('read', word);
    case 'library':
      inv.note('script-file');
      if (/^[./~]/.test(word.value)) inv.touch('read', word);
      return;
    case 'arguments':
      inv.note('argument-file');
      return word.value === '-' ? undefined : inv.touch('read', word);
    case 'settings':
      inv.note('configured');
      return inv.touch('read', word);
    case 'at-file':
      if (word.value.startsWith('@') && word.value !== '@-') inv.touch('read', rest(word, 1));
      return;
    case 'form': {
      const at = word.value.search(/=[@<]/);
      if (at !== -1 && !/=[@<]-(?:;|$)/.test(word.value))
        inv.touch('read', rest({ ...word, value: before(word.value, /;/) }, at + 2));
      return;
    }
    case 'url':
      if (/^file:/i.test(word.value))
        return inv.touch('read', { ...word, value: word.value.replace(/^file:(?:\/\/[^/]*)?/i, '') });
      return addHost(inv.engine, word, inv.name, 'http');
    case 'host':
      return addHost(inv.engine, word, inv.name);
    default:
      return meaning satisfies never;
  }
}
