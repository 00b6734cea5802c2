/** `sed`: scripts that write, read or run something, and the files edited in place. */
export { sed } from './sed.ts';
