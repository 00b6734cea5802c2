/** From a log to its mirrors (c2sp.org/tlog-mirror). */
export { mirrorCosigner } from './mirror-cosigner.ts';
export { replicateFolder, type Replicated, type ReplicateOptions } from './replicate-folder.ts';
