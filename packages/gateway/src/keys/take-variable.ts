/** Secrets in the environment: taken out of it, so that no program that Writ starts inherits them. */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

/** What was taken out of environments that are not this process' own. */
const taken = new WeakMap<object, Map<string, string>>();

/**
 * The value of `name`, the same each time, though it is gone from `environment` after the first. Threads of this process that begin later find it too. What the operating system shows
 * of a process to its own user (`/proc/PID/environ`) is not changed by that.
 */
export function takeVariable(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const value = environment[name];
  if (value === undefined) return known(environment, name);
  delete (environment as Record<string, string | undefined>)[name];
  if (environment === process.env) setEnvironmentData(threadKey(name), value);
  else taken.set(environment, new Map([...(taken.get(environment) ?? []), [name, value]]));
  return value;
}

function known(environment: object, name: string): string | undefined {
  if (environment !== process.env) return taken.get(environment)?.get(name);
  const value = getEnvironmentData(threadKey(name));
  return typeof value === 'string' ? value : undefined;
}

function threadKey(name: string): string {
  return `writ/taken/${name}`;
}
