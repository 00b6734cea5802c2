/** Tells a client that its held call is alive, so that it does not give up before an approver answers. */
import { isJsonObject, type JsonObject, ownProperty, type Timers } from '@writ/core';
import { type ClientChannel, isRpcId } from '../../rpc/index.ts';

/** Between two notifications, in milliseconds; clients that reset their time-out on progress wait 60 s by default. */
const EVERY_MS = 5_000;
/** Progress must grow with each notification (MCP); steps this small stay below whatever the server reports later. */
const STEP = 1e-6;

/** A held call's notifications. */
export interface KeepWaiting {
  /** `InterceptedAction.onWaiting`. */
  readonly onWaiting: (hold: { readonly reference: string; readonly expires: number }) => void;
  /** Ends them. Idempotent. */
  readonly stop: () => void;
}

/** Notifications for the call whose `_meta` is `meta`; none where it holds no progress token. */
export function keepWaiting(
  client: ClientChannel,
  timers: Timers,
  meta: JsonObject | undefined,
): KeepWaiting {
  const progressToken = isJsonObject(meta) ? ownProperty(meta, 'progressToken') : undefined;
  let cancel: (() => void) | undefined;
  let stopped = false;
  let progress = 0;
  const tell = (message: string): void => {
    if (stopped || !isRpcId(progressToken)) return;
    client.notify('notifications/progress', { progressToken, progress, message });
    progress += STEP;
    cancel?.();
    cancel = timers.after(EVERY_MS, () => tell(message));
  };
  return {
    onWaiting: ({ reference }) => tell(`waiting for approval of ${reference}`),
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
