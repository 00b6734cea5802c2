/** Where hosts are, and whether they are gone to. */
export { ownPlaces } from './own-places.ts';
export { reach, type Reached, type ReachPorts } from './reach.ts';
export { createResolver, type Resolver } from './resolver.ts';
