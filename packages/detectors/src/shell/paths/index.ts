/** Paths by their names alone: nothing here looks at a file system. */
export { isInside } from './inside.ts';
export { locate, type Located } from './locate.ts';
export { normalise } from './normalise.ts';
export { isSystemFolder } from './system-folders.ts';
