/** The register of agents. */
export { type AgentRecord, AGENTS } from './agent.ts';
export { AGENT_ROUTES } from './routes.ts';
