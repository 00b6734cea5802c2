/** The register of agents. */
export { type AgentRecord, AGENTS, type StoppedAgent, stoppedAgents } from './agent.ts';
export { AGENT_ROUTES } from './routes.ts';
