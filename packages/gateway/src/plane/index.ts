/** A node’s side of its control plane. */
export {
  createPlaneClient,
  type PlaneAnswer,
  type PlaneClient,
  type PlaneClientOptions,
  type PlaneIdentity,
  type PlaneRequest,
} from './plane-client.ts';
