/** Connections to hosts that wait for another request. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Caller } from '@writ/core';
import type { Agents } from './forward.ts';

/** Shorter than hosts commonly wait. */
const KEPT_MS = 4_000;
const KEPT_SOCKETS = 8;

/**
 * Keeps them for one caller on one connection of a client, and ends them with it. INVARIANT: nobody else's request goes over them, since some hosts believe a
 * connection once somebody signed in on it.
 */
export class KeptAgents {
  readonly #ofClients = new WeakMap<Duplex, Map<string, Agents>>();

  /** Those of `caller` on `client`; an absent caller is the node's own agent. */
  of(client: Duplex, caller: Caller | undefined): Agents {
    const all = this.#ofClients.get(client) ?? this.#begin(client);
    const key = caller?.authentication.credentialId ?? '';
    const known = all.get(key);
    if (known !== undefined) return known;
    const options = { keepAlive: true, maxFreeSockets: KEPT_SOCKETS, timeout: KEPT_MS, noDelay: true };
    const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
    all.set(key, agents);
    return agents;
  }

  #begin(client: Duplex): Map<string, Agents> {
    const all = new Map<string, Agents>();
    this.#ofClients.set(client, all);
    client.once('close', () => {
      for (const { http, https } of all.values()) {
        http.destroy();
        https.destroy();
      }
    });
    return all;
  }
}
