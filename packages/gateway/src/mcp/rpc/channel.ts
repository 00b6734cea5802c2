/** Where messages to the client go, however it is connected. */
import type { JsonObject } from '@writ/core';
import type { RpcAnswer } from './message.ts';

/** One way to the client: a whole connection, or the stream that answers one request. */
export interface ClientChannel {
  /** Whether the client does not keep up, so that whoever produces should wait for {@link drained}. */
  readonly isFull: boolean;
  drained(): Promise<void>;
  /** Tells; `false` where it was dropped: too much waits already, or no way is open. */
  notify(method: string, params?: JsonObject): boolean;
  /** Asks. Rejects with a fault when the client is gone, or `signal` aborts first. */
  request(method: string, params: JsonObject | undefined, signal?: AbortSignal): Promise<RpcAnswer>;
  /** The server's answer comes as a stream, so the client's may as well. A hint; absent where there is nothing to open. */
  open?(): void;
  /**
   * The server closed its stream before the answer and wants to be asked again after `retryMs` (MCP 2025-11-25, "Sending Messages to the
   * Server", polling), so the client may be let go as well. A hint; absent where there is nothing to close.
   */
  pause?(retryMs: number | undefined): void;
}
