/** What stands around pages. */
export { Frame } from './frame.tsx';
export { takeNext } from './sign-in.ts';
export { applyTheme, readTheme, setTheme, THEMES } from './theme.ts';
