/** Requests that one connection has under way at once. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Clients seldom send another request before the answer came (RFC 9112 §9.3.2), and each one under way is looked up, judged and held in memory. */
const MAX_PIPELINED = 16;

/** Counts the requests under way, for each connection by itself. */
export class Pipelining {
  readonly #underWay = new WeakMap<Duplex, number>();

  /** Whether one more request, which `response` will answer, may begin on `socket`. One that may counts until it was answered. */
  begins(socket: Duplex, response: ServerResponse): boolean {
    const underWay = this.#underWay.get(socket) ?? 0;
    if (underWay >= MAX_PIPELINED) return false;
    this.#underWay.set(socket, underWay + 1);
    response.once('close', () => this.#underWay.set(socket, (this.#underWay.get(socket) ?? 1) - 1));
    return true;
  }
}
