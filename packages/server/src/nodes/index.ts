/** Enrolled nodes. */
export { nodeAuthenticator } from './authenticate.ts';
export {
  ENVIRONMENT_NAME,
  goodKey,
  MAX_LOG_KEYS,
  nodeKeyOf,
  nodeOfOrigin,
  type NodeRecord,
  NODES,
  originKey,
  originsOf,
} from './node.ts';
export { isFirstShown } from './nonces.ts';
export { ROTATION_ROUTES } from './rotate.ts';
export { NODE_SHOWN, nodeIn, type NodeShown, recordOf, shownNode } from './shown.ts';
export { nodeStanding, requireGood } from './standing.ts';
