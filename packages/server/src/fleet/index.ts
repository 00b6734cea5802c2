/** The fleet: how the nodes are. */
export { fleetOf, type Live } from './fleet.ts';
export {
  type DecisionsUnder,
  type Heartbeat,
  HEARTBEAT_EVERY_MS,
  type LastHeartbeat,
  lastHeartbeats,
  STALE_AFTER_MS,
} from './heartbeat.ts';
export { FLEET_ROUTES } from './routes.ts';
