/** Which modern request a legacy server's notification belongs to, where its transport does not say. */
import { isJsonObject, ownProperty } from '@writ/core';
import type { RpcNotification } from '../../rpc/index.ts';
import type { ClientCall } from '../types.ts';
import { isFrom, levelOf } from './log-level.ts';

/** The requests under way. */
export class CallAttribution {
  readonly #calls = new Set<ClientCall>();

  /** One is under way until what is returned is called. */
  begin(call: ClientCall | undefined): () => void {
    if (call === undefined) return () => {};
    this.#calls.add(call);
    return () => void this.#calls.delete(call);
  }

  /**
   * The request for a notification that came on the stream of `known`. `nobody` for a message of the log that no request asked for, or that several
   * could have asked for: modern clients get none that they did not ask for, and no other's.
   */
  callFor(notification: RpcNotification, known: ClientCall | undefined): ClientCall | undefined | 'nobody' {
    if (notification.method === 'notifications/message') {
      const asking = (known === undefined ? Array.from(this.#calls) : [known]).filter((call) => {
        const level = levelOf(call);
        return level !== undefined && isFrom(level, notification);
      });
      return asking.length === 1 ? asking[0] : 'nobody';
    }
    if (notification.method === 'notifications/progress')
      return known ?? this.#byToken(notification) ?? 'nobody';
    return known;
  }

  #byToken({ params }: RpcNotification): ClientCall | undefined {
    const token = params === undefined ? undefined : ownProperty(params, 'progressToken');
    if (token === undefined) return undefined;
    const calls = Array.from(this.#calls).filter(({ request }) => {
      const meta = request.params === undefined ? undefined : ownProperty(request.params, '_meta');
      return isJsonObject(meta) && ownProperty(meta, 'progressToken') === token;
    });
    return calls.length === 1 ? calls[0] : undefined;
  }
}
