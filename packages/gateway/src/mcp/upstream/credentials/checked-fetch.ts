/** Requests besides those of MCP: to authorization servers, and for what a server says of itself. Bounded, to checked addresses, and never through a redirect. */
import { isIP } from 'node:net';
import { Fault } from '@writ/core';
import { Agent, fetch as request } from 'undici';
import { addressProblem, checkedLookup, refusedAddress } from '../address.ts';

/** Longest wait for an answer, in milliseconds. */
const DEADLINE_MS = 15_000;
/** Largest answer, in bytes. */
const MAX_BYTES = 262_144;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** What is sent. */
export interface Sent {
  readonly body?: URLSearchParams | string | null | undefined;
  readonly headers: Record<string, string>;
  readonly method: string;
}

/** How connections are made. */
export interface CheckedFetchOptions {
  readonly allowsLinkLocal?: boolean;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** An origin that is spoken to in clear, because the configuration says so. */
  readonly insecureOrigin?: string;
}

/** Whether what is sent to `url` is private on its way: `https:`, or `http:` on the loopback interface. */
export function isPrivate(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** Whether `url` is on this machine by its name. */
export function isLoopback(url: URL): boolean {
  return LOOPBACK.test(url.hostname);
}

/** The connections. */
export class CheckedFetch {
  readonly #server: string;
  readonly #options: CheckedFetchOptions;
  readonly #agent: Agent;

  /** `server`: on whose account, for faults. */
  constructor(server: string, options: CheckedFetchOptions = {}) {
    this.#server = server;
    this.#options = options;
    const lookup = checkedLookup(server, options.allowsLinkLocal ?? false);
    this.#agent = new Agent({ connect: { lookup, ...options.tls }, maxResponseSize: MAX_BYTES });
  }

  /** Sends one request. Rejects for an address that is refused, and as `fetch` does. */
  async send(url: string | URL, { body, headers, method }: Sent): Promise<Response> {
    const target = new URL(url);
    if (!isPrivate(target) && target.origin !== this.#options.insecureOrigin)
      throw new Fault(
        'upstream.credential',
        `an address for server \`${this.#server}\` is not over \`https:\``,
      );
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const problem =
      isIP(host) === 0 ? undefined : addressProblem(host, this.#options.allowsLinkLocal ?? false);
    if (problem !== undefined) throw refusedAddress(this.#server, problem);
    const answer: unknown = await request(target, {
      method,
      headers,
      body: body?.toString() ?? null,
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MS),
      dispatcher: this.#agent,
    });
    // undici's own class, which is the platform's by another name.
    return answer as Response;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
