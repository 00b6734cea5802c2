/** An API token that a person agrees to in a browser (RFC 8628): this command shows a code and asks until somebody answered. */
import { hostname } from 'node:os';
import { Fault, isFault, type JsonObject } from '@writ/core';
import { numberIn, objectIn, openReached, type Plane, type ReachedPlane, textIn } from '../../plane/index.ts';
import { isInteractive, openBrowser, remark, visible } from '../../terminal/index.ts';

/** What is asked for. */
export interface DeviceFlags {
  readonly roles?: string;
  readonly days?: string;
  readonly browser?: boolean;
}

/** Whole days that a token may be asked for. */
const DAYS = /^[1-9]\d?$/;
/** What a hasty question costs, in seconds (RFC 8628 §3.5). */
const SLOWER_SECONDS = 5;
/** Longest that anybody waits, in seconds, whatever a server says. */
const LONGEST_LIFE_SECONDS = 1_800;
/** Nobody is asked less often than this, in seconds, whatever a server says. */
const LONGEST_INTERVAL_SECONDS = 120;

/** Shows link and code, and waits. Throws `plane.refused` where the person refused or nobody answered in time. */
export async function deviceToken(reached: ReachedPlane, flags: DeviceFlags): Promise<string> {
  const body = askedFor(flags);
  const plane = openReached(reached);
  try {
    const begun = await ask(plane, '/v1/device-logins', body);
    const [code, link, complete, deviceCode] = [
      textIn(begun, 'user_code'),
      textIn(begun, 'verification_uri'),
      textIn(begun, 'verification_uri_complete'),
      textIn(begun, 'device_code'),
    ];
    requireOwn(plane.url, link, complete);
    remark(`open ${visible(complete)}`);
    remark(`or ${visible(link)}, on any machine, and type the code ${visible(code)}`);
    remark('agree only where the page shows this very code; waiting');
    if (isInteractive() && flags.browser !== false) openBrowser(complete);
    const waiting = {
      interval: numberIn(begun, 'interval'),
      left: numberIn(begun, 'expires_in') + SLOWER_SECONDS,
    };
    return await tokenWhenAgreed(plane, deviceCode, waiting);
  } finally {
    plane.close();
  }
}

/** Asks until there is an answer, or the time of the code is over, in seconds. */
async function tokenWhenAgreed(
  plane: Plane,
  deviceCode: string,
  { interval: first, left: whole }: { readonly interval: number; readonly left: number },
): Promise<string> {
  let interval = first;
  for (let left = Math.min(whole, LONGEST_LIFE_SECONDS); left > 0; left -= interval) {
    interval = Math.min(Math.max(interval, 1), LONGEST_INTERVAL_SECONDS);
    await pause(interval);
    try {
      return textIn(await ask(plane, '/v1/device-logins/token', { device_code: deviceCode }), 'token');
    } catch (fault) {
      interval = intervalAfter(fault, interval);
    }
  }
  throw nobodyAgreed(undefined);
}

/** How long to wait after `fault`, in seconds. Throws where there is nothing to wait for. */
function intervalAfter(fault: unknown, interval: number): number {
  const problem = problemOf(fault);
  if (problem === 'device.authorization_pending') return interval;
  if (problem === 'device.slow_down') return interval + SLOWER_SECONDS;
  if (problem === 'device.access_denied')
    throw new Fault('plane.refused', 'the sign-in was refused in the browser', {}, { cause: fault });
  if (problem === 'device.expired_token') throw nobodyAgreed(fault);
  // A server that restarts, or cannot be reached for a moment: the code lasts until it ends.
  if (!isPassing(fault)) throw fault;
  return Math.max(interval, SLOWER_SECONDS);
}

function nobodyAgreed(cause: unknown): Fault {
  return new Fault(
    'plane.refused',
    'nobody agreed in time, or the code was used already',
    { hint: 'run `writ login` again' },
    { cause },
  );
}

/** INVARIANT: the browser is led to the control plane that was named, and nowhere else. */
function requireOwn(url: string, ...links: readonly string[]): void {
  const own = new URL(url);
  for (const link of links) {
    const { protocol, hostname: host, port } = URL.canParse(link) ? new URL(link) : new URL('about:blank');
    const isSame = host === own.hostname || (isLoopback(host) && isLoopback(own.hostname));
    if (protocol !== own.protocol || port !== own.port || !isSame)
      throw new Fault('upstream.protocol', 'the control plane names a page of another site to sign in at', {
        hint: 'its `url` in writ-server.yaml is not the address that you named; `--token-stdin` works all the same',
      });
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}

function askedFor({ roles, days }: DeviceFlags): JsonObject {
  if (days !== undefined && !(DAYS.test(days) && Number(days) <= 90))
    throw new Fault('cli.usage', `\`${days}\` is no number of days from 1 to 90`);
  // The name as it can be shown to whoever is asked.
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 80);
  return {
    host: host === '' ? 'unnamed' : host,
    ...(roles === undefined ? {} : { roles: roles.split(',').map((role) => role.trim()) }),
    ...(days === undefined ? {} : { days: Number(days) }),
  };
}

async function ask(plane: Plane, path: string, body: JsonObject): Promise<JsonObject> {
  return objectIn((await plane.ask({ method: 'POST', path, body })).body);
}

function problemOf(fault: unknown): string | undefined {
  const problem = isFault(fault) ? fault.data['problem'] : undefined;
  return typeof problem === 'string' ? problem : undefined;
}

function isPassing(fault: unknown): boolean {
  return isFault(fault) && (fault.code === 'plane.unavailable' || fault.code.startsWith('upstream.'));
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
