/** Every route of the control plane. */
import type { Route } from './api/index.ts';
import { PROBE_ROUTES } from './probes/index.ts';
import { TOKEN_ROUTES } from './tokens/index.ts';

export const ROUTES: readonly Route[] = [...PROBE_ROUTES, ...TOKEN_ROUTES];
