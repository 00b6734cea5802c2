/** Tools that nodes pinned. */
export { TOOL_ROUTES } from './routes.ts';
