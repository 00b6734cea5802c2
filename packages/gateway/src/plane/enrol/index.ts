/** How this node becomes one of a control plane, and stays the same while its key changes. */
export {
  type Enrolled,
  enrolNode,
  type EnrolOptions,
  keyIn as nodeKeyIn,
  type PlaneMirrorLine,
} from './enrol-node.ts';
export { rotateNodeKey, type RotateOptions } from './rotate-key.ts';
