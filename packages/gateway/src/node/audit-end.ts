/** Audit mode always ends: a configuration that does not say when gets a week. */
import type { Configuration } from '../config/index.ts';

const DAY_MS = 86_400_000;
/** Whole days that audit mode lasts where the configuration names no end. */
export const AUDIT_DAYS = 7;

/**
 * `config` with an end of its audit mode: the one it names, else midnight UTC {@link AUDIT_DAYS} days after `now`.
 * Whole days, so that processes started on one day have one policy hash. A restart on a later day moves the end: name one to fix it.
 */
export function withAuditEnd(config: Configuration, now: number): Configuration {
  if (config.mode !== 'audit' || config.auditUntil !== undefined) return config;
  return { ...config, auditUntil: (Math.floor(now / DAY_MS) + 1 + AUDIT_DAYS) * DAY_MS };
}
