/** From a log to its mirrors (c2sp.org/tlog-mirror). */
export { askMirror, type AskedMirror, type MirrorContext } from './ask-mirror.ts';
export type { ReplicaSource } from './upload-body.ts';
export { mirrorCosigner } from './mirror-cosigner.ts';
