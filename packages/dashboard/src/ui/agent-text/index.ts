/** Text that agents wrote. */
export { AgentText } from './agent-text.tsx';
export { isMarked } from './read-text.ts';
