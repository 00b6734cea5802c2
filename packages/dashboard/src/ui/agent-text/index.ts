/** Text that agents wrote. */
export { AgentText } from './agent-text.tsx';
export { markedText } from './marked-text.ts';
export { isMarked } from './read-text.ts';
