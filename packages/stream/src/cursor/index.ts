/** How far a destination has got, kept on the disk. */
export { type Cursor, damaged } from './cursor.ts';
export { cursorFile, type CursorStore } from './cursor-file.ts';
