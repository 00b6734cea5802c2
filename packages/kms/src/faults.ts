/** What is told of a key service that does not do what it is asked. */
import { Fault } from '@writ/core';

/** Longest that one call takes with all its attempts, in milliseconds, where nothing is said. */
export const TIMEOUT_MS = 10_000;

/** Where whoever reads a hint named the service: the same code opens a node's bodies and signs bundles by command. */
const NAMED = '`keys:` in writ.yaml, or at the file that a command was given as `--service`';

/**
 * The service did not answer, or not in time. INVARIANT: neither what was sent nor what came back is told, nor kept as a cause: a client's own error holds the request,
 * with token and key.
 */
export function unavailable(id: string, said: string): Fault {
  return new Fault('key.unavailable', `the key service does not answer for \`${id}\`: ${said}`, {
    hint: `look at ${NAMED}, and at the way to the service, then try again; a node does not start without it`,
  });
}

/** The service answered, and will not. */
export function refused(id: string, said: string): Fault {
  return new Fault('key.refused', `the key service refuses \`${id}\`: ${said}`, {
    hint: `look at the rights of whoever asks, at ${NAMED}, and at whether the key is there and enabled; of a node also whether its ring belongs to this data folder`,
  });
}

/** The word for an error that is no answer: its code, or its name. */
export function errorWord(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no answer';
  return wordOf('code' in cause && typeof cause.code === 'string' ? cause.code : cause.name);
}

/** A service names its errors itself; of anything else than a name nothing is repeated. */
export function wordOf(name: unknown): string {
  return typeof name === 'string' && /^[A-Za-z0-9_]{1,60}$/.test(name) ? name : 'an error without a name';
}
