/** The gateway for MCP over Streamable HTTP, both eras. */
export { createHttpFace } from './face.ts';
export type {
  Admitted,
  Challenge,
  HttpFace,
  HttpFaceOptions,
  HttpFaceStats,
  HttpLimits,
  SessionScope,
} from './types.ts';
