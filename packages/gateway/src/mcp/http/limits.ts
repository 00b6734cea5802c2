/** Bounds of the HTTP face, and what they are where nobody says otherwise. */
import type { HttpLimits } from './types.ts';

/** Between two comments on an idle event stream, in milliseconds; proxies commonly close at 60 s. */
export const KEEP_ALIVE_MS = 15_000;
/** How long a client that lost its stream may take to resume it, in milliseconds; then its call is cancelled. */
export const RESUME_MS = 30_000;
/** Bytes that wait for a client that does not read before notifications to it are dropped. */
export const MAX_WAITING_BYTES: number = 1024 * 1024;
/** A session whose servers ended is not opened anew within this long, in milliseconds. */
export const REOPEN_MS = 1_000;

/** 4 MiB bodies as in the SDKs; 10,000 idle streams cost some 35 KB each, sessions included. */
export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 4 * 1024 * 1024,
  sessions: 10_000,
  sessionsPerPrincipal: 1_000,
  streams: 12_000,
  streamsPerSession: 12_000,
  sessionIdleMs: 30 * 60 * 1000,
};
