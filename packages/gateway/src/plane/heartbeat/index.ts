/** How this node tells the control plane that it is there. */
export { createDecisionCounter, type DecisionCounter, type DecisionCounts } from './count-decisions.ts';
export { type Heartbeat, type HeartbeatOptions, type Heartbeats, sendHeartbeats } from './send-heartbeats.ts';
export {
  type FaultMemory,
  faultMemory,
  type Trouble,
  type TroubleParts,
  troublesOf,
} from './troubles.ts';
