/** Names to addresses: asked once for each attempt, and never again by whoever connects. */
import { lookup } from 'node:dns';
import { Resolver as DnsResolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { describeFault, type Timers } from '@writ/core';

/** Looks names up. */
export interface Resolver {
  /** Every address of `host`, at least one. Rejects with one line that says why there is none; ends within its own time. */
  resolve(host: string): Promise<readonly string[]>;
}

/** How names are looked up. */
export interface ResolverOptions {
  /** `address` or `address:port` of the DNS servers that are asked; empty: as the machine looks names up, `/etc/hosts` included. */
  readonly servers: readonly string[];
  /** Longest time for all of it, in milliseconds. */
  readonly timeoutMs: number;
  readonly timers: Timers;
}

/** A resolver of this machine. */
export function createResolver({ servers, timeoutMs, timers }: ResolverOptions): Resolver {
  const ask = servers.length === 0 ? askMachine : askServers(servers, timeoutMs);
  return {
    async resolve(host) {
      const late = Promise.withResolvers<never>();
      const cancel = timers.after(timeoutMs, () => late.reject(new Error('no answer came in time')));
      try {
        // In one order, whatever order the answer had: an approval for one address is found again.
        const addresses = inOneOrder(await Promise.race([ask(host), late.promise]));
        if (addresses.length === 0) throw new Error('it has no address');
        return addresses;
      } finally {
        cancel();
      }
    },
  };
}

/** IPv4 before IPv6, since the first is the one that is connected to and more machines reach the former; each by its text. */
export function inOneOrder(addresses: readonly string[]): readonly string[] {
  return addresses.toSorted((one, other) => isIP(one) - isIP(other) || (one < other ? -1 : 1));
}

function askMachine(host: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      if (error === null) resolve(found.map(({ address }) => address));
      else reject(new Error(codeOf(error), { cause: error }));
    });
  });
}

function askServers(servers: readonly string[], timeoutMs: number): (host: string) => Promise<string[]> {
  return async (host) => {
    // One for each name: what a server keeps waiting is cancelled with it.
    const dns = new DnsResolver({ timeout: timeoutMs, tries: 1 });
    dns.setServers(servers);
    const answers = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    // INVARIANT: half an answer is none. What was not seen could not be classified.
    const failed = answers.find((answer) => answer.status === 'rejected' && !isEmpty(answer.reason));
    if (failed?.status === 'rejected') throw new Error(codeOf(failed.reason), { cause: failed.reason });
    return addresses;
  };
}

/** Whether there is simply no record of that kind. */
function isEmpty(reason: unknown): boolean {
  return reason instanceof Error && 'code' in reason && reason.code === 'ENODATA';
}

function codeOf(reason: unknown): string {
  const code = reason instanceof Error && 'code' in reason ? reason.code : undefined;
  if (code === 'ENOTFOUND') return 'no such name is known';
  if (code === 'ETIMEOUT' || code === 'ETIMEDOUT') return 'no answer came in time';
  return typeof code === 'string' ? `the lookup failed (${code})` : describeFault(reason);
}
