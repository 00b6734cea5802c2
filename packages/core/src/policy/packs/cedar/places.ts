/** Lists of folders and hosts as Cedar conditions. */
import { anyOf, joined, literalPattern, not, stringLiteral } from './text.ts';

/** Entries of a list that allows, where there is one, and of a list that forbids. */
export interface PlaceLists {
  readonly only?: readonly string[];
  readonly never: readonly string[];
}

/** The condition that the path `read` is refused. Paths with `.`, `..`, `//`, a backslash or NUL, and relative ones, are not compared but refused. */
export function pathRefused(read: string, { only, never }: PlaceLists): string {
  const odd = ['*/../*', '*/..', '*/./*', '*/.', '*//*'].map((glob) => `${read} like "${glob}"`);
  const unclean = [not(`${read} like "/*"`), ...odd, `${read} like "*\\\\*"`, `${read} like "*\\0*"`];
  const within = (folders: readonly string[]): string =>
    anyOf(folders.map((folder) => inFolder(read, folder))) ?? 'false';
  const refused = [
    ...unclean,
    ...(only === undefined ? [] : [not(within(only))]),
    ...(never.length === 0 ? [] : [`(${within(never)})`]),
  ];
  return joined(refused, '||');
}

/** The condition that the path `read` is `folder` or below it. */
function inFolder(read: string, folder: string): string {
  if (folder === '/') return `${read} like "/*"`;
  return `${read} == ${stringLiteral(folder)} || ${read} like ${literalPattern('', `${folder}/`, '*')}`;
}

/** The condition that the host `read` is in `list`: whole labels, and below an entry that begins with `*.`. */
export function hostListed(read: string, hosts: readonly string[]): string {
  const tests = hosts.map((host) =>
    host.startsWith('*.')
      ? `${read} like ${literalPattern('*', host.slice(1), '')}`
      : `${read} == ${stringLiteral(host)}`,
  );
  return anyOf(tests) ?? 'false';
}

/** The condition that the path `read` may be used: clean, and in one of `folders`. */
export function pathAllowed(read: string, lists: PlaceLists): string {
  return not(pathRefused(read, lists));
}
