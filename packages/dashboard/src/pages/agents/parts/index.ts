/** The parts of the pages of agents. */
export { Actions } from './actions.tsx';
export { Activity, Refusals } from './activity.tsx';
export { StopState } from './kill.tsx';
export { May, Nodes, Registration, Scope } from './overview.tsx';
export { Approvals, Changes } from './record.tsx';
export { RegisterDialog } from './register.tsx';
export { AgentStatus } from './status.tsx';
