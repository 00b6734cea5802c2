/** The gateway for MCP over Streamable HTTP, both eras. */
export { createHttpFace } from './face.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export type {
  Admitted,
  Challenge,
  Era,
  HttpFace,
  HttpFaceOptions,
  HttpFaceStats,
  HttpLimits,
  SessionScope,
} from './types.ts';
