/** `git`: settings that run something, hosts, and the files of a working tree. */
export { git } from './git.ts';
