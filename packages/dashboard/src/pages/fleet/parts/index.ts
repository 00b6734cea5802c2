/** The parts of the fleet's page. */
export { Enrolments } from './enrolments.tsx';
export { NodePanel } from './node-panel.tsx';
export { Nodes } from './nodes.tsx';
export { Stops } from './stops.tsx';
