/** Refusals that both eras share. */
import { INVALID_REQUEST, OVERLOADED, SESSION_NOT_FOUND } from '../rpc/index.ts';
import type { HttpRefusal } from './wire/index.ts';

/** Seconds after which a client may try again. */
const RETRY_AFTER = { 'retry-after': '1' };

export const FULL: HttpRefusal = {
  status: 503,
  headers: RETRY_AFTER,
  error: { code: OVERLOADED, message: 'too many sessions or streams are open; try again later' },
};

/** Whoever has all sessions that one may have, and uses them all. */
export const TOO_MANY_SESSIONS: HttpRefusal = {
  status: 429,
  headers: RETRY_AFTER,
  error: {
    code: OVERLOADED,
    message: 'too many sessions of this caller are open and in use; end one with DELETE, or try again later',
  },
};

export const DRAINING: HttpRefusal = {
  status: 503,
  headers: { ...RETRY_AFTER, connection: 'close' },
  error: { code: OVERLOADED, message: 'the gateway is going down; try again later' },
};

export const NO_SESSION: HttpRefusal = {
  status: 404,
  error: { code: SESSION_NOT_FOUND, message: 'Session not found: initialize a new one' },
};

export const NEEDS_SESSION: HttpRefusal = {
  status: 400,
  error: {
    code: INVALID_REQUEST,
    message:
      'no `Mcp-Session-Id` header came: `initialize` first, or send the per-request `_meta` of MCP 2026-07-28',
  },
};
