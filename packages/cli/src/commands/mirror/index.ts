/** The commands about mirrors. */
export { addMirror } from './mirror.ts';
