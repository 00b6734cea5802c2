/** Opening a node. */
export type { NodePolicy, PinnedTool, ToolPins, WritNode } from './types.ts';
