/** How far a version goes. */
export { RollOut } from './roll-out.tsx';
