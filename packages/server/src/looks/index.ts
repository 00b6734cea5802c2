/** Looks of people at what entries hold in full. */
export { LOOK_NODE_ROUTES } from './node-routes.ts';
export { LOOK_ROUTES } from './people-routes.ts';
