/** Who there is in the organisation. */
export {
  type Agent,
  AGENTS,
  PEOPLE,
  type Person,
  type Team,
  TEAMS,
  useAgents,
  usePeople,
  useTeams,
} from './directory.ts';
export { AgentName, PersonName, TeamName } from './names.tsx';
