/** What stands around pages. */
export { Frame } from './frame.tsx';
export { applyTheme, readTheme } from './theme.ts';
