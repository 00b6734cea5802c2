/** The fleet: how the nodes are. */
export { fleetOf } from './fleet.ts';
export { HEARTBEAT_EVERY_MS, type LastHeartbeat, lastHeartbeats, type TROUBLES } from './heartbeat.ts';
export { FLEET_ROUTES } from './routes.ts';
