/** Levels of `notifications/message`, from the most to the least verbose (RFC 5424 §6.2.1). */
import { isJsonObject, type JsonValue, ownProperty } from '@writ/core';
import type { RpcNotification } from '../../rpc/index.ts';
import { META } from '../envelope.ts';
import type { ClientCall } from '../types.ts';

const LOG_LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const;

/** One of them. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `value` as a level; `undefined` where it is none. */
export function logLevel(value: JsonValue | undefined): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === value);
}

/** The level from which on a modern request wants messages; `undefined` where it wants none. */
export function levelOf({ request }: ClientCall): LogLevel | undefined {
  const meta = request.params === undefined ? undefined : ownProperty(request.params, '_meta');
  return isJsonObject(meta) ? logLevel(ownProperty(meta, META.logLevel)) : undefined;
}

/** Whether `level` says more than `other`, which says nothing where it is absent. */
export function isMoreVerbose(level: LogLevel, other: LogLevel | undefined): boolean {
  return other === undefined || LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(other);
}

/** Whether the message is of `level` or above; one of no known level is. */
export function isFrom(level: LogLevel, { params }: RpcNotification): boolean {
  const own = params === undefined ? undefined : logLevel(ownProperty(params, 'level'));
  return own === undefined || LOG_LEVELS.indexOf(own) >= LOG_LEVELS.indexOf(level);
}
