/** One client on a pair of byte streams: its messages go to a session, and the answers come back. */
import type { Writable } from 'node:stream';
import type { Fault, Guard } from '@writ/core';
import type { ProxySession } from '../proxy/index.ts';
import {
  INVALID_REQUEST,
  type MalformedLine,
  type MessageSink,
  type RpcMessage,
  RpcPeer,
  type RpcRequest,
} from '../rpc/index.ts';

/** The sink of the client's messages. */
export class StdioConnection implements MessageSink {
  readonly #client: RpcPeer;
  readonly #guard: Pick<Guard, 'countRefusal'>;
  readonly #session: ProxySession;

  /** `openSession` is given the way to the client. */
  constructor(
    stdout: Writable,
    guard: Pick<Guard, 'countRefusal'>,
    openSession: (client: RpcPeer) => ProxySession,
  ) {
    this.#client = new RpcPeer(stdout);
    this.#guard = guard;
    this.#session = openSession(this.#client);
  }

  message(message: RpcMessage, bytes: number): void {
    switch (message.kind) {
      case 'request':
        void this.#answer(message, bytes);
        return;
      case 'notification':
        this.#session.told(message);
        return;
      case 'response':
        this.#client.settle(message.id, message.answer);
        return;
      default:
        message satisfies never;
    }
  }

  malformed(line: MalformedLine): void {
    this.#guard.countRefusal(line.code);
    // An answer to a server's request that cannot be read: the server hears so, the client asked nothing.
    if (line.of === 'response' && line.id !== null) this.#client.settle(line.id, { error: line.error });
    else this.#client.fail(line.id, line.error);
  }

  busy(): Promise<void> | undefined {
    return this.#client.isFull ? this.#client.drained() : undefined;
  }

  /** Waits for what is being answered. */
  idle(): Promise<void> {
    return this.#session.idle();
  }

  /** Ends the session; standard output belongs to the process, so it is flushed and not closed. */
  async close(why: Fault): Promise<void> {
    await this.#session.close();
    this.#client.giveUp(why);
    await this.#client.flushed();
  }

  async #answer(request: RpcRequest, bytes: number): Promise<void> {
    const answer = await this.#session.answer(request, { channel: this.#client, bytes });
    if (answer === 'duplicate') {
      // With the id, the answer would be taken for that of the request under way.
      this.#client.fail(null, {
        code: INVALID_REQUEST,
        message: 'the id of a request is that of one under way',
      });
    } else if (answer !== 'cancelled') this.#client.answer(request.id, answer);
  }
}
