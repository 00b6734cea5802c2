/** Enrolled nodes. */
export { nodeAuthenticator } from './authenticate.ts';
export {
  ENVIRONMENT_NAME,
  goodKey,
  KEY_OVERLAP_MS,
  MAX_LOG_KEYS,
  type NodeKeyRecord,
  nodeKeyOf,
  nodeOfOrigin,
  type NodeRecord,
  NODES,
  originKey,
  type OriginRecord,
  originsOf,
} from './node.ts';
export { ROTATION_ROUTES } from './rotate.ts';
export { NODE_SHOWN, nodeIn, type NodeShown, recordOf, shownNode } from './shown.ts';
