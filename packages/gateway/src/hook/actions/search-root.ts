/** The folder that a pattern of names looks through. */
import { posix } from 'node:path';
import { asksForSecrets } from './secret-names.ts';
import type { Touched } from './touched.ts';

const PATTERN = /[*?[{(!]/;

/** What `pattern`, read from `root`, looks at: the folder before its first wild name. */
export function searched(root: string, pattern: string): Extract<Touched, { readonly kind: 'file' }> {
  const names = pattern.split('/');
  const wild = names.findIndex((name) => PATTERN.test(name));
  if (wild === -1) return { kind: 'file', access: 'read', path: joined(root, pattern) };
  const before = names.slice(0, wild).join('/');
  // Behind a wild name, `..` may lead to anywhere; and `{a,..}` is a way up, too.
  const isUp = names.slice(wild).some((name) => name.includes('..'));
  return {
    kind: 'file',
    access: 'read',
    path: pattern.startsWith('/') ? before || '/' : joined(root, before === '' ? '.' : before),
    unresolved: ['below', ...(isUp ? ['glob-up'] : []), ...(asksForSecrets(pattern) ? ['secret-names'] : [])],
  };
}

function joined(root: string, name: string): string {
  if (name.startsWith('/') || name === '~' || name.startsWith('~/')) return name;
  return posix.isAbsolute(root) || root.startsWith('~') || root !== '.' ? `${root}/${name}` : name;
}
