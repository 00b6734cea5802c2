/** The register of agents. */
export { AGENTS } from './agent.ts';
export { AGENT_ROUTES } from './routes.ts';
