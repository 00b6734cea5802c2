/** Tools as the API has them. */
import type { operations } from '../../api/index.ts';

export type Tool = operations['listTools']['responses'][200]['content']['application/json']['items'][number];
export type ToolDetail = operations['getTool']['responses'][200]['content']['application/json'];
export type ToolPin = ToolDetail['history'][number];
